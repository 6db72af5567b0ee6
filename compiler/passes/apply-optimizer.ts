/** From gradients to new parameters: sums and factors of clips, then each parameter's own update. */
import { InternalError } from '../diagnostics/types.ts';
import { Builder } from '../ir/builder.ts';
import { GRAD_NORM } from '../ir/model.ts';
import type { Clip, Update } from '../ir/model.ts';
import { altered, calledAs } from '../ir/called.ts';
import type { Graph, GraphInput, GraphOutput, InputRole, Type, Value } from '../ir/types.ts';
import { bySection } from './sections.ts';

export interface Optimization {
  readonly updates: readonly Update[];
  readonly clips: readonly Clip[];
  /** Batches to an update. */
  readonly accumulate: number;
}

/**
 * Adds what updates are given besides gradients, and so far as it is not the business of one alone: their sums, in the
 * section accumulate, where several batches make one update; and the factors of clips, as outputs `value`. The outputs
 * `grad` stay what `backward` gives.
 */
export function gatherGradients(graph: Graph, { updates, clips, accumulate }: Optimization): Graph {
  const [first] = updates;
  if (first === undefined) return graph;
  const inputs = new Inputs(graph.inputs);
  const b = new Builder(first.origin, 'update');
  const outputs: GraphOutput[] = [...graph.outputs];
  let gradients = gradientsOf(graph, updates, 'grad');
  if (accumulate > 1) gradients = accumulated(b, inputs, updates, gradients, outputs);
  for (const [clip, scale] of clipScales(b, inputs, clips, accumulate, gradients))
    outputs.push({ role: 'value', name: scaleName(clips.indexOf(clip)), value: scale });
  if (updates.some(readsNorm)) {
    b.origin = first.origin;
    const micro = accumulate > 1 ? inputs.of('host', MICRO, number, MICRO) : undefined;
    outputs.push({ role: 'value', name: GRAD_NORM, value: normOf(b, [...gradients.values()], micro) });
  }
  return { inputs: inputs.all(), nodes: bySection([...graph.nodes, ...b.nodes]), outputs };
}

/**
 * What each update does, as a function which parameters that are updated alike share: it is given the gradient (or the
 * sum of a group's) and takes mean and clips itself. `made` is what is in the end done, once, to a function as it is put
 * together here.
 */
export function updateFunctions(
  { updates, clips, accumulate }: Optimization,
  made: (body: Graph) => Graph = (body) => body,
): ReadonlyMap<Update, Graph> {
  const bodies = new Map<Graph, Graph>();
  return new Map(
    updates.map((update) => {
      const body = bodies.get(update.graph) ?? made(updateFunction(update, clips, accumulate));
      bodies.set(update.graph, body);
      return [update, body] as const;
    }),
  );
}

/**
 * The whole step as one graph: behind what is done for a batch, each update as the call of its function. For who runs a
 * step or looks at it; who writes one needs no more of a call than whose it is.
 */
export function applyOptimizer(
  graph: Graph,
  { updates, clips, accumulate }: Optimization,
  functions: ReadonlyMap<Update, Graph> = updateFunctions({ updates, clips, accumulate }),
): Graph {
  const [first] = updates;
  if (first === undefined) return graph;
  const inputs = new Inputs(graph.inputs);
  const b = new Builder(first.origin, 'update');
  const outputs = graph.outputs.filter(({ role }) => role !== 'value');
  const gradients = gradientsOf(graph, updates, accumulate > 1 ? 'accumulator' : 'grad');
  const shared = new Map(graph.outputs.map(({ role, name, value }) => [`${role} ${name}`, value]));
  for (const update of updates) {
    const gradient = gradients.get(update.parameter);
    const body = functions.get(update);
    if (gradient === undefined || body === undefined) throw new InternalError(`${update.parameter} has no gradient`);
    called(b, update, body, { inputs, gradient, shared: (name) => shared.get(`value ${name}`), outputs });
  }
  return { inputs: inputs.all(), nodes: [...graph.nodes, ...b.nodes], outputs };
}

/** The gradient of each parameter, or the sum of those of a group, in the order of the updates. */
function gradientsOf({ outputs }: Graph, updates: readonly Update[], from: 'grad' | 'accumulator'): Map<string, Value> {
  const known = new Map(outputs.flatMap(({ role, name, value }) => (role === from ? [[name, value] as const] : [])));
  return new Map(
    updates.map(({ parameter }) => {
      const gradient = known.get(parameter);
      if (gradient === undefined) throw new InternalError(`${parameter} has no gradient`);
      return [parameter, gradient];
    }),
  );
}

/** Each batch adds to a sum. */
function accumulated(
  b: Builder,
  inputs: Inputs,
  updates: readonly Update[],
  gradients: ReadonlyMap<string, Value>,
  outputs: GraphOutput[],
): Map<string, Value> {
  b.section = 'accumulate';
  const sums = new Map<string, Value>();
  for (const { parameter: path, origin } of updates) {
    const gradient = gradients.get(path);
    if (gradient === undefined) continue;
    b.origin = origin;
    const name = altered(path, (own) => `${own}_sum`);
    const sum = b.apply('add', [inputs.of('accumulator', path, gradient.type, name), gradient], {}, name);
    outputs.push({ role: 'accumulator', name: path, value: sum });
    sums.set(path, sum);
  }
  b.section = 'update';
  return sums;
}

/** Whether an optimizer asks for the norm of all gradients. */
const readsNorm = ({ graph }: Update): boolean =>
  graph.inputs.some(({ role, name }) => role === 'value' && name === GRAD_NORM);

const MICRO = 'micro';
const number: Type = { dtype: 'f64', shape: [] };

/** The mean over the batches of a group. */
const mean = (b: Builder, sum: Value, micro: Value): Value => b.apply('div', [sum, micro], {}, 'grad');

/** The factor of each clip by norm: what all updates need to know of each other. */
function clipScales(
  b: Builder,
  inputs: Inputs,
  clips: readonly Clip[],
  accumulate: number,
  gradients: ReadonlyMap<string, Value>,
): ReadonlyMap<Clip, Value> {
  const scales = new Map<Clip, Value>();
  const last = clips.findLastIndex(({ by }) => by === 'norm');
  let now = [...gradients.values()];
  // What is still the sum of a group has a norm of so many times the mean's.
  let micro = accumulate > 1 && last >= 0 ? inputs.of('host', MICRO, number, MICRO) : undefined;
  for (const [i, clip] of clips.slice(0, last + 1).entries()) {
    b.origin = clip.origin;
    if (clip.by === 'norm') scales.set(clip, clipScale(b, clip.limit, normOf(b, now, micro)));
    if (i === last) break;
    if (micro !== undefined) {
      const batches = micro;
      now = now.map((sum) => mean(b, sum, batches));
      micro = undefined;
    }
    now = now.map((gradient) => clipped(b, clip, gradient, scales.get(clip)));
  }
  return scales;
}

/** ‖g‖₂ over all gradients of the step, or over the means of so many batches. */
function normOf(b: Builder, gradients: readonly Value[], micro: Value | undefined): Value {
  if (micro === undefined) return b.apply('global_norm', gradients, {}, 'grad_norm');
  return b.apply('div', [b.apply('global_norm', gradients, {}, 'sum_norm'), micro], {}, 'grad_norm');
}

/** One gradient after a clip. */
function clipped(b: Builder, { by, limit }: Clip, gradient: Value, scale: Value | undefined): Value {
  switch (by) {
    case 'norm':
      if (scale === undefined) throw new InternalError('a clip by norm without its factor');
      return b.apply('mul', [gradient, scale], {}, 'grad');
    case 'value':
      return b.apply('maximum', [b.apply('minimum', [gradient, b.constant(limit)]), b.constant(-limit)], {}, 'grad');
  }
}

/** min(1, c / ‖g‖₂). */
function clipScale(b: Builder, limit: number, norm: Value): Value {
  const ratio = b.apply('div', [b.constant(limit), norm]);
  return b.apply('minimum', [b.constant(1), ratio], {}, 'clip_scale');
}

/** An update as a function: of the gradient as `backward` gives it, or of the sum of a group's. */
function updateFunction({ graph, origin }: Update, clips: readonly Clip[], accumulate: number): Graph {
  const grad = graph.inputs.find(({ role }) => role === 'grad');
  if (grad === undefined) return graph;
  const inputs = new Inputs(graph.inputs);
  const b = new Builder(origin, 'update');
  let gradient = grad.value;
  if (accumulate > 1) gradient = mean(b, gradient, inputs.of('host', MICRO, number, MICRO));
  for (const [i, clip] of clips.entries()) {
    b.origin = clip.origin;
    const scale =
      clip.by === 'norm' ? inputs.of('value', scaleName(i), { dtype: 'f32', shape: [] }, 'clip_scale') : undefined;
    gradient = clipped(b, clip, gradient, scale);
  }
  const now = (value: Value): Value => (value === grad.value ? gradient : value);
  return {
    inputs: inputs.all(),
    nodes: [...b.nodes, ...graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(now) }))],
    outputs: graph.outputs.map((output) => ({ ...output, value: now(output.value) })),
  };
}

/** What an update calls the factor of the clip at this place. */
const scaleName = (clip: number): string => `clip_${clip}`;

interface Surroundings {
  readonly inputs: Inputs;
  readonly gradient: Value;
  /** What all updates of a step share, by name. */
  readonly shared: (name: string) => Value | undefined;
  readonly outputs: GraphOutput[];
}

/** The call of an update's function, for its parameter. */
function called(
  b: Builder,
  { parameter, optimizer, origin }: Update,
  body: Graph,
  { inputs, gradient, shared, outputs }: Surroundings,
): void {
  const given = body.inputs.map(({ role, name, value: { type, word } }): Value => {
    switch (role) {
      case 'grad':
        return gradient;
      case 'parameter':
        return inputs.of(role, parameter, type, word);
      case 'slot':
        return inputs.of(role, `${parameter}/${name}`, type, word);
      case 'value': {
        const value = shared(name);
        if (value === undefined) throw new InternalError(`${name} is not known`);
        return value;
      }
      default:
        return inputs.of(role, name, type, word);
    }
  });
  b.origin = origin;
  const results = b.applyAll('call_function', given, { function: optimizer }, [], [body]);
  for (const [i, { role, name }] of body.outputs.entries()) {
    const value = results[i];
    if (value === undefined) throw new InternalError(`${optimizer} gives too little`);
    outputs.push({ role, name: role === 'slot' ? `${parameter}/${name}` : parameter, value });
  }
}

/** The inputs of the graph, each there once. */
class Inputs {
  readonly #inputs: GraphInput[];
  readonly #known: Map<string, Value>;

  constructor(inputs: readonly GraphInput[]) {
    this.#inputs = [...inputs];
    this.#known = new Map(inputs.map(({ role, name, value }) => [`${role} ${name}`, value]));
  }

  of(role: InputRole, name: string, type: Type, word: string | undefined): Value {
    const known = this.#known.get(`${role} ${name}`);
    if (known !== undefined) return known;
    const value: Value = { type, ...calledAs(word) };
    this.#inputs.push({ role, name, value });
    this.#known.set(`${role} ${name}`, value);
    return value;
  }

  all(): readonly GraphInput[] {
    return this.#inputs;
  }
}
