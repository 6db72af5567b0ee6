/**
 * The gradients of a training step against finite differences, in f64 on the interpreter. Along a random direction u of
 * a parameter the loss changes by ⟨∂L/∂w, u⟩: the derivative says so, and so does (L(w + hu) − L(w − hu)) / 2h. Where the
 * two part, every node is asked by itself: what its result changes by, weighed with the result's cotangent, is what its
 * inputs change by, weighed with what its own rule makes of that cotangent.
 */
import { stream as randomStream } from '../../../runtime/random/stream.ts';
import type { Stream } from '../../../runtime/random/stream.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { Builder } from '../../ir/builder.ts';
import { adaptedBy } from '../../ir/model.ts';
import type { Model, TrainingStep } from '../../ir/model.ts';
import type { Graph, GraphInput, GraphOutput, Node, Value } from '../../ir/types.ts';
import type { Draw, Seed, Tensor } from '../../ops/define.ts';
import { filled } from '../../ops/rules/filled.ts';
import { concrete } from '../../ops/rules/index-space.ts';
import { inlineCalls } from '../../passes/functions.ts';
import { pullback } from '../../passes/pullback.ts';
import { evaluateAgain, evaluateGraph, evaluateValues } from './evaluate.ts';

/** A directional derivative by the symbolic gradient, and by differences of the loss. */
export interface Compared {
  readonly derivative: number;
  readonly difference: number;
}

export interface ComparedParameter extends Compared {
  readonly path: string;
  readonly isRight: boolean;
}

/** A node whose derivative is not that of what it computes, or is stopped there. */
export interface Fault {
  readonly node: Node;
  /** The parameters that it makes wrong. */
  readonly parameters: readonly ComparedParameter[];
}

export interface GradientReport {
  /** Where there is much to compute, and all are right together, each difference is as great as the derivative. */
  readonly parameters: readonly ComparedParameter[];
  /** All parameters moved at once, where each by itself would take long. */
  readonly together: Compared | undefined;
  /** In the order of the graph; none where parameters are wrong and each node is right by itself. */
  readonly faults: readonly Fault[];
}

/** Told of what is under way: how much of it is done, of how much. */
export type Watch = (doing: string, done: number, of: number) => void;

/** Rows of the batch: what crosses examples meets several, and norms over the batch have something to divide by. */
export const ROWS = 3;
/** Of a value of size 1: rounding in f64 is 1e-16 / h, and what the third derivative adds is h². */
const H = 1e-5;
/** The greatest relative distance of two right answers. */
const NEAR = 1e-5;
/** More numbers than this are not computed for each parameter by itself. */
const MOST = 1e8;

/** Everything is drawn from the seed: batch, weights (the initial ones, moved a little) and directions. */
export function checkGradients(model: Model, step: TrainingStep, seed: number, watch?: Watch): GradientReport {
  const first = new Trial(model, step, seed, watch);
  const wrong = first.parameters.filter(({ isRight }) => !isRight);
  const { together } = first;
  if (wrong.length === 0) return { parameters: first.parameters, together, faults: [] };
  // A kink between w − hu and w + hu is nobody's fault: what is wrong is so along another direction too.
  const second = new Trial(model, step, seed + 1, watch);
  const isWrong = new Set(second.parameters.filter(({ isRight }) => !isRight).map(({ path }) => path));
  const parameters = first.parameters.map((each) => (isWrong.has(each.path) ? each : { ...each, isRight: true }));
  const again = new Set(second.faults);
  const faults = first.faults.filter((node) => again.has(node));
  return { parameters, together, faults: first.blamed(faults, parameters) };
}

class Trial {
  readonly parameters: readonly ComparedParameter[];
  readonly together: Compared | undefined;
  readonly #graph: Graph;
  readonly #trained: readonly GraphInput[];
  readonly #batch = ROWS;
  readonly #watch: Watch | undefined;
  readonly #draw: Draw;
  readonly #values: ReadonlyMap<Value, Tensor>;
  readonly #cotangents: ReadonlyMap<Value, Tensor>;
  readonly #directions: ReadonlyMap<Value, Tensor>;

  constructor(model: Model, step: TrainingStep, seed: number, watch?: Watch) {
    this.#graph = inlinedOf(step);
    this.#watch = watch;
    const names = new Set(step.updates.map(({ parameter }) => parameter));
    this.#trained = this.#graph.inputs.filter(({ role, name }) => role === 'parameter' && names.has(name));
    this.#draw = drawer(seed, 0);
    const inputs = startingPoint(model, this.#graph, seed);
    const counted = this.#counted('the loss', this.#graph.nodes.length);
    this.#values = evaluateValues(this.#graph, { inputs, batch: this.#batch, draw: this.#draw, watch: counted });
    this.#cotangents = this.#pulledBack(inputs);
    this.#directions = new Map(
      this.#trained.map(({ name, value }) => [value, scaledLike(this.#at(value), normals(seed, `u ${name}`))]),
    );
    const elements = [...this.#values.values()].reduce((total, { data }) => total + data.length, 0);
    const all = elements * this.#trained.length > MOST ? this.#compare(this.#directions) : undefined;
    this.together = all;
    this.parameters = this.#trained.map(({ name, value }, i) => {
      watch?.(`differences by ${name}`, i + 1, this.#trained.length);
      const own = new Map([[value, this.#direction(value)]]);
      if (all?.isRight !== true) return { path: name, ...this.#compare(own) };
      const derivative = sum(this.#termsOf(own));
      return { path: name, derivative, difference: derivative, isRight: true };
    });
  }

  /** Tells of each operation that there is one more of so many. */
  #counted(doing: string, of: number): (() => void) | undefined {
    const watch = this.#watch;
    let done = 0;
    return watch && (() => watch(doing, ++done, of));
  }

  #at(value: Value): Tensor {
    const tensor = this.#values.get(value);
    if (tensor === undefined) throw new InternalError(`${value.word} has no value`);
    return tensor;
  }

  /** The cotangents of all that depends on what is trained, that itself among it. */
  #pulledBack(inputs: ReadonlyMap<string, Tensor>): ReadonlyMap<Value, Tensor> {
    const loss = lossOf(this.#graph);
    const b = new Builder(originOf(this.#graph), 'backward');
    const one = filled(b, 1, loss.type.shape);
    const wrt = dependingOn(
      this.#trained.map(({ value }) => value),
      this.#graph.nodes,
    ).filter(({ type }) => type.dtype === 'f32');
    const { nodes, cotangents } = pullback(b, this.#graph.nodes, [[loss, one]], wrt);
    const known = wrt.flatMap((value, i) => {
      const cotangent = cotangents[i] ?? null;
      return cotangent === null ? [] : [[value, cotangent] as const];
    });
    const outputs = known.map(([, value], i): GraphOutput => ({ role: 'value', name: `${i}`, value }));
    const graph = { ...this.#graph, nodes: [...nodes, ...b.nodes], outputs };
    const counted = this.#counted('the gradient', graph.nodes.length);
    const run = { inputs, batch: this.#batch, draw: this.#draw, known: this.#values, watch: counted };
    const found = evaluateGraph(graph, run);
    return new Map(
      known.map(([value], i) => {
        const cotangent = found.get(`value:${i}`);
        if (cotangent === undefined) throw new InternalError(`${value.word} has no cotangent`);
        return [value, cotangent];
      }),
    );
  }

  #direction(parameter: Value): Tensor {
    const u = this.#directions.get(parameter);
    if (u === undefined) throw new InternalError(`${parameter.word} has no direction`);
    return u;
  }

  /** What the gradients along these directions are the sum of. */
  #termsOf(directions: ReadonlyMap<Value, Tensor>): readonly number[] {
    return [...directions].flatMap(([parameter, u]) => {
      const gradient = this.#cotangents.get(parameter);
      return gradient === undefined ? [] : productsOf(gradient, u);
    });
  }

  #compare(directions: ReadonlyMap<Value, Tensor>): Compared & { readonly isRight: boolean } {
    const loss = lossOf(this.#graph);
    const [plus = NaN, minus = NaN] = [H, -H].map((h) => this.#moved(directions, h).get(loss)?.data[0] ?? NaN);
    const terms = this.#termsOf(directions);
    const derivative = sum(terms);
    const difference = (plus - minus) / (2 * H);
    const size = sum(terms.map(Math.abs));
    const rounding = (1e-15 * Math.abs(this.#at(loss).data[0] ?? NaN)) / H;
    const isRight = Math.abs(derivative - difference) <= NEAR * Math.max(size, Math.abs(difference)) + 100 * rounding;
    return { derivative, difference, isRight };
  }

  /** All values where some are moved by h times their directions. */
  #moved(directions: ReadonlyMap<Value, Tensor>, h: number): ReadonlyMap<Value, Tensor> {
    const changed = new Map([...directions].map(([value, u]) => [value, plus(this.#at(value), u, h)]));
    return evaluateAgain(this.#graph, this.#values, changed, { batch: this.#batch, draw: this.#draw }, isWritten);
  }

  /** The nodes that are wrong by themselves, by their places. */
  get faults(): readonly number[] {
    const [after, before] = [H, -H].map((h) => this.#moved(this.#directions, h));
    const change = (value: Value): Tensor | undefined => {
      const [to, from] = [after?.get(value), before?.get(value)];
      if (to === undefined || from === undefined || to === from || value.type.dtype !== 'f32') return undefined;
      return { shape: to.shape, data: to.data.map((x, i) => (x - (from.data[i] ?? NaN)) / (2 * H)) };
    };
    return this.#graph.nodes.flatMap((node, at) => (this.#isWrong(node, change) ? [at] : []));
  }

  #isWrong(node: Node, change: (value: Value) => Tensor | undefined): boolean {
    const results = node.outputs.flatMap((value) => {
      const cotangent = this.#cotangents.get(value);
      return cotangent === undefined ? [] : [{ value, cotangent, by: change(value) }];
    });
    const inputs = [...new Set(node.inputs)].filter(({ type }) => type.dtype === 'f32');
    if (results.length === 0 || inputs.every((input) => change(input) === undefined)) return false;
    const out = results.flatMap(({ cotangent, by }) => (by === undefined ? [] : productsOf(cotangent, by)));
    const pulled = this.#pulledThrough(node, inputs, results);
    const back = inputs.flatMap((input, i) => {
      const [by, cotangent] = [change(input), pulled[i]];
      return by === undefined || cotangent === undefined ? [] : productsOf(cotangent, by);
    });
    const size = Math.max(...[out, back].map((terms) => sum(terms.map(Math.abs))));
    const values = results.flatMap(({ value, cotangent }) => productsOf(cotangent, this.#at(value)));
    const rounding = (1e-15 * sum(values.map(Math.abs))) / H;
    return Math.abs(sum(out) - sum(back)) > NEAR * size + 100 * rounding;
  }

  /** What the node's own rule makes of the cotangents of its results. */
  #pulledThrough(
    node: Node,
    inputs: readonly Value[],
    results: readonly { readonly value: Value; readonly cotangent: Tensor }[],
  ): readonly (Tensor | undefined)[] {
    const b = new Builder(node.origin, 'backward');
    const seeds = results.map(({ value }): Seed => [value, { type: value.type }]);
    const { nodes, cotangents } = pullback(b, [node], seeds, inputs);
    const given: GraphInput[] = [...new Set([...node.inputs, ...seeds.map(([, seed]) => seed)])].map((value, i) => ({
      role: 'value',
      name: `${i}`,
      value,
    }));
    const tensors = new Map(results.map(({ cotangent }, i) => [seeds[i]?.[1], cotangent]));
    const known = cotangents.map((cotangent, i) => ({ cotangent, name: `${i}` }));
    const graph: Graph = {
      inputs: given,
      nodes: [...nodes, ...b.nodes],
      outputs: known.flatMap(({ cotangent, name }) =>
        cotangent === null ? [] : [{ role: 'value' as const, name, value: cotangent }],
      ),
    };
    const found = evaluateGraph(graph, {
      inputs: new Map(given.map(({ name, value }) => [`value:${name}`, tensors.get(value) ?? this.#at(value)])),
      batch: this.#batch,
      draw: this.#draw,
    });
    return known.map(({ name }) => found.get(`value:${name}`));
  }

  /** The nodes at these places, with the wrong parameters that they depend on. */
  blamed(places: readonly number[], parameters: readonly ComparedParameter[]): readonly Fault[] {
    const wrong = new Map(parameters.filter(({ isRight }) => !isRight).map((each) => [each.path, each]));
    const reached = new Map<Value, ReadonlySet<string>>(
      this.#trained.map(({ name, value }) => [value, new Set(wrong.has(name) ? [name] : [])]),
    );
    for (const { inputs, outputs } of this.#graph.nodes) {
      const paths = new Set(inputs.flatMap((input) => [...(reached.get(input) ?? [])]));
      for (const output of outputs) reached.set(output, paths);
    }
    return places.flatMap((place): readonly Fault[] => {
      const node = this.#graph.nodes[place];
      if (node === undefined) return [];
      const paths = new Set(node.outputs.flatMap((output) => [...(reached.get(output) ?? [])]));
      const misled = [...wrong.values()].filter(({ path }) => paths.has(path));
      // A loop is as right as its body is.
      const stops = stopsIn(node.bodies);
      return (stops.length > 0 ? stops : [node]).map((each) => ({ node: each, parameters: misled }));
    });
  }
}

/** These values, and all that is made of them. */
function dependingOn(values: readonly Value[], nodes: readonly Node[]): readonly Value[] {
  const found = new Set(values);
  for (const { inputs, outputs } of nodes)
    if (inputs.some((input) => found.has(input))) for (const output of outputs) found.add(output);
  return [...found];
}

const stopsIn = (bodies: readonly Graph[]): readonly Node[] =>
  bodies.flatMap(({ nodes }) =>
    nodes.flatMap((node) => [...(node.op === 'stop_gradient' ? [node] : []), ...stopsIn(node.bodies)]),
  );

/** What `<-` gives is a constant to the loss. */
const isWritten = ({ attrs }: Node): boolean => attrs['written'] === true;

/** Steps are asked more than once: places of nodes mean the same each time. */
const inlined = new WeakMap<Graph, Graph>();

function inlinedOf({ graph }: TrainingStep): Graph {
  const known = inlined.get(graph) ?? inlineCalls(graph);
  inlined.set(graph, known);
  return known;
}

function lossOf({ outputs }: Graph): Value {
  const loss = outputs.find(({ role }) => role === 'loss')?.value;
  if (loss === undefined) throw new InternalError('the graph has no loss');
  return loss;
}

function originOf({ nodes: [first] }: Graph): Node['origin'] {
  if (first === undefined) throw new InternalError('the graph has no nodes');
  return first.origin;
}

const sum = (terms: readonly number[]): number => terms.reduce((total, term) => total + term, 0);

const productsOf = (a: Tensor, b: Tensor): readonly number[] => Array.from(a.data, (x, i) => x * (b.data[i] ?? NaN));

const plus = ({ shape, data }: Tensor, u: Tensor, h: number): Tensor => ({
  shape,
  data: data.map((x, i) => x + h * (u.data[i] ?? NaN)),
});

/** The runtime's numbers, of which millions are drawn here. */
function drawer(seed: number, counter: number): Draw {
  const streams = new Map<string, Stream>();
  const opened = (name: string): Stream => {
    const known = streams.get(name) ?? randomStream(seed, name);
    streams.set(name, known);
    return known;
  };
  return (kind, name, index) => {
    switch (kind) {
      case 'uniform':
        return opened(name).uniform(counter, index);
      case 'normal':
        return opened(name).normal(counter, index);
      case 'truncated_normal':
        return opened(name).truncatedNormal(index);
    }
  };
}

type Numbers = (index: number) => number;

const normals = (seed: number, name: string): Numbers => {
  const draw = drawer(seed, 1);
  return (index) => draw('normal', name, index);
};

/** Numbers of the size of these, or of 1 where there are none. */
function scaledLike({ shape, data }: Tensor, of: Numbers): Tensor {
  const size = Math.sqrt(data.reduce((total, x) => total + x * x, 0) / Math.max(1, data.length));
  return { shape, data: data.map((_, i) => (size === 0 ? 1 : size) * of(i)) };
}

/** What the graph is given, by role and name. */
function startingPoint(model: Model, { inputs }: Graph, seed: number): ReadonlyMap<string, Tensor> {
  const inits = new Map([...model.parameters, ...model.states].map(({ path, init }) => [path, init]));
  const initial = (path: string, init: Graph): Tensor => {
    const weight = adaptedBy(model.parameters, path);
    return initialOf(init, seed, path, weight && initial(weight.path, weight.init));
  };
  const hosts = new Map([
    ['B', ROWS],
    ['rows', ROWS],
    ['micro', 1],
    ['t', 1],
    ['T', 100],
  ]);
  return new Map(
    inputs.map(({ role, name, value: { type } }): readonly [string, Tensor] => {
      const shape = concrete(type.shape, ROWS);
      const init = inits.get(name);
      if (role === 'host') return [`host:${name}`, { shape: [], data: Float64Array.of(hosts.get(name) ?? NaN) }];
      if (init !== undefined && (role === 'parameter' || role === 'state')) {
        const value = initial(name, init);
        // Off the points where biases are 0 and all scales 1: there much is zero that is not elsewhere.
        return [`${role}:${name}`, role === 'state' ? value : plus(value, scaledLike(value, normals(seed, name)), 0.1)];
      }
      return [`${role}:${name}`, batchOf(model, name, { dtype: type.dtype, shape }, seed)];
    }),
  );
}

/** Initial values draw from the stream of their path; some are made of that of the weight beside them. */
function initialOf(init: Graph, seed: number, path: string, weight: Tensor | undefined): Tensor {
  const drawn = drawer(seed, 0);
  const draw: Draw = (kind, _, index) => drawn(kind, path, index);
  const inputs = new Map(weight === undefined ? [] : [['parameter:param', weight]]);
  const [value] = evaluateGraph(init, { inputs, batch: 1, draw }).values();
  if (value === undefined) throw new InternalError(`${path} has no initial value`);
  return value;
}

/** Numbers in the range of the port, ids in their tables, classes; noise as it is distributed. */
function batchOf(
  model: Model,
  name: string,
  { dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] },
  seed: number,
): Tensor {
  const port = model.ports.find((each) => each.name === name);
  const noise = model.noises.find((each) => each.name === name);
  const draw = drawer(seed, 2);
  const size = shape.reduce((product, length) => product * length, 1);
  const inRow = size / ROWS;
  const below = (i: number): number => {
    const { classes, below: bound = 2, range } = port ?? {};
    if (classes !== undefined) return classes;
    const most = typeof bound === 'number' ? bound : (bound[i % inRow] ?? 2);
    return Math.min(most, range === undefined ? Infinity : range[1] + 1, 1e6);
  };
  const at = (i: number): number => {
    if (noise !== undefined) return draw(noise.distribution, name, i);
    const u = draw('uniform', name, i);
    if (dtype === 'i32') {
      const low = port?.range?.[0] ?? 0;
      return low + Math.floor(u * (below(i) - low));
    }
    const [low, high] = port?.range ?? [-1.5, 1.5];
    return low + (high - low) * u;
  };
  return { shape, data: Float64Array.from({ length: size }, (_, i) => at(i)) };
}
