/**
 * The product of each channel alone, four channels to a vector: what convolution is when every channel is a group.
 * Stretches of k are sums of their own, joined in order.
 */
import { sizeOf } from '../buffer.ts';
import type { Axis } from '../layout.ts';
import type { Sym } from '../scalar/symbol.ts';
import { f32x4, i32, v128 } from './assembler/instructions.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import type { Code, I32, Piece } from './assembler/instructions.ts';
import { channelTiles, placesOfUnit } from './channels.ts';
import type { Tile } from './channels.ts';
import { Emitter } from './emitter.ts';
import { finished, madd } from './finish.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { join } from './join.ts';
import { along, nest } from './nest.ts';
import { piecesOf } from './pieces.ts';
import type { Operands } from './product.ts';
import { shared, unshared } from './ranges.ts';
import type { Walk } from './ranges.ts';
import { stretches } from './stretches.ts';
import type { Stretch } from './stretches.ts';

export interface Channelwise {
  /** Strides in A and C. */
  readonly rows: readonly Axis[];
  /** Strides in A and B. */
  readonly k: readonly Axis[];
  readonly channels: number;
  readonly relaxed: boolean;
  readonly act: Sym | undefined;
}

/** Steps of k in one sum. */
const longest = 256;
/** Sums in flight: they hide the latency of an addition. */
const sumsOfTile = 8;

export function channelwiseKernel(p: Channelwise, { a, b, c, bias }: Operands): Kernel {
  if (c.shape.includes(0)) return { parameters: [], build: () => [] };
  const pieces = piecesOf(p.k, sizeOf(c.shape) / (placesOfUnit * 8));
  const added = bias === undefined ? [] : [view(bias)];
  if (pieces === undefined) {
    return {
      parameters: [view(a), view(b), view(c), ...added],
      build(f) {
        const [atA, atB, atC, atBias] = f.parameters.map((parameter) => parameter.get);
        return channelwise(
          f,
          p,
          [atA, atB, atC, atBias].filter((address) => address !== undefined),
        );
      },
    };
  }
  const partial = sizeOf(c.shape);
  const [inA = 0, inB = 0] = pieces.cut.strides;
  const strides = [inA * pieces.size, inB * pieces.size, partial];
  return {
    parameters: [view(a), view(b), { kind: 'partial', bytes: 4 * partial * pieces.count }, view(c), ...added],
    build(f) {
      const addresses = f.parameters.slice(0, 3).map((parameter) => parameter.get);
      const piece = (k: readonly Axis[]) => (at: readonly I32[], walk?: Walk) =>
        channelwise(f, { ...p, k, act: undefined }, at, walk);
      return [
        ...shared(f, [{ size: pieces.count - 1, strides }], 1, addresses, (at) => piece(pieces.axes)(at, unshared)),
        ...along(f, { size: 1, strides }, pieces.count - 1, addresses, (at) => piece(pieces.lastAxes)(at)),
      ];
    },
    after: (f) =>
      join(
        f,
        {
          axes: p.rows.map(({ size, strides: [, inC = 0] }) => ({ size, strides: [inC, inC, 0] })),
          columns: p.channels,
          count: pieces.count,
          apart: partial,
          act: p.act,
        },
        f.parameters.slice(2).map((parameter) => parameter.get),
      ),
  };
}

function channelwise(f: FunctionBuilder, p: Channelwise, addresses: readonly I32[], walk?: Walk): Code {
  const [a, b, ...others] = addresses;
  if (a === undefined || b === undefined) return [];
  const rows = p.rows.map(({ size, strides: [inA = 0, inC = 0] }) => ({ size, strides: [inA, 0, inC, 0] }));
  return stretches(f, p.k, longest, [a, b], ([atA = a, atB = b], part) =>
    channelTiles(f, rows, p.channels, [atA, atB, ...others], sumsOfTile, (tile) => sumsOf(f, p, part, tile), walk),
  );
}

function sumsOf(f: FunctionBuilder, p: Channelwise, part: Stretch, { at, cells }: Tile): Code {
  const [a = i32.const(0), b = i32.const(0), c = i32.const(0), bias] = at;
  const sums = cells.map((cell) => ({ ...cell, sum: f.reuse('v128') }));
  // All places of the tile meet the same elements of B.
  const widths = new Map(cells.map(({ column, lanes }) => [column, lanes]));
  const weights = [...widths].map(([column, lanes]) => ({ column, lanes, weight: f.reuse('v128') }));
  const code: Piece[] = [
    ...sums.map(({ sum }) => sum.set(v128.floats(0))),
    nest(f, part.axes, [a, b], ([fromA = a, fromB = b]) => [
      ...weights.map(({ column, lanes, weight }) => weight.set(loadLanes(fromB, lanes, 16 * column))),
      ...sums.map(({ lanes, column, offsets: [inA], sum }) => {
        const x = loadLanes(fromA, lanes, inA);
        return sum.set(madd(p.relaxed, x, weights[column]?.weight.get ?? x, sum.get));
      }),
    ]),
  ];
  for (const {
    lanes,
    column,
    offsets: [, , inC],
    sum,
  } of sums) {
    const e = new Emitter(f);
    const whole = part.first ? sum.get : e.let(f32x4.add(loadLanes(c, lanes, inC), sum.get));
    const added = bias === undefined ? undefined : loadLanes(bias, lanes, 16 * column);
    e.add(storeLanes(c, part.last ? finished(e, whole, added, p.act) : whole, lanes, inC));
    code.push(e.end());
  }
  weights.forEach(({ weight }) => f.release(weight));
  sums.forEach(({ sum }) => f.release(sum));
  return code;
}
