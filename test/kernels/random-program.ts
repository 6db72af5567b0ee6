/** Random calls of `k` over a batch and three parameters: maps, views, reductions, and stores in between. */
import { sizeOf } from '../../runtime/kernels/buffer.ts';
import type { K, Shape, Sym, Value } from '../../runtime/kernels/k.ts';
import { add, mul, rowMax, rowSum, sub, tanh } from '../../runtime/kernels/scalar/functions.ts';
import { generator } from '../passes/random-graph.ts';
import type { Parameters } from './traced.ts';

export const batchSpecs = {
  x: { shape: [3, 4], dtype: 'float32' },
  y: { shape: [4, 3], dtype: 'float32' },
} as const;

export const bodies: readonly ((u: Sym, v: Sym) => readonly Sym[])[] = [
  (u, v) => [tanh(add(u, v))],
  (u, v) => [sub(tanh(u), v), mul(0.5, v)],
  (u, v) => [tanh(mul(u, v)), sub(u, rowMax(v)), rowSum(u)],
  (u, v) => [rowSum(tanh(u)), tanh(sub(rowSum(mul(0.1, v)), u))],
];

const same = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, axis) => n === b[axis]);

export function randomProgram(
  seed: number,
  k: K,
  p: Parameters,
  { x, y }: Readonly<Record<keyof typeof batchSpecs, Value>>,
): Readonly<Record<string, Value>> {
  const next = generator(seed);
  const pick = <T>(items: readonly T[], or: T): T => items[Math.floor(next() * items.length)] ?? or;
  const lasting = [p.a, p.b, p.c];
  const values: Value[] = [x, y, ...lasting];
  const some = (): Value => pick(next() < 0.7 ? values.slice(-4) : [...values, ...lasting], x);
  /** Of the shape of u, or one that broadcasts to it. */
  const partner = (u: Value): Value => {
    const alike = [...values, ...lasting].filter(({ shape }) => same(shape, u.shape));
    const [rows = 1, columns = 1] = u.shape;
    const row = () => k.slice(u, [0, 0], [1, columns]);
    const column = () => k.slice(u, [0, 0], [rows, 1]);
    const turned = () => k.reshape(u, [columns, rows]);
    const lines = rows === columns || rows === 1 || columns === 1 ? [row, column, turned] : [row, column];
    return pick(
      [() => pick(alike, u), () => pick(alike, u), () => u, () => k.reshape(k.sum(u), [1, 1]), ...lines],
      () => u,
    )();
  };
  for (let i = 0; i < 24; i++) {
    const u = some();
    const [rows = 1, columns = 1] = u.shape;
    const way = next();
    if (way < 0.5)
      values.push(
        ...k.map(
          pick(bodies, (v) => [v]),
          [u, partner(u)],
        ),
      );
    else if (way < 0.58) values.push(k.reshape(u, [columns, rows]));
    else if (way < 0.63) values.push(k.transpose(u, [1, 0]));
    else if (way < 0.7) values.push(k.sum(u, { axis: [Math.floor(2 * next())], keepdims: true }));
    else {
      const target = pick(lasting, p.a);
      const fitting = values.filter(({ shape }) => sizeOf(shape) === sizeOf(target.shape));
      k.store(target, pick(next() < 0.7 ? fitting.slice(-3) : fitting, target));
    }
  }
  const read = [...values.filter(() => next() < 0.15).slice(-4), k.sum(some())];
  return Object.fromEntries(read.map((value, i) => [`r${i}`, value]));
}
