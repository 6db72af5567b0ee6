/** A machine that runs plans as the generated file would: what was replaced cannot be read any more. */
import { expect } from 'vitest';
import { isStore } from '../../compiler/ir/plan.ts';
import type { Plan, Store } from '../../compiler/ir/plan.ts';
import type { Graph, GraphOutput, Node, Section, Value } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { planMemory } from '../../compiler/passes/plan-memory.ts';
import { sections } from '../../compiler/passes/sections.ts';
import { environment } from '../../compiler/targets/reference/evaluate.ts';
import { draw, expectClose, run } from './agreement.ts';
import { BATCH, randomInputs } from './random-graph.ts';

/** Memory, which several values may be views of. */
interface Block {
  readonly data: Float64Array;
  /** Counts what was stored there; older views are stale. */
  version: number;
}

interface View {
  readonly block: Block;
  readonly shape: readonly number[];
  readonly version: number;
}

/** The section at whose end an output is handed over; those that are stored lie in their tables. */
const handedOver: Partial<Readonly<Record<GraphOutput['role'], Section>>> = {
  loss: 'forward',
  part: 'forward',
  value: 'forward',
  grad: 'backward',
};

class Machine {
  readonly problems: string[] = [];
  readonly #views = new Map<Value, View>();

  /** Runs all steps and gives the outputs. */
  run({ inputs, steps, outputs }: Plan, given: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
    for (const { role, name, value } of inputs) {
      const tensor = given.get(`${role}:${name}`) ?? { shape: [], data: new Float64Array(size(value)) };
      this.#make(value, tensor);
    }
    const found = new Map<string, Tensor>();
    const handOver = (section: Section | undefined): void => {
      for (const { role, name, value } of outputs) {
        if (handedOver[role] !== section) continue;
        const table = inputs.find((input) => input.role === role && input.name === name);
        const { shape, data } = table === undefined ? this.#read(value, 'the caller') : this.#table(table.value);
        found.set(`${role}:${name}`, { shape, data: Float64Array.from(data) });
      }
    };
    for (const section of sections) {
      for (const step of steps.filter((step) => step.section === section)) {
        if (isStore(step)) this.#store(step);
        else this.#node(step);
      }
      handOver(section);
    }
    handOver(undefined);
    return found;
  }

  #node(node: Node): void {
    const operands = node.inputs.map((input) => this.#read(input, node.op));
    const types = node.outputs.map(({ type }) => type);
    const results =
      registry.get(node.op)?.evaluate(operands, node.attrs, types, environment(BATCH, draw), node.bodies) ?? [];
    for (const [i, output] of node.outputs.entries()) {
      const result = results[i] ?? { shape: [], data: new Float64Array() };
      const base = node.op === 'reshape' ? this.#views.get(node.inputs[0] ?? output) : undefined;
      if (base === undefined) this.#make(output, result);
      else this.#views.set(output, { ...base, shape: result.shape });
    }
  }

  #store({ target, value }: Store): void {
    const { data } = this.#read(value, `the store into ${target.name}`);
    const block = this.#views.get(target.value)?.block;
    if (block?.data.length !== data.length) this.problems.push(`${value.word} does not fit into ${target.name}`);
    if (block === undefined) return;
    block.data.set(Float64Array.from(data));
    block.version++;
  }

  #make(value: Value, { shape, data }: Tensor): void {
    this.#views.set(value, { block: { data: Float64Array.from(data), version: 0 }, shape, version: 0 });
  }

  /** What lies in a table. */
  #table(value: Value): Tensor {
    const view = this.#views.get(value);
    return { shape: view?.shape ?? [], data: view?.block.data ?? new Float64Array() };
  }

  #read(value: Value, by: string): Tensor {
    const view = this.#views.get(value);
    if (view === undefined) this.problems.push(`${by} reads ${value.word}, which is not made`);
    else if (view.version !== view.block.version) this.problems.push(`${by} reads ${value.word}, which was replaced`);
    return this.#table(value);
  }
}

/** Elements of a place that is written and never read. */
const size = ({ type }: Value): number =>
  type.shape.reduce<number>((product, length) => product * (length === 'B' ? BATCH : length), 1);

/** Runs the plan of a graph: every value is there when it is read, and the outputs are the graph's. */
export function expectSafe(graph: Graph, seed: number): void {
  const inputs = randomInputs(graph, seed);
  const machine = new Machine();
  const outputs = machine.run(planMemory(graph), inputs);
  expect(machine.problems).toEqual([]);
  expectClose(outputs, run(graph, inputs));
}
