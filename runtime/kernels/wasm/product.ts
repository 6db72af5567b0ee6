/**
 * The product of two matrices whose rows and whose k are axes: tiles of C in registers, panels of B packed side by side,
 * bias and activation at the last store. For each element the sum runs over k in order, in stretches that depend on the
 * shape alone.
 */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Axis } from '../layout.ts';
import type { Sym } from '../scalar/symbol.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { branchIf, loop } from './assembler/function.ts';
import { f32x4, i32, v128 } from './assembler/instructions.ts';
import type { Code, I32, Piece } from './assembler/instructions.ts';
import { Emitter } from './emitter.ts';
import { finished, madd } from './finish.ts';
import { view } from './kernel.ts';
import type { Argument, Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { along, nest } from './nest.ts';
import { join } from './join.ts';
import { packPanel } from './pack.ts';
import { piecesOf } from './pieces.ts';
import { ofPart, partsOf, shared, tiles, unitsOf, within } from './ranges.ts';
import type { Range } from './ranges.ts';
import { longestStretch, stretches } from './stretches.ts';
import type { Stretch } from './stretches.ts';

/** Columns of a panel: two vectors. */
export const panelWidth = 8;

/** Sizes and strides, in elements. C's columns are neighbours. */
export interface Product {
  /** Products of their own: strides in A, B, C and the bias. */
  readonly batches: readonly Axis[];
  /** Strides in A and C. A tile lies within the last of them. */
  readonly rows: readonly Axis[];
  /** Strides in A and B, which has one step of k behind another. */
  readonly k: readonly Axis[];
  readonly n: number;
  /** In B, from one step of k to the next and from one column to the next: one of them is 1. */
  readonly bStep: number;
  readonly bColumn: number;
  /** Each stretch of k is a sum of its own, which is added to those before: rounding grows less with a long k. */
  readonly pieces: boolean;
  readonly relaxed: boolean;
  readonly act: Sym | undefined;
}

export interface Operands {
  readonly a: View;
  readonly b: View;
  readonly c: View;
  readonly bias: View | undefined;
}

/** Steps of k whose panel stays in the first cache, together with the rows of A that meet it: neighbours, or apart. */
const deepest = ({ rows }: Product): number => (rows.at(-1)?.strides[0] === 1 ? 256 : 512);

/** Rows that are cut together: tiles are of four or eight. */
const rowUnit = 8;

/** Panels of all batches that are enough to be cut; fewer are cut by rows too, each packed by all who meet it. */
const enoughPanels = 16;

/** Units of rows that each panel meets. */
const rowUnitsOf = ({ rows }: Product): number =>
  rows.slice(0, -1).reduce((product, { size }) => product * size, unitsOf(rows.at(-1)?.size ?? 1, rowUnit));

/** Panels of all batches. */
const panelsOf = ({ batches, n }: Product): number =>
  batches.reduce((product, { size }) => product * size, unitsOf(n, panelWidth));

/** Elements from the first of C to the last. */
const extentOf = ({ batches, rows, n }: Product): number =>
  [
    ...batches.map(({ size, strides: [, , inC = 0] }) => [size, inC] as const),
    ...rows.map(({ size, strides: [, inC = 0] }) => [size, inC] as const),
  ].reduce((sum, [size, stride]) => sum + (size - 1) * stride, n);

export function productKernel(p: Product, { a, b, c, bias }: Operands): Kernel {
  if (c.shape.includes(0)) return { parameters: [], build: () => [] };
  const pieces = piecesOf(p.k, sizeOf(c.shape) / (rowUnit * panelWidth));
  const sums = pieces === undefined ? [p.k] : [pieces.axes, pieces.lastAxes];
  const depth = Math.max(1, ...sums.map((k) => longestStretch(k, deepest(p))));
  const panel: Argument = { kind: 'scratch', bytes: depth * panelWidth * 4 };
  if (pieces === undefined) {
    return {
      parameters: [view(a), view(b), view(c), panel, ...(bias === undefined ? [] : [view(bias)])],
      build: (f) => product(f, p, addressesOf(f)),
    };
  }
  // Each piece of k is a product of its own, as if it were of another batch; C lies in each as in the result.
  const partial = extentOf(p);
  const [inA = 0, inB = 0] = pieces.cut.strides;
  const strides = [inA * pieces.size, inB * pieces.size, partial];
  const part = { ...p, act: undefined };
  const most = panelsOf({ ...part, batches: [...p.batches, { size: pieces.count, strides }] });
  const full = { ...part, k: pieces.axes, batches: [...p.batches, { size: pieces.count - 1, strides }] };
  const last = { ...part, k: pieces.lastAxes };
  const { batches, rows } = p;
  return {
    parameters: [
      view(a),
      view(b),
      { kind: 'partial', bytes: 4 * partial * pieces.count },
      panel,
      view(c),
      ...(bias === undefined ? [] : [view(bias)]),
    ],
    build(f) {
      const at = addressesOf(f);
      const end = { size: 1, strides };
      return [
        ...product(f, full, { ...at, bias: undefined }, most),
        ...along(f, end, pieces.count - 1, [at.a, at.b, at.c], ([fromA = at.a, fromB = at.b, fromC = at.c]) =>
          product(f, last, { a: fromA, b: fromB, c: fromC, panel: at.panel, bias: undefined }, most),
        ),
      ];
    },
    after: (f) =>
      join(
        f,
        {
          axes: [
            ...batches.map(({ size, strides: [, , inC = 0, inBias = 0] }) => ({ size, strides: [inC, inC, inBias] })),
            ...rows.map(({ size, strides: [, inC = 0] }) => ({ size, strides: [inC, inC, 0] })),
          ],
          columns: p.n,
          count: pieces.count,
          apart: partial,
          act: p.act,
        },
        f.parameters.filter((_, i) => i === 2 || i > 3).map((parameter) => parameter.get),
      ),
  };
}

function product(f: FunctionBuilder, p: Product, at: Addresses, panelsInAll = panelsOf(p)): Code {
  const rowUnits = panelsInAll < enoughPanels ? rowUnitsOf(p) : 1;
  const addresses = [at.a, at.b, at.c, ...(at.bias === undefined ? [] : [at.bias])];
  return shared(f, p.batches, unitsOf(p.n, panelWidth) * rowUnits, addresses, ([a, b, c, bias], range) =>
    stretches(f, p.k, deepest(p), [a ?? at.a, b ?? at.b], ([fromA = at.a, fromB = at.b], part) =>
      panels(f, p, { a: fromA, b: fromB, c: c ?? at.c, panel: at.panel, bias }, part, range, rowUnits),
    ),
  );
}

interface Addresses {
  readonly a: I32;
  readonly b: I32;
  readonly c: I32;
  readonly panel: I32;
  readonly bias: I32 | undefined;
}

/** Of A, B, C, the panel and perhaps the bias. Where C is made in pieces, the result and its bias are no concern of theirs. */
function addressesOf(f: FunctionBuilder): Addresses {
  const [a, b, c, panel, bias] = f.parameters.map((parameter) => parameter.get);
  const none = i32.const(0);
  return { a: a ?? none, b: b ?? none, c: c ?? none, panel: panel ?? none, bias };
}

/** All columns or a range of them, a panel at a time: a unit is a panel, or one of so many units of its rows. */
function panels(f: FunctionBuilder, p: Product, at: Addresses, part: Stretch, range: Range, rowUnits: number): Code {
  const panel = (index: I32, columns: number, rowsOf: Range): Code => {
    const b = f.reuse('i32');
    const c = f.reuse('i32');
    const bias = f.reuse('i32');
    const column = i32.mul(index, i32.const(panelWidth));
    const offset = i32.shl(column, i32.const(2));
    const code = [
      ...b.set(i32.add(at.b, i32.mul(column, i32.const(4 * p.bColumn)))),
      ...c.set(i32.add(at.c, offset)),
      ...(at.bias === undefined ? [] : bias.set(i32.add(at.bias, offset))),
      ...packPanel(f, { from: b.get, to: at.panel, steps: part.steps, columns, ...p }),
      ...rows(f, p, { ...at, c: c.get, bias: at.bias === undefined ? undefined : bias.get }, part, columns, rowsOf),
    ];
    [b, c, bias].forEach((local) => f.release(local));
    return code;
  };
  const whole = { all: rowUnitsOf(p) };
  const inUnits = { height: panelWidth, unit: panelWidth };
  if ('all' in range || rowUnits === 1) {
    return tiles(f, p.n, inUnits, range, (index, columns) => panel(index, columns, whole));
  }
  return partsOf(f, range, rowUnits, (met) =>
    tiles(f, p.n, inUnits, met, (index, columns) =>
      ofPart(f, range, rowUnits, index, (_, ofRows) => panel(index, columns, ofRows)),
    ),
  );
}

/** All rows or a range of their units against one panel, a tile at a time. */
function rows(f: FunctionBuilder, p: Product, at: Addresses, part: Stretch, columns: number, range: Range): Code {
  // Half as wide a tile may be twice as high: eight sums in flight hide the latency of an addition.
  const height = columns <= 4 ? 8 : 4;
  const { size, strides } = p.rows.at(-1) ?? { size: 1, strides: [] };
  const [aRow = 0, cRow = 0] = strides;
  return within(
    f,
    p.rows.slice(0, -1),
    unitsOf(size, rowUnit),
    range,
    [at.a, at.c],
    ([fromA = at.a, fromC = at.c], here) => {
      const tileAt = (index: I32, rowsOfTile: number): Code => {
        const a = f.reuse('i32');
        const c = f.reuse('i32');
        const code = [
          ...a.set(i32.add(fromA, i32.mul(index, i32.const(4 * height * aRow)))),
          ...c.set(i32.add(fromC, i32.mul(index, i32.const(4 * height * cRow)))),
          ...tile(f, p, { ...at, a: a.get, c: c.get }, part, { height: rowsOfTile, columns, aRow, cRow }),
        ];
        f.release(a);
        f.release(c);
        return code;
      };
      return tiles(f, size, { height, unit: rowUnit }, here, tileAt);
    },
  );
}

interface Tile {
  readonly height: number;
  /** Up to eight. */
  readonly columns: number;
  /** From one row to the next. */
  readonly aRow: number;
  readonly cRow: number;
}

/** A few rows and columns of C. */
function tile(f: FunctionBuilder, p: Product, at: Addresses, part: Stretch, shape: Tile): Code {
  const { height, columns, aRow, cRow } = shape;
  const vectors = Math.ceil(columns / 4);
  const code: Piece[] = [];
  const add = (more: Code) => code.push(more);
  const cell = (i: number, j: number) => ({ lanes: Math.min(4, columns - 4 * j), offset: 4 * (i * cRow + 4 * j) });
  const runsOn = !part.first && !p.pieces;
  const joins = !part.first && p.pieces;
  const sums = Array.from({ length: height }, (_, i) =>
    Array.from({ length: vectors }, (_, j) => {
      const sum = f.reuse('v128');
      const { lanes, offset } = cell(i, j);
      add(sum.set(runsOn ? loadLanes(at.c, lanes, offset) : v128.floats(0)));
      return sum;
    }),
  );
  const a = f.reuse('i32');
  const b = f.reuse('i32');
  const end = f.reuse('i32');
  const bs = Array.from({ length: vectors }, () => f.reuse('v128'));
  const x = f.reuse('v128');
  const { size, strides } = part.axes.at(-1) ?? { size: 1, strides: [] };
  // One step a turn: in a longer turn V8 puts all loads before all sums, and runs out of registers.
  const step: Code = [
    ...bs.map((local, j) => local.set(v128.load(b.get, 16 * j))),
    ...sums.map((row, i) => [
      x.set(v128.loadSplat(a.get, 4 * i * aRow)),
      ...row.map((sum, j) => sum.set(madd(p.relaxed, x.get, bs[j]?.get ?? x.get, sum.get))),
    ]),
    a.set(i32.add(a.get, i32.const(4 * (strides[0] ?? 0)))),
    b.set(i32.add(b.get, i32.const(16 * vectors))),
  ];
  if (part.steps > 0) {
    add(b.set(at.panel));
    add(
      nest(f, part.axes.slice(0, -1), [at.a], ([from = at.a]) => [
        ...a.set(from),
        ...end.set(i32.add(b.get, i32.const(16 * vectors * size))),
        ...loop([step, branchIf(0, i32.ltU(b.get, end.get))]),
      ]),
    );
  }
  sums.forEach((row, i) =>
    row.forEach((sum, j) => {
      const { lanes, offset } = cell(i, j);
      const e = new Emitter(f);
      const whole = joins ? e.let(f32x4.add(loadLanes(at.c, lanes, offset), sum.get)) : sum.get;
      const bias = at.bias === undefined ? undefined : loadLanes(at.bias, lanes, 16 * j);
      e.add(storeLanes(at.c, part.last ? finished(e, whole, bias, p.act) : whole, lanes, offset));
      add(e.end());
    }),
  );
  [a, b, end, x, ...bs, ...sums.flat()].forEach((local) => f.release(local));
  return code;
}
