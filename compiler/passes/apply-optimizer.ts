/** From gradients to new parameters: accumulate, clip, then each parameter's own update. */
import { InternalError } from '../diagnostics/types.ts';
import { Builder } from '../ir/builder.ts';
import type { Clip, Update } from '../ir/model.ts';
import type { Graph, GraphInput, GraphOutput, InputRole, Node, Origin, Type, Value } from '../ir/types.ts';
import { bySection } from './sections.ts';

export interface Optimization {
  readonly updates: readonly Update[];
  readonly clips: readonly Clip[];
  /** Batches to an update. */
  readonly accumulate: number;
}

/**
 * Adds the sections accumulate (where several batches make one update) and update, and the outputs that they write:
 * accumulators, parameters, slots. The outputs `grad` stay what `backward` gives, before clipping.
 */
export function applyOptimizer(graph: Graph, { updates, clips, accumulate }: Optimization): Graph {
  const [first] = updates;
  if (first === undefined) return graph;
  const inputs = new Inputs(graph.inputs);
  const b = new Builder(first.origin, 'update');
  const outputs: GraphOutput[] = [...graph.outputs];
  let gradients = new Map(updates.map((update) => [update.parameter, gradientOf(graph, update)]));
  if (accumulate > 1) gradients = accumulated(b, inputs, updates, gradients, outputs);
  for (const clip of clips) gradients = clipped(b, clip, gradients);
  const nodes = [...graph.nodes, ...b.nodes];
  for (const update of updates) {
    const gradient = gradients.get(update.parameter);
    if (gradient === undefined) throw new InternalError(`${update.parameter} has no gradient`);
    nodes.push(...inlined(update, inputs, gradient, outputs));
  }
  return { inputs: inputs.all(), nodes: bySection(nodes), outputs };
}

function gradientOf(graph: Graph, { parameter }: Update): Value {
  const gradient = graph.outputs.find((output) => output.role === 'grad' && output.name === parameter);
  if (gradient === undefined) throw new InternalError(`${parameter} has no gradient`);
  return gradient.value;
}

/** Each batch adds to a sum; the update takes the mean over the batches that it holds. */
function accumulated(
  b: Builder,
  inputs: Inputs,
  updates: readonly Update[],
  gradients: ReadonlyMap<string, Value>,
  outputs: GraphOutput[],
): Map<string, Value> {
  const micro = inputs.of('host', 'micro', { dtype: 'f64', shape: [] }, 'micro');
  const means = new Map<string, Value>();
  for (const [path, gradient] of gradients) {
    b.origin = originOf(updates, path);
    const name = path.replaceAll('.', '_');
    const sofar = inputs.of('accumulator', path, gradient.type, `${name}_sum`);
    b.section = 'accumulate';
    const sum = b.apply('add', [sofar, gradient], {}, `${name}_sum`);
    outputs.push({ role: 'accumulator', name: path, value: sum });
    b.section = 'update';
    means.set(path, b.apply('div', [sum, micro], {}, 'grad'));
  }
  return means;
}

function clipped(b: Builder, clip: Clip, gradients: ReadonlyMap<string, Value>): Map<string, Value> {
  b.origin = clip.origin;
  b.section = 'update';
  switch (clip.by) {
    case 'norm':
      return clippedByNorm(b, clip.limit, gradients);
    case 'value':
      return clippedByValue(b, clip.limit, gradients);
  }
}

/** The greatest sum of squares that is trusted: single precision ends at 3.4e38. */
const LARGEST_SQUARES = 1e38;
/** By which gradients are multiplied before they are squared where their squares are too large. */
const SMALLER = 2 ** -80;

/**
 * g · min(1, c / ‖g‖₂), one norm over all gradients of the step. Where the squares leave the range of f32 the norm comes
 * from smaller gradients: a batch with a huge gradient takes a step of the length c too.
 */
function clippedByNorm(b: Builder, limit: number, gradients: ReadonlyMap<string, Value>): Map<string, Value> {
  const all = [...gradients.values()];
  const squares = sumOfSquares(b, all, 'grad_square');
  const smaller = all.map((g) => b.apply('mul', [g, b.constant(SMALLER)]));
  const small = sumOfSquares(b, smaller, 'small_square');
  const plain = b.apply('div', [b.constant(limit), b.apply('sqrt', [squares], {}, 'grad_norm')]);
  const far = b.apply('div', [b.constant(limit * SMALLER), b.apply('sqrt', [small], {}, 'small_norm')]);
  const ratio = b.apply('where', [b.apply('less', [squares, b.constant(LARGEST_SQUARES)]), plain, far]);
  const scale = b.apply('minimum', [b.constant(1), ratio], {}, 'clip_scale');
  return new Map([...gradients].map(([path, g]) => [path, b.apply('mul', [g, scale], {}, 'grad')]));
}

function sumOfSquares(b: Builder, values: readonly Value[], name: string): Value {
  return values
    .map((value) => b.apply('sum', [b.apply('square', [value])], { axis: 'all', keepdims: false }, name))
    .reduce((sum, square) => b.apply('add', [sum, square], {}, name));
}

/** Each element within −c … c. */
function clippedByValue(b: Builder, limit: number, gradients: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map(
    [...gradients].map(([path, g]) => {
      const below = b.apply('minimum', [g, b.constant(limit)]);
      return [path, b.apply('maximum', [below, b.constant(-limit)], {}, 'grad')];
    }),
  );
}

/** The nodes of one parameter's update, over the values of this graph. */
function inlined(update: Update, inputs: Inputs, gradient: Value, outputs: GraphOutput[]): readonly Node[] {
  const path = (name: string): string => (name.includes('/') ? name : `${update.parameter}/${name}`);
  const now = new Map<Value, Value>();
  for (const { role, name, value } of update.graph.inputs) {
    if (role === 'grad') now.set(value, gradient);
    else now.set(value, inputs.of(role, role === 'slot' ? path(name) : name, value.type, value.name));
  }
  const nodes = update.graph.nodes.map((node): Node => {
    const outputs = node.outputs.map((output) => ({ ...output }));
    const copy = {
      ...node,
      inputs: node.inputs.map((input) => now.get(input) ?? input),
      outputs,
      section: 'update' as const,
    };
    for (const [i, output] of node.outputs.entries()) now.set(output, outputs[i] ?? output);
    return copy;
  });
  for (const { role, name, value } of update.graph.outputs) {
    outputs.push({ role, name: role === 'slot' ? path(name) : name, value: now.get(value) ?? value });
  }
  return nodes;
}

const originOf = (updates: readonly Update[], path: string): Origin => {
  const update = updates.find(({ parameter }) => parameter === path);
  if (update === undefined) throw new InternalError(`${path} has no update`);
  return update.origin;
};

/** The inputs of the graph, each there once. */
class Inputs {
  readonly #inputs: GraphInput[];
  readonly #known: Map<string, Value>;

  constructor(inputs: readonly GraphInput[]) {
    this.#inputs = [...inputs];
    this.#known = new Map(inputs.map(({ role, name, value }) => [`${role} ${name}`, value]));
  }

  of(role: InputRole, name: string, type: Type, word: string): Value {
    const known = this.#known.get(`${role} ${name}`);
    if (known !== undefined) return known;
    const value: Value = { type, name: word };
    this.#inputs.push({ role, name, value });
    this.#known.set(`${role} ${name}`, value);
    return value;
  }

  all(): readonly GraphInput[] {
    return this.#inputs;
  }
}
