/** Random views of views: boxes, turned axes, repetitions and joins, read by kernels of all kinds, in turns and outside. */
import { sizeOf } from '../../runtime/kernels/buffer.ts';
import type { K, Shape, Value } from '../../runtime/kernels/k.ts';
import { add, tanh } from '../../runtime/kernels/scalar/functions.ts';
import { generator } from '../passes/random-graph.ts';
import { bodies } from './random-program.ts';
import type { Parameters, Values } from './traced.ts';

export const viewInputs = {
  x: { shape: [3, 4, 8], dtype: 'float32' },
  y: { shape: [5, 20], dtype: 'float32' },
} as const;

/** Elements of a value at most. */
const most = 600;

const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, axis) => n === b[axis]);

class Writer {
  readonly #next: () => number;
  readonly #k: K;

  constructor(seed: number, k: K) {
    this.#next = generator(seed);
    this.#k = k;
  }

  below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  happens(share: number): boolean {
    return this.#next() < share;
  }

  pick(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('no values');
    return value;
  }

  /** The value with other elements than it had, or in another order. */
  moved(u: Value): Value {
    const k = this.#k;
    const rank = u.shape.length;
    const ways = [
      () => {
        const size = u.shape.map((n) => (this.happens(0.5) ? n : 1 + this.below(n)));
        return k.slice(
          u,
          u.shape.map((n, axis) => this.below(n - (size[axis] ?? 0) + 1)),
          size,
        );
      },
      () => k.transpose(u, shuffled(rank, this.#next)),
      () => {
        const split = u.shape.flatMap((n, axis) => (n % 2 === 0 && rank < 5 ? [axis] : []));
        const axis = split[this.below(split.length)];
        if (axis === undefined) return k.reshape(u, [...u.shape, 1]);
        return k.reshape(u, [...u.shape.slice(0, axis), (u.shape[axis] ?? 0) / 2, 2, ...u.shape.slice(axis + 1)]);
      },
      () => {
        if (rank < 2) return u;
        const axis = this.below(rank - 1);
        const [a = 1, b = 1] = u.shape.slice(axis);
        return k.reshape(u, [...u.shape.slice(0, axis), a * b, ...u.shape.slice(axis + 2)]);
      },
      () => {
        const shape = u.shape.map((n) => (n === 1 ? 1 + this.below(4) : n));
        const wide = this.happens(0.3) && rank < 5 ? [2, ...shape] : shape;
        return sizeOf(wide) > most ? u : k.broadcast(u, wide);
      },
    ];
    return ways[this.below(ways.length)]?.() ?? u;
  }

  /** One to three calls over what is known; what they give comes last. */
  calls(known: readonly Value[]): readonly Value[] {
    const k = this.#k;
    const u = this.pick(this.happens(0.7) ? known.slice(-4) : known);
    const rank = u.shape.length;
    const way = this.#next();
    if (way < 0.45) return [...known, this.moved(this.happens(0.5) ? this.moved(u) : u)];
    if (way < 0.7) {
      const alike = known.filter(({ shape }) => same(shape, u.shape));
      const partner = this.happens(0.7) ? this.pick(alike) : k.sum(u, { axis: [this.below(rank)], keepdims: true });
      return [...known, ...k.map(bodies[this.below(bodies.length)] ?? ((v) => [v]), [u, partner])];
    }
    if (way < 0.78) {
      const parts = [u, ...known.filter(({ shape }) => same(shape, u.shape)).slice(-2)];
      const joined = parts.map((part) => (this.happens(0.7) ? k.map(add, [part, part]) : part));
      const whole = sizeOf(u.shape) * joined.length > most ? u : k.concat(joined, this.below(rank));
      return [...known, ...joined, whole];
    }
    if (way < 0.88 && rank >= 2) {
      const turned = this.happens(0.5);
      const axes = u.shape.map((_, axis) => axis);
      const product = this.happens(0.5)
        ? k.matmul(u, u, { transposeA: turned, transposeB: !turned })
        : k.matmul(u, k.transpose(u, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]));
      // Small, so that nothing grows without end.
      return sizeOf(product.shape) > most ? known : [...known, k.map(tanh, [product])];
    }
    const axis = [this.below(rank)];
    return [...known, this.happens(0.7) ? k.sum(u, { axis }) : k.max(u, { axis, keepdims: true })].filter(
      ({ shape }) => shape.length > 0,
    );
  }

  /** Turns over a value's first axis, each of the same calls. */
  scan(known: readonly Value[]): readonly Value[] {
    const k = this.#k;
    const over = this.pick(known.filter(({ shape }) => shape.length > 1));
    const [steps = 1] = over.shape;
    const first = this.pick(known);
    const seed = this.below(1e9);
    const { last, stacked } = k.scan({ steps, over: [over], with: [first] }, ([at], [h]) => {
      const w = new Writer(seed, k);
      let inside: readonly Value[] = [...known, at, h];
      for (let i = 0; i < 6; i++) inside = w.calls(inside);
      const fit = inside.filter(({ shape }) => same(shape, h.shape)).slice(-2);
      return { next: [w.pick(fit)], stack: [w.pick(inside.slice(-4)), at] };
    });
    return [...known, ...last, ...stacked.filter(({ shape }) => sizeOf(shape) <= most)];
  }
}

/** The axes in any order. */
function shuffled(rank: number, next: () => number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return Array.from({ length: rank }, () => axes.splice(Math.floor(next() * axes.length), 1)).flat();
}

export function randomViews(
  seed: number,
  k: K,
  p: Parameters,
  { x, y }: Values<typeof viewInputs>,
): Readonly<Record<string, Value>> {
  const writer = new Writer(seed, k);
  let known: readonly Value[] = [p.a, p.b, p.c, x, y];
  for (let i = 0; i < 16; i++) {
    known = i % 8 === 5 ? writer.scan(known) : writer.calls(known);
    for (const target of [p.a, p.b, p.c]) {
      const fit = known.filter(({ shape }) => sizeOf(shape) === sizeOf(target.shape));
      if (writer.happens(0.1)) k.store(target, writer.pick(fit.slice(-3)));
    }
  }
  const read = [...known.filter(() => writer.happens(0.15)).slice(-4), k.sum(writer.pick(known.slice(-3)))];
  return Object.fromEntries(read.map((value, i) => [`r${i}`, value]));
}
