/** Lifetimes, checked by a machine of their own: memory that is freed or taken over cannot be read again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, Step } from '../../compiler/ir/plan.ts';
import type { Graph, Value } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { environment, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { applyOptimizer } from '../../compiler/passes/apply-optimizer.ts';
import { decompose } from '../../compiler/passes/decompose.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { dropDead } from '../../compiler/passes/drop-dead.ts';
import { foldConstants } from '../../compiler/passes/fold-constants.ts';
import { fuse } from '../../compiler/passes/fuse.ts';
import { mergeDuplicates } from '../../compiler/passes/merge-duplicates.ts';
import { planMemory } from '../../compiler/passes/plan-memory.ts';
import { simplify } from '../../compiler/passes/simplify.ts';
import { expectClose, run } from './agreement.ts';
import { Sketch, adam, mlp } from './models.ts';
import { BATCH, randomGraph, randomInputs } from './random-graph.ts';

const RUNS = process.env['NNC_VERIFY'] === 'all' ? 2000 : 150;

function planned(graph: Graph, clip: boolean): Graph {
  const parameters = graph.inputs.filter(({ role }) => role === 'parameter');
  const joint = differentiate(graph, parameters.map(({ name }) => name));
  const [first] = joint.nodes;
  const updates = parameters.map(({ name, value }) => adam(name, value.type.shape.filter((size) => size !== 'B')));
  const clips = clip && first !== undefined ? [{ by: 'norm' as const, limit: 1, origin: first.origin }] : [];
  const whole = applyOptimizer(joint, { updates, clips, accumulate: 1 });
  return dropDead(mergeDuplicates(simplify(fuse(simplify(mergeDuplicates(foldConstants(decompose(whole))))))));
}

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
    const found = new Map(outputs.map((output) => [`${output.role}:${output.name}`, this.#read(output.value, 'the caller')]));
    const lasting = new Set(outputs.map(({ value }) => value));
    for (const [value, view] of this.#views) {
      if (view.alive && !view.block.given && !lasting.has(value)) this.problems.push(`${value.name} is never freed`);
    }
    return found;
  }

  #step({ node, into, frees }: Step): void {
    const operands = node.inputs.map((input) => this.#read(input, node.op));
    const types = node.outputs.map(({ type }) => type);
    const results = registry.get(node.op)?.evaluate(operands, node.attrs, types, environment(BATCH, noDraw)) ?? [];
    for (const [i, output] of node.outputs.entries()) {
      const result = results[i] ?? { shape: [], data: new Float64Array() };
      const target = into[i];
      const [base] = node.inputs;
      if (target !== undefined) this.#overwrite(output, target, result);
      else if (node.op === 'reshape' && base !== undefined) this.#view(output, base, result.shape);
      else this.#make(output, { shape: result.shape, data: Float64Array.from(result.data) }, output.type.dtype === 'f64');
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
    if (view?.block.data.length !== data.length || !view.alive) this.problems.push(`${value.name} goes into ${target.name}, which has no room`);
    if (view === undefined) return;
    const { block } = view;
    block.data.set(data);
    block.version++;
    if (!block.given) view.alive = false;
    this.#views.set(value, { block, shape, version: block.version, alive: true });
  }

  #read(value: Value, by: string): Tensor {
    const view = this.#views.get(value);
    if (view?.alive !== true) this.problems.push(`${by} reads ${value.name}, which is ${view === undefined ? 'not made' : 'freed'}`);
    if (view !== undefined && view.version !== view.block.version) this.problems.push(`${by} reads ${value.name}, which is overwritten`);
    return { shape: view?.shape ?? [], data: view?.block.data ?? new Float64Array() };
  }
}

function expectSafe(graph: Graph, seed: number): void {
  const inputs = randomInputs(graph, seed);
  const machine = new Machine();
  const outputs = machine.run(planMemory(graph), inputs);
  expect(machine.problems).toEqual([]);
  expectClose(outputs, run(graph, inputs));
}

describe('planned lifetimes', () => {
  it('hold on random graphs with gradients and updates', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, clip) => expectSafe(planned(randomGraph(seed), clip), seed)),
      { numRuns: RUNS, seed: 3 },
    );
  });

  it.each([false, true])('hold on a classifier, clipped: %s', (clip) => expectSafe(planned(mlp(), clip), 5));

  it('write parameters and slots over the old ones', () => {
    const { steps } = planMemory(planned(mlp(), false));
    const maps = steps.filter(({ node }) => node.section === 'update' && node.op === 'map');
    expect(maps.map(({ into }) => into.map((value) => value?.name))).toEqual([
      ['dense_kernel', 'dense_kernel_m', 'dense_kernel_v'],
      ['dense_bias', 'dense_bias_m', 'dense_bias_v'],
      ['dense_1_kernel', 'dense_1_kernel_m', 'dense_1_kernel_v'],
      ['dense_1_bias', 'dense_1_bias_m', 'dense_1_bias_v'],
    ]);
  });

  it('keep an old state that is read after its new value is made', () => {
    const s = new Sketch();
    const old = s.input('state', 'mean', [4]);
    const x = s.input('input', 'x', ['B', 4]);
    const next = s.op('mul', [0.5, old], {}, 'mean');
    const y = s.op('matmul', [x, s.op('broadcast', [old], { shape: [4, 4] })], {}, 'y');
    const graph = fuse(
      s.graph([
        { role: 'state', name: 'mean', value: next },
        { role: 'value', name: 'y', value: y },
      ]),
    );
    const { steps } = planMemory(graph);
    expect(steps.find(({ node }) => node.outputs.includes(next))?.into).toEqual([undefined]);
    expectSafe(graph, 1);
  });

  it('do not overwrite what is read through a view, nor a row value', () => {
    const s = new Sketch();
    const x = s.input('input', 'x', ['B', 4]);
    const w = s.input('parameter', 'w', [4, 4]);
    const h = s.op('matmul', [x, w], {}, 'h');
    const rows = s.op('sum', [h], { axis: [1], keepdims: true }, 'rows');
    const scaled = s.op('mul', [h, rows], {}, 'scaled');
    const total = s.op('neg', [rows], {}, 'total');
    expectSafe(
      fuse(
        s.graph([
          { role: 'value', name: 'scaled', value: scaled },
          { role: 'value', name: 'total', value: total },
        ]),
      ),
      2,
    );
  });
});
