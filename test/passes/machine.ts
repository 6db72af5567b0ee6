/** A machine that runs plans as a device would: memory that is freed or taken over cannot be read again. */
import { expect } from 'vitest';
import type { Plan, Step } from '../../compiler/ir/plan.ts';
import type { Graph, Value } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { planMemory } from '../../compiler/passes/plan-memory.ts';
import { environment } from '../../compiler/targets/reference/evaluate.ts';
import { draw, expectClose, run } from './agreement.ts';
import { BATCH, randomInputs } from './random-graph.ts';

/** Memory, which several values may be views of. */
interface Block {
  readonly data: Float64Array;
  /** Whether the caller owns it: inputs. */
  readonly given: boolean;
  /** Counts what was written over it; older views are stale. */
  version: number;
}

interface View {
  readonly block: Block;
  readonly shape: readonly number[];
  readonly version: number;
  alive: boolean;
}

/** Runs a plan as a device would: results go into the memory that the plan says; each view is freed by itself. */
class Machine {
  readonly problems: string[] = [];
  readonly #views = new Map<Value, View>();

  /** Runs all steps and gives the outputs. */
  run({ inputs, steps, outputs }: Plan, given: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
    for (const { role, name, value } of inputs) {
      const tensor = given.get(`${role}:${name}`);
      this.#make(value, { shape: tensor?.shape ?? [], data: Float64Array.from(tensor?.data ?? []) }, true);
    }
    for (const step of steps) this.#step(step);
    const found = new Map(
      outputs.map((output) => [`${output.role}:${output.name}`, this.#read(output.value, 'the caller')]),
    );
    const lasting = new Set(outputs.map(({ value }) => value));
    for (const [value, view] of this.#views) {
      if (view.alive && !view.block.given && !lasting.has(value)) this.problems.push(`${value.name} is never freed`);
    }
    return found;
  }

  #step({ node, into, frees }: Step): void {
    const operands = node.inputs.map((input) => this.#read(input, node.op));
    const types = node.outputs.map(({ type }) => type);
    const results = registry.get(node.op)?.evaluate(operands, node.attrs, types, environment(BATCH, draw)) ?? [];
    for (const [i, output] of node.outputs.entries()) {
      const result = results[i] ?? { shape: [], data: new Float64Array() };
      const target = into[i];
      const [base] = node.inputs;
      if (target !== undefined) this.#overwrite(output, target, result);
      else if (node.op === 'reshape' && base !== undefined) this.#view(output, base, result.shape);
      else
        this.#make(output, { shape: result.shape, data: Float64Array.from(result.data) }, output.type.dtype === 'f64');
    }
    for (const value of frees) {
      this.#read(value, 'free');
      const view = this.#views.get(value);
      if (view === undefined || view.block.given) this.problems.push(`${value.name} is not there to be freed`);
      else view.alive = false;
    }
  }

  #make(value: Value, { shape, data }: Tensor, given: boolean): void {
    this.#views.set(value, { block: { data, given, version: 0 }, shape, version: 0, alive: true });
  }

  #view(value: Value, base: Value, shape: readonly number[]): void {
    const view = this.#views.get(base);
    if (view !== undefined) this.#views.set(value, { ...view, shape, alive: true });
  }

  #overwrite(value: Value, target: Value, { shape, data }: Tensor): void {
    const view = this.#views.get(target);
    if (view?.block.data.length !== data.length || !view.alive)
      this.problems.push(`${value.name} goes into ${target.name}, which has no room`);
    if (view === undefined) return;
    const { block } = view;
    block.data.set(data);
    block.version++;
    if (!block.given) view.alive = false;
    this.#views.set(value, { block, shape, version: block.version, alive: true });
  }

  #read(value: Value, by: string): Tensor {
    const view = this.#views.get(value);
    if (view?.alive !== true)
      this.problems.push(`${by} reads ${value.name}, which is ${view === undefined ? 'not made' : 'freed'}`);
    if (view !== undefined && view.version !== view.block.version)
      this.problems.push(`${by} reads ${value.name}, which is overwritten`);
    return { shape: view?.shape ?? [], data: view?.block.data ?? new Float64Array() };
  }
}

/** Runs the plan of a graph: every value is there when it is read, nothing is left, and the outputs are the graph's. */
export function expectSafe(graph: Graph, seed: number): void {
  const inputs = randomInputs(graph, seed);
  const machine = new Machine();
  const outputs = machine.run(planMemory(graph), inputs);
  expect(machine.problems).toEqual([]);
  expectClose(outputs, run(graph, inputs));
}
