/** Pooling: each channel over windows, four channels to a vector. The maximum is the first of equals, row-major. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, stridesOf } from '../layout.ts';
import type { Axis } from '../layout.ts';
import { placeStrides, tapStrides } from '../windows.ts';
import type { FunctionBuilder, Local } from './assembler/function.ts';
import { f32x4, i32, i32x4, memoryFill, v128 } from './assembler/instructions.ts';
import type { Code, V128 } from './assembler/instructions.ts';
import { channelTiles } from './channels.ts';
import type { Tile } from './channels.ts';
import { Emitter } from './emitter.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { atIndex, nest } from './nest.ts';
import { share, unshared } from './ranges.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

interface Windows {
  readonly x: View;
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

/**
 * The body of all tiles of up to `most` windows of four channels, with the operands' addresses: each has an element for
 * every window, or x's shape and a window at its place.
 */
function eachTile(
  f: FunctionBuilder,
  windows: Windows,
  pooled: View,
  operands: readonly Operand[],
  most: number,
  body: (tile: Tile) => Code,
): Code {
  if (pooled.shape.includes(0)) return [];
  const addresses = f.parameters.map((parameter) => parameter.get);
  const places = collapse(placesOf(windows, pooled, operands));
  return channelTiles(f, places, windows.x.shape.at(-1) ?? 0, addresses, most, body);
}

type Operand = 'x' | 'pooled';

/** [n, ...o] in operands that have an element for every window, or a window at its place. */
function placesOf({ x, stride }: Windows, pooled: View, operands: readonly Operand[]): Axis[] {
  const strides = { x: placeStrides(x.shape, stride), pooled: stridesOf(pooled.shape).slice(0, -1) };
  return axesFrom(
    pooled.shape.slice(0, -1),
    operands.map((operand) => strides[operand]),
  );
}

/** The elements of a window, in so many operands of x's shape. */
function taps({ x, size, dilation }: Windows, operands: number): Axis[] {
  const strides = Array.from({ length: operands }, () => tapStrides(x.shape, dilation));
  return collapse(axesFrom(size, strides));
}

export const poolKernel = (instruction: Of<'pool'>): Kernel => ({
  parameters: [view(instruction.x), view(instruction.out)],
  build: (f) => eachTile(f, instruction, instruction.out, ['x', 'pooled'], 8, (tile) => joined(f, instruction, tile)),
});

/** The elements of each window joined to one. */
function joined(f: FunctionBuilder, instruction: Of<'pool'>, { at, cells }: Tile): Code {
  const [from = i32.const(0), to = i32.const(0)] = at;
  const identity = f.floats(instruction.reduce === 'sum' ? 0 : -Infinity);
  const join = instruction.reduce === 'sum' ? f32x4.add : f32x4.max;
  const windows = cells.map((cell) => ({ ...cell, value: f.reuse('v128') }));
  const code = [
    ...windows.map(({ value }) => value.set(identity)),
    nest(f, taps(instruction, 1), [from], ([here = from]) =>
      windows.flatMap(({ lanes, offsets: [inX], value }) => value.set(join(value.get, loadLanes(here, lanes, inX)))),
    ),
    ...windows.map(({ lanes, offsets: [, inOut], value }) => storeLanes(to, value.get, lanes, inOut)),
  ];
  windows.forEach(({ value }) => f.release(value));
  return code;
}

export const poolGatherKernel = (instruction: Of<'poolGather'>): Kernel => ({
  parameters: [view(instruction.x), view(instruction.v), view(instruction.out)],
  build: (f) =>
    eachTile(f, instruction, instruction.out, ['x', 'x', 'pooled'], 4, (tile) => picked(f, instruction, tile)),
});

/** v where x is greatest. */
function picked(f: FunctionBuilder, windows: Windows, { at, cells }: Tile): Code {
  const [x = i32.const(0), v = i32.const(0), out = i32.const(0)] = at;
  const maxima = cells.map((cell) => ({ ...cell, best: f.reuse('v128'), value: f.reuse('v128') }));
  const code = [
    ...maxima.map(({ lanes, offsets: [, inV], best, value }) => [
      ...best.set(f.floats(-Infinity)),
      ...value.set(loadLanes(v, lanes, inV)),
    ]),
    nest(f, taps(windows, 2), [x, v], ([hereX = x, hereV = v]) =>
      maxima.flatMap((cell) => {
        const { lanes, offsets, value } = cell;
        const e = new Emitter(f);
        const greater = beats(e, cell, loadLanes(hereX, lanes, offsets[0]));
        e.add(value.set(v128.bitselect(loadLanes(hereV, lanes, offsets[1]), value.get, greater)));
        return e.end();
      }),
    ),
    ...maxima.map(({ lanes, offsets: [, , inOut], value }) => storeLanes(out, value.get, lanes, inOut)),
  ];
  maxima.forEach(({ best, value }) => [best, value].forEach((local) => f.release(local)));
  return code;
}

/** Windows of one example may meet: what is cut are examples. */
export const poolScatterKernel = (instruction: Of<'poolScatter'>): Kernel => ({
  parameters: [view(instruction.x), view(instruction.dy), view(instruction.out)],
  build: (f) => {
    const { dy, out } = instruction;
    if (out.shape.includes(0)) return [];
    const [examples = { size: 1, strides: [] }, ...places] = placesOf(instruction, dy, ['x', 'pooled', 'x']);
    const channels = out.shape.at(-1) ?? 0;
    const bytes = i32.const(4 * sizeOf(out.shape.slice(1)));
    const addresses = f.parameters.map((parameter) => parameter.get);
    return share(f, examples.size, (from, to) => [
      ...memoryFill(
        i32.add(addresses[2] ?? i32.const(0), i32.mul(from, bytes)),
        i32.const(0),
        i32.mul(i32.sub(to, from), bytes),
      ),
      ...f.between(from, to, (index) =>
        atIndex(f, examples, index, addresses, (at) =>
          channelTiles(f, collapse(places), channels, at, 4, (tile) => spread(f, instruction, tile), unshared),
        ),
      ),
    ]);
  },
});

/** Which element of each window is greatest, then dy added there. */
function spread(f: FunctionBuilder, windows: Windows, { at, cells }: Tile): Code {
  const [x = i32.const(0), dy = i32.const(0), dx = i32.const(0)] = at;
  const maxima = cells.map((cell) => ({ ...cell, best: f.reuse('v128'), index: f.reuse('v128') }));
  const tap = f.reuse('v128');
  const first = v128.integers(0, 0, 0, 0);
  const next = tap.set(i32x4.add(tap.get, f.constant(v128.integers(1, 1, 1, 1))));
  const code = [
    ...maxima.map(({ best, index }) => [...best.set(f.floats(-Infinity)), ...index.set(first)]),
    tap.set(first),
    nest(f, taps(windows, 1), [x], ([here = x]) => [
      ...maxima.flatMap((cell) => {
        const { lanes, offsets, index } = cell;
        const e = new Emitter(f);
        e.add(index.set(v128.bitselect(tap.get, index.get, beats(e, cell, loadLanes(here, lanes, offsets[0])))));
        return e.end();
      }),
      ...next,
    ]),
    ...maxima.map(({ lanes, offsets: [, inDy], best }) => best.set(loadLanes(dy, lanes, inDy))),
    tap.set(first),
    nest(f, taps(windows, 1), [dx], ([here = dx]) => [
      ...maxima.flatMap(({ lanes, offsets: [, , inDx], best: cotangent, index }) => {
        const e = new Emitter(f);
        const share = v128.and(cotangent.get, i32x4.eq(index.get, tap.get));
        e.add(storeLanes(here, e.let(f32x4.add(loadLanes(here, lanes, inDx), share)), lanes, inDx));
        return e.end();
      }),
      ...next,
    ]),
  ];
  maxima.forEach(({ best, index }) => [best, index].forEach((local) => f.release(local)));
  f.release(tap);
  return code;
}

/** Where x is greater than the best so far, which it then is. NaN is greater than all else; of equals the first stays. */
function beats(e: Emitter, { best }: { readonly best: Local<'v128'> }, x: V128): V128 {
  const value = e.let(x);
  const greater = e.let(v128.andnot(f32x4.eq(best.get, best.get), f32x4.le(value, best.get)));
  e.add(best.set(v128.bitselect(value, best.get, greater)));
  return greater;
}
