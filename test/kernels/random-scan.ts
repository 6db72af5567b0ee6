/** Random scans with random wiring, written against any way of running their turns. */
import { sizeOf } from '../../runtime/kernels/buffer.ts';
import type { K, Shape, Value } from '../../runtime/kernels/k.ts';
import { lessEqual, select } from '../../runtime/kernels/scalar/functions.ts';
import { generator } from '../passes/random-graph.ts';
import { bodies } from './random-program.ts';
import type { Parameters, Values } from './traced.ts';
import type { Scanner } from './unroll.ts';

/** Sequences of matrices, and of whole numbers. */
export const scanInputs = {
  x: { shape: [5, 3, 4], dtype: 'float32' },
  y: { shape: [5, 4, 3], dtype: 'float32' },
  ids: { shape: [5, 3], dtype: 'int32' },
} as const;

const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, axis) => n === b[axis]);

/** What a turn may read: matrices and columns, whole numbers, and sequences of either. */
interface Known {
  readonly matrices: readonly Value[];
  readonly ids: readonly Value[];
  readonly sequences: readonly Value[];
}

class Writer {
  readonly #next: () => number;
  readonly #k: K;
  readonly #scan: Scanner;

  constructor(seed: number, k: K, scan: Scanner) {
    this.#next = generator(seed);
    this.#k = k;
    this.#scan = scan;
  }

  number(below: number): number {
    return Math.floor(this.#next() * below);
  }

  happens(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(items: readonly T[], or: T): T {
    return items[this.number(items.length)] ?? or;
  }

  /** One call of some kernel over what is known; what it gives comes last. */
  call({ matrices, ids, sequences }: Known): Known {
    const k = this.#k;
    const recent = this.happens(0.6) ? matrices.slice(-4) : matrices;
    const [first] = matrices;
    if (first === undefined) throw new Error('no values');
    const u = this.pick(recent, first);
    const [rows = 1, columns = 1] = u.shape;
    const alike = matrices.filter(({ shape }) => same(shape, u.shape));
    const add = (...made: readonly Value[]): Known => ({ matrices: [...matrices, ...made], ids, sequences });
    const way = this.#next();
    if (way < 0.4) {
      const partner = this.pick([() => this.pick(alike, u), () => k.sum(u, { axis: [0], keepdims: true })], () => u)();
      return add(
        ...k.map(
          this.pick(bodies, (v) => [v]),
          [u, partner],
        ),
      );
    }
    if (way < 0.5) return add(k.reshape(u, [columns, rows]));
    if (way < 0.58) return add(k.transpose(u, [1, 0]));
    if (way < 0.66) return add(k.sum(u, { axis: [this.number(2)], keepdims: true }));
    if (way < 0.8) {
      const factors = matrices.filter(({ shape }) => shape[0] === columns);
      const v = this.pick(factors, k.transpose(u, [1, 0]));
      // Halved, so that nothing grows without end.
      return add(k.map((z) => select(lessEqual(z, 2), z, 2), [k.matmul(u, v)]));
    }
    const some = ids[this.number(ids.length)];
    if (way < 0.9 && some !== undefined) {
      const rowsRead = k.gather(u, some);
      return sizeOf(rowsRead.shape) <= 12 ? add(rowsRead) : add(k.slice(rowsRead, [0, 0], [1, columns]));
    }
    if (some === undefined) return add(u);
    const other = ids[this.number(ids.length)] ?? some;
    const chosen = k.map((p, q) => select(lessEqual(p, q), q, p), [some, other]);
    return { matrices, ids: [...ids, chosen], sequences };
  }

  /** A scan over what is known, whose turn is written anew from the same seed however often it is called. */
  scan(known: Known, depth: number): Known {
    const [firstMatrix] = known.matrices;
    const [firstSequence] = known.sequences;
    if (firstMatrix === undefined || firstSequence === undefined) throw new Error('no values');
    const lead = this.pick(known.sequences, firstSequence);
    const steps = lead.shape[0] ?? 1;
    const fitting = known.sequences.filter(({ shape }) => shape[0] === steps);
    const over = [lead, ...Array.from({ length: this.number(3) }, () => this.pick(fitting, lead))];
    const begin = [...known.matrices, ...known.ids];
    const first = Array.from({ length: this.number(5) }, () => this.pick(begin, firstMatrix));
    const calls = 1 + this.number(5);
    const count = this.number(5);
    const seed = this.number(1e9);
    const { last, stacked } = this.#scan({ steps, over, with: first, reverse: this.happens(0.5) }, (at, carried) => {
      const w = new Writer(seed, this.#k, this.#scan);
      const given = [...at, ...carried];
      let inside: Known = {
        matrices: [...known.matrices, ...given.filter((v) => v.dtype === 'float32')],
        ids: [...known.ids, ...given.filter((v) => v.dtype === 'int32')],
        sequences: known.sequences,
      };
      for (let i = 0; i < calls; i++) inside = w.call(inside);
      if (depth > 0 && w.happens(0.4)) inside = w.scan(inside, depth - 1);
      for (let i = 0; i < w.number(3); i++) inside = w.call(inside);
      const all = [...inside.matrices, ...inside.ids];
      const next = carried.map((value) => {
        const fit = all.filter(({ shape, dtype }) => same(shape, value.shape) && dtype === value.dtype);
        return w.pick(w.happens(0.6) ? fit.slice(-2) : fit, value);
      });
      const [any = value0(all)] = all;
      const stack = Array.from({ length: count }, () =>
        w.pick(w.happens(0.6) ? all.slice(-5) : [...next, ...all], any),
      );
      return { next, stack };
    });
    const isMatrix = ({ dtype }: Value): boolean => dtype === 'float32';
    return {
      matrices: [
        ...known.matrices,
        ...last.filter(isMatrix),
        ...stacked.filter(isMatrix).map((value) => this.#k.sum(value, { axis: [0] })),
      ],
      ids: [...known.ids, ...last.filter((value) => !isMatrix(value))],
      sequences: [...known.sequences, ...stacked],
    };
  }
}

const value0 = (all: readonly Value[]): Value => {
  const [first] = all;
  if (first === undefined) throw new Error('no values');
  return first;
};

export function randomScans(
  seed: number,
  k: K,
  scan: Scanner,
  p: Parameters,
  { x, y, ids }: Values<typeof scanInputs>,
): Readonly<Record<string, Value>> {
  const writer = new Writer(seed, k, scan);
  const steps = 1 + writer.number(5);
  const shortened = (value: Value): Value =>
    k.slice(
      value,
      value.shape.map(() => 0),
      [steps, ...value.shape.slice(1)],
    );
  let known: Known = {
    matrices: [p.a, p.b, p.c],
    ids: [k.reshape(k.slice(ids, [0, 0], [1, 3]), [3])],
    sequences: [x, y, ids, shortened(x), shortened(ids)],
  };
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 2; j++) known = writer.call(known);
    known = writer.scan(known, 1);
    for (const target of [p.a, p.b, p.c]) {
      const fit = known.matrices.filter(({ shape }) => sizeOf(shape) === sizeOf(target.shape));
      if (writer.happens(0.3)) k.store(target, writer.pick(writer.happens(0.6) ? fit.slice(-3) : fit, target));
    }
  }
  const all = [...known.matrices, ...known.ids, ...known.sequences];
  const read = [...all.filter(() => writer.happens(0.25)).slice(-6), k.sum(writer.pick(known.matrices, p.a))];
  return Object.fromEntries(read.map((value, i) => [`r${i}`, value]));
}
