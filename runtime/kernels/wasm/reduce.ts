/** Sum, maximum and minimum over any axes, in an order that the shape alone decides. */
import { sizeOf } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, stridesOf } from '../layout.ts';
import type { Axis } from '../layout.ts';
import type { FunctionBuilder, Local } from './assembler/function.ts';
import { f32x4, i32, v128 } from './assembler/instructions.ts';
import type { Code, I32, Piece, V128 } from './assembler/instructions.ts';
import { Emitter } from './emitter.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { acrossLanes } from './across.ts';
import { along } from './nest.ts';
import { piecesOf } from './pieces.ts';
import { shared, tiles, unitsOf } from './ranges.ts';
import type { Range } from './ranges.ts';

type ReduceInstruction = Extract<Instruction, { kind: 'reduce' }>;
type Reduce = ReduceInstruction['reduce'];

/** Longer runs are summed in pieces, so that rounding grows with the logarithm of the length. */
const piece = 256;

/** Columns of a unit of work, and neighbours that are summed in a turn. */
const wide = 16;

export function reduceKernel({ reduce, x, axes, out }: ReduceInstruction): Kernel {
  if (out.shape.includes(0)) return { parameters: [], build: () => [] };
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const toOut = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const merged = collapse(axesFrom(x.shape, [x.strides, toOut]));
  const isReduced = (axis: Axis) => axis.strides[1] === 0;
  const last = merged.at(-1);
  const inner = last !== undefined && !isReduced(last) ? last : undefined;
  const outer = merged.filter((axis) => !isReduced(axis) && axis !== inner);
  const reduced = merged.filter(isReduced);
  const units = outer.reduce((product, { size }) => product * size, unitsOf(inner?.size ?? 1, wide));
  const pieces = piecesOf(reduced, units, wide);
  const of = { reduce, inner, outer, reduced };
  if (pieces === undefined) {
    return { parameters: [view(x), view(out)], build: (f) => reduction(f, of, addressesOf(f)) };
  }
  // Each piece is reduced to a result of its own, and the results are reduced again.
  const partial = sizeOf(out.shape);
  const strides = [(pieces.cut.strides[0] ?? 0) * pieces.size, partial];
  const whole = { reduce, inner: { size: partial, strides: [1, 1] }, outer: [] };
  return {
    parameters: [view(x), { kind: 'partial', bytes: 4 * partial * pieces.count }, view(out)],
    build: (f) => [
      ...reduction(
        f,
        { ...of, outer: [{ size: pieces.count - 1, strides }, ...outer], reduced: pieces.axes },
        addressesOf(f),
      ),
      ...along(f, { size: 1, strides }, pieces.count - 1, addressesOf(f), (at) =>
        reduction(f, { ...of, reduced: pieces.lastAxes }, at),
      ),
    ],
    after: (f) =>
      reduction(f, { ...whole, reduced: [{ size: pieces.count, strides: [partial, 0] }] }, addressesOf(f).slice(1)),
  };
}

const addressesOf = (f: FunctionBuilder): I32[] => f.parameters.map((parameter) => parameter.get);

interface Reduction {
  readonly reduce: Reduce;
  /** Strides in x and in the result. */
  readonly outer: readonly Axis[];
  /** Kept columns, if the last axis is kept. */
  readonly inner: Axis | undefined;
  readonly reduced: readonly Axis[];
}

function reduction(f: FunctionBuilder, { reduce, outer, inner, reduced }: Reduction, addresses: readonly I32[]): Code {
  const units = inner === undefined ? 1 : unitsOf(inner.size, wide);
  return shared(f, outer, units, addresses, ([from = i32.const(0), to = i32.const(0)], range) =>
    inner === undefined
      ? toOne(f, reduce, reduced, from, to)
      : columns(f, reduce, inner.size, range, reduced, from, to),
  );
}

const joinOf = (reduce: Reduce) => (reduce === 'sum' ? f32x4.add : reduce === 'max' ? f32x4.max : f32x4.min);
const identityOf = (reduce: Reduce) => (reduce === 'sum' ? 0 : reduce === 'max' ? -Infinity : Infinity);

/** All elements of the axes into one. */
function toOne(f: FunctionBuilder, reduce: Reduce, axes: readonly Axis[], from: I32, to: I32): Code {
  const inner = axes.at(-1);
  const total = f.reuse('v128');
  const identity = f.floats(identityOf(reduce));
  const size = inner?.size ?? 1;
  const code = [
    ...total.set(identity),
    ...over(f, reduce, axes.slice(0, -1), [total], from, (address, [sum = total]) =>
      row(f, reduce, size, sum, address),
    ),
  ];
  const e = new Emitter(f);
  e.add(storeLanes(to, acrossLanes(e, reduce, total.get), 1));
  f.release(total);
  return [...code, ...e.end()];
}

/** Joins a row of neighbours to the sum: sixteen at a time, then four, then the rest. */
function row(f: FunctionBuilder, reduce: Reduce, size: number, sum: Local<'v128'>, from: I32): Code {
  const join = joinOf(reduce);
  const identity = f.floats(identityOf(reduce));
  const full = Math.floor(size / 16);
  const code: Piece[] = [];
  const add = (more: Code) => code.push(more);
  if (full > 0) {
    const four = Array.from({ length: 4 }, () => f.reuse('v128'));
    four.forEach((local) => add(local.set(identity)));
    add(
      over(f, reduce, [{ size: full, strides: [16] }], four, from, (address, sums) =>
        sums.flatMap((local, i) => local.set(join(local.get, v128.load(address, 16 * i)))),
      ),
    );
    four.forEach((local) => add(sum.set(join(sum.get, local.get))));
    four.forEach((local) => f.release(local));
  }
  for (let at = 16 * full; at + 4 <= size; at += 4) add(sum.set(join(sum.get, v128.load(from, 4 * at))));
  const rest = size % 4;
  if (rest > 0) {
    const loaded = loadLanes(from, rest, 4 * (size - rest));
    const lanes = [0, 1, 2, 3].map((lane) => (lane < rest ? -1 : 0));
    const [l0 = 0, l1 = 0, l2 = 0, l3 = 0] = lanes;
    add(sum.set(join(sum.get, v128.bitselect(loaded, identity, f.constant(v128.integers(l0, l1, l2, l3))))));
  }
  return code;
}

/** Over the outer axes, each column alone: sixteen columns at a time, then four, then the rest. */
function columns(
  f: FunctionBuilder,
  reduce: Reduce,
  width: number,
  range: Range,
  axes: readonly Axis[],
  from: I32,
  to: I32,
): Code {
  const join = joinOf(reduce);
  const identity = f.floats(identityOf(reduce));
  const block = (offset: I32, vectors: number, lanes: number): Code => {
    const sums = Array.from({ length: vectors }, () => f.reuse('v128'));
    const source = f.reuse('i32');
    const code = [
      ...source.set(i32.add(from, offset)),
      ...sums.flatMap((sum) => sum.set(identity)),
      ...over(f, reduce, axes, sums, source.get, (address, inner) =>
        inner.flatMap((sum, j) => sum.set(join(sum.get, loadLanes(address, lanes, 16 * j)))),
      ),
      ...sums.flatMap((sum, j) => storeLanes(i32.add(to, offset), sum.get, lanes, 16 * j)),
    ];
    [source, ...sums].forEach((local) => f.release(local));
    return code;
  };
  return tiles(f, width, { height: wide, unit: wide }, range, (i, count) => {
    if (count === wide) return block(i32.shl(i, i32.const(6)), 4, 4);
    const first = width - count;
    const narrow = Math.floor(count / 4);
    const rest = count % 4;
    return [
      ...f.times(narrow, (j) => block(i32.add(i32.const(4 * first), i32.shl(j, i32.const(4))), 1, 4)),
      ...(rest === 0 ? [] : block(i32.const(4 * (width - rest)), 1, rest)),
    ];
  });
}

/**
 * Joins what the leaf finds at each place of the axes to the sums. Each axis, and each piece of a long one, has sums of
 * its own, which are joined when it ends.
 */
function over(
  f: FunctionBuilder,
  reduce: Reduce,
  axes: readonly Axis[],
  sums: readonly Local<'v128'>[],
  from: I32,
  leaf: (address: I32, sums: readonly Local<'v128'>[]) => Code,
): Code {
  const [outer, ...inner] = axes;
  if (outer === undefined) return leaf(from, sums);
  const [stride = 0] = outer.strides;
  if (outer.size > piece) {
    const whole = Math.floor(outer.size / piece);
    const rest = outer.size % piece;
    const pieces = { size: whole, strides: [stride * piece] };
    const code = over(f, reduce, [pieces, { size: piece, strides: [stride] }, ...inner], sums, from, leaf);
    if (rest === 0) return code;
    const last = { size: rest, strides: [stride] };
    return [
      ...code,
      ...over(f, reduce, [last, ...inner], sums, i32.add(from, i32.const(4 * stride * whole * piece)), leaf),
    ];
  }
  const join = joinOf(reduce);
  const address = f.reuse('i32');
  const own = inner.length === 0 ? sums : sums.map(() => f.reuse('v128'));
  const code = f.times(outer.size, (index) => [
    ...address.set(i32.add(from, i32.mul(index, i32.const(4 * stride)))),
    ...(own === sums ? [] : own.flatMap((local) => local.set(f.floats(identityOf(reduce))))),
    ...over(f, reduce, inner, own, address.get, leaf),
    ...(own === sums ? [] : own.flatMap((local, i) => joined(sums[i], local.get, join))),
  ]);
  f.release(address);
  if (own !== sums) own.forEach((local) => f.release(local));
  return code;
}

const joined = (sum: Local<'v128'> | undefined, value: V128, join: (a: V128, b: V128) => V128): Code =>
  sum === undefined ? [] : sum.set(join(sum.get, value));
