/** Random graphs over the ops that passes rewrite, and random values for their inputs. */
import type { Graph, GraphOutput, Shape, Value } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { loopAttrs } from '../../compiler/ops/rules/loop.ts';
import { concrete } from '../../compiler/ops/rules/index-space.ts';
import { Sketch } from './models.ts';

/** A small generator of numbers (mulberry32): the same graph for the same seed. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BATCH = 3;
const SHAPES: readonly Shape[] = [['B', 4], ['B', 1], ['B'], [4], [], [1, 4], [4, 4]];
const SMOOTH = ['neg', 'square', 'tanh', 'sigmoid', 'softplus', 'exp', 'sin'] as const;
const KINKED = ['relu', 'abs', 'sign', 'not', 'floor'] as const;
const BINARY = ['add', 'sub', 'mul', 'maximum', 'minimum'] as const;
const COMPARED = ['greater', 'less', 'equal'] as const;

export interface Wishes {
  /** Whether the loss has a derivative everywhere that matters: no kinks, no comparisons. */
  readonly smooth?: boolean;
  readonly nodes?: number;
  /** How deep loops may lie within one another. */
  readonly loops?: number;
}

/** A training graph: parameters, a batch, a random dag, and a loss that reads most of it. */
export function randomGraph(seed: number, { smooth = false, nodes = 24, loops = 0 }: Wishes = {}): Graph {
  const random = generator(seed);
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const s = new Sketch('random');
  const values: Value[] = [
    s.input('input', 'x', ['B', 4]),
    s.input('target', 'y', ['B', 1]),
    s.input('parameter', 'w', [4, 4]),
    s.input('parameter', 'b', [4]),
    s.input('parameter', 'c', []),
    s.input('host', 'h', [], 'f64'),
  ];
  const some = (): Value => pick(values) ?? s.op('const', [], { value: 1 });
  const tensor = (): Value => pick(values.filter(({ type }) => type.dtype === 'f32')) ?? some();
  while (s.b.nodes.length < nodes) values.push(...step(s, { random, pick, some, tensor, values, smooth, loops }));
  const last = values.filter(({ type }) => type.dtype === 'f32').slice(-4);
  const parts = last.map((value) => s.op('sum', [s.op('tanh', [value])], { axis: 'all', keepdims: false }));
  const loss = parts.reduce((sum, part) => s.op('add', [sum, part], {}, 'loss'));
  const kept = pick(values.filter(({ type }) => type.dtype === 'f32')) ?? loss;
  const outputs: GraphOutput[] = [
    { role: 'loss', name: 'loss', value: loss },
    { role: 'value', name: 'kept', value: kept },
  ];
  return s.graph(outputs);
}

type Pick = <T>(items: readonly T[]) => T | undefined;

/** What a step may draw on. */
interface Means {
  readonly random: () => number;
  readonly pick: Pick;
  /** Any value so far, and any tensor. */
  readonly some: () => Value;
  readonly tensor: () => Value;
  readonly values: readonly Value[];
  readonly smooth: boolean;
  readonly loops: number;
}

function step(s: Sketch, means: Means): readonly Value[] {
  const { random, pick, some, tensor, smooth, loops } = means;
  if (loops > 0 && random() < 0.12) return looped(s, means);
  const kind = random();
  if (kind < 0.3) return [s.op(pick(smooth ? SMOOTH : [...SMOOTH, ...KINKED]) ?? 'neg', [tamed(s, tensor())])];
  if (kind < 0.55)
    return joinedBy(s, pick(smooth ? BINARY.slice(0, 3) : [...BINARY, ...COMPARED]) ?? 'add', some(), tensor());
  if (kind < 0.62) {
    const op = pick(['mul', 'add', 'sub', 'pow', 'div'] as const) ?? 'add';
    return [s.op(op, [tamed(s, tensor()), pick(op === 'div' ? [1, 2, -3, 4] : [0, 1, 2, 3]) ?? 1])];
  }
  if (kind < 0.75) return reduced(s, random, tensor());
  if (kind < 0.82) return reshaped(s, tensor());
  if (kind < 0.88) return moved(s, tensor());
  if (kind < 0.9) return [s.op('arange', [], { size: pick([1, 4]) ?? 4 })];
  if (kind < 0.96) return multiplied(s, random, tensor(), tensor());
  return [
    s.op('broadcast', [s.op('reshape', [s.op('sum', [tensor()], { axis: 'all', keepdims: false })], { shape: [1] })], {
      shape: ['B', 4],
    }),
  ];
}

const STEPS = 3;

/** A loop over a few random steps, which carries values, goes along others, and reads some from outside. */
function looped(s: Sketch, { random, pick, tensor, values, smooth, loops }: Means): readonly Value[] {
  const some = (least: number, most: number): readonly Value[] =>
    Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, tensor);
  const carried = some(0, 2).map((value) => tamed(s, value));
  const sequences = some(1, 2).map((value) => sequenceOf(s, value));
  const outside = [...new Set([...some(1, 3), ...values.filter(({ type }) => type.dtype === 'f64').slice(0, 1)])];
  const body = new Sketch('loop');
  const given = [...carried, ...sequences, ...outside].map(({ type, word = '' }, i) => {
    const isSequence = i >= carried.length && i < carried.length + sequences.length;
    const shape = isSequence ? type.shape.slice(1) : type.shape;
    return body.named(type.dtype === 'f64' ? 'host' : 'input', `${i}`, word, { dtype: type.dtype, shape });
  });
  const inside = [...given];
  const inner = {
    random,
    pick,
    some: () => pick(inside) ?? body.op('const', [], { value: 1 }),
    tensor: () =>
      pick(inside.filter(({ type }) => type.dtype === 'f32')) ?? inside[0] ?? body.op('arange', [], { size: 4 }),
    values: inside,
    smooth,
    loops: loops - 1,
  };
  const enough = 2 + Math.floor(random() * 8);
  while (body.b.nodes.length < enough) inside.push(...step(body, inner));
  const nexts = given.slice(0, carried.length).map((value): Value => {
    if (random() < 0.1) return value;
    const other = body.op('sum', [tamed(body, inner.tensor())], { axis: 'all', keepdims: false });
    // Small, so that differences do not grow from turn to turn.
    return tamed(body, body.op('add', [value, random() < 0.2 ? 1 : body.op('mul', [other, 0.05])]));
  });
  const stacked = Array.from({ length: random() < 0.3 ? 0 : 1 + Math.floor(random() * 2) }, inner.tensor);
  const outputs = [...nexts, ...stacked].map((value, i): GraphOutput => ({ role: 'value', name: `${i}`, value }));
  const loop = { carried: carried.length, over: sequences.length, steps: STEPS, reverse: random() < 0.5 };
  const results = s.b.applyAll('scan', [...carried, ...sequences, ...outside], loopAttrs(loop), undefined, [
    body.graph(outputs),
  ]);
  // What follows knows no more axes than these.
  const all = { axis: [0], keepdims: false };
  return results.map((value, i) => (i < carried.length ? value : s.op('sum', [tamed(s, value)], all)));
}

/** A value at each of some positions, which differs from one to the next. */
function sequenceOf(s: Sketch, value: Value): Value {
  const { shape } = value.type;
  const many = s.op('broadcast', [value], { shape: [STEPS, ...shape] });
  const place = s.op('reshape', [s.op('arange', [], { size: STEPS })], { shape: [STEPS, ...shape.map(() => 1)] });
  return tamed(s, s.op('add', [many, place]));
}

/** Values stay within the range in which rounding is small. */
const tamed = (s: Sketch, value: Value): Value => s.op('sin', [value]);

function joinedBy(s: Sketch, op: string, a: Value, b: Value): readonly Value[] {
  const fits = (x: Shape, y: Shape): boolean =>
    x.every((size, i) => {
      const other = y[y.length - x.length + i];
      return other === undefined || size === 1 || other === 1 || size === other;
    });
  return fits(a.type.shape, b.type.shape) ? [s.op(op, [a, b])] : [];
}

function reduced(s: Sketch, random: () => number, x: Value): readonly Value[] {
  const rank = x.type.shape.length;
  if (rank === 0) return [];
  const op = random() < 0.75 ? 'sum' : 'logsumexp';
  return [s.op(op, [x], { axis: [Math.floor(random() * rank)], keepdims: random() < 0.5 })];
}

function reshaped(s: Sketch, x: Value): readonly Value[] {
  const { shape } = x.type;
  const last = shape[shape.length - 1];
  if (shape.length >= 2 && last === 1) return [s.op('reshape', [x], { shape: shape.slice(0, -1) })];
  return shape.length >= 1 && shape.length < 3 ? [s.op('reshape', [x], { shape: [...shape, 1] })] : [];
}

function moved(s: Sketch, x: Value): readonly Value[] {
  return x.type.shape.length === 2 && x.type.shape[0] !== 'B' ? [s.op('transpose', [x], { permutation: [1, 0] })] : [];
}

function multiplied(s: Sketch, random: () => number, a: Value, b: Value): readonly Value[] {
  if (a.type.shape.length !== 2 || b.type.shape.length !== 2 || b.type.shape[0] === 'B') return [];
  const flip = random() < 0.5;
  const inner = flip ? b.type.shape[1] : b.type.shape[0];
  if (a.type.shape[1] !== inner) return [];
  const product = s.op('matmul', [tamed(s, a), tamed(s, b)], { transposeA: false, transposeB: flip });
  return random() < 0.5 ? [product] : [product, ...joinedBy(s, 'add', product, a)];
}

/** Values for every input of a graph, by role and name. */
export function randomInputs(graph: Graph, seed: number): ReadonlyMap<string, Tensor> {
  const random = generator(seed ^ 0x5eed);
  return new Map(
    graph.inputs.map(({ role, name, value }) => {
      const shape = concrete(value.type.shape, BATCH);
      const size = shape.reduce((product, n) => product * n, 1);
      const draw = (): number =>
        value.type.dtype === 'i32'
          ? Math.floor(random() * 3) - 1
          : role === 'host'
            ? name === 'B'
              ? BATCH
              : 1 + Math.floor(random() * 5)
            : random() * 2 - 1;
      return [`${role}:${name}`, { shape, data: Float64Array.from({ length: size }, draw) }];
    }),
  );
}

export { BATCH, SHAPES };
