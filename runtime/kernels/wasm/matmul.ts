/**
 * The matrix product: tiles of C in registers, panels of B packed side by side, bias and activation at the last store.
 * For each element the sum runs over k in order, in blocks that depend on the shape alone.
 */
import type { Instruction } from '../instruction.ts';
import type { Sym } from '../scalar/symbol.ts';
import { broadcastStrides } from '../shapes.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { branchIf, loop } from './assembler/function.ts';
import { f32x4, i32, v128 } from './assembler/instructions.ts';
import type { Code, I32, Piece, V128 } from './assembler/instructions.ts';
import { evaluateOn } from './evaluate.ts';
import { Emitter } from './emitter.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { axesFrom, collapse, nest } from './nest.ts';
import { packPanel } from './pack.ts';

type MatmulInstruction = Extract<Instruction, { kind: 'matmul' }>;

/** Columns of a panel: two vectors. */
export const panelWidth = 8;
/** Steps of k whose panel stays in the first cache, together with the rows of A that meet it. */
const depthOfBlock = (transposeA: boolean): number => (transposeA ? 256 : 512);

/** One product of matrices with all sizes known. Strides are in elements. */
interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** From one row of op(A) to the next, and from one k to the next. */
  readonly aRow: number;
  readonly aStep: number;
  readonly transposeB: boolean;
  readonly relaxed: boolean;
  readonly act: Sym | undefined;
}

export function matmulKernel(instruction: MatmulInstruction, relaxed: boolean): Kernel {
  const { a, b, bias, out, transposeA } = instruction;
  const depth = Math.min(out.shape.includes(0) ? 0 : (a.shape.at(transposeA ? -2 : -1) ?? 0), depthOfBlock(transposeA));
  return {
    parameters: [
      view(a),
      view(b),
      view(out),
      { kind: 'scratch', bytes: Math.max(1, depth) * panelWidth * 4 },
      ...(bias === undefined ? [] : [view(bias)]),
    ],
    build: (f) => build(f, instruction, relaxed),
  };
}

function build(f: FunctionBuilder, instruction: MatmulInstruction, relaxed: boolean): Code {
  const { a, b, out, transposeA, transposeB, act, bias } = instruction;
  if (out.shape.includes(0)) return [];
  const lead = out.shape.slice(0, -2);
  const [m = 1, n = 1] = out.shape.slice(-2);
  const k = a.shape.at(transposeA ? -2 : -1) ?? 0;
  const strides = (shape: readonly number[], size: number) => broadcastStrides(shape, lead).map((s) => s * size);
  const batches = collapse(
    axesFrom(lead, [strides(a.shape.slice(0, -2), m * k), strides(b.shape.slice(0, -2), k * n), strides(lead, m * n)]),
  );
  const product: Product = {
    m,
    n,
    k,
    aRow: transposeA ? 1 : k,
    aStep: transposeA ? m : 1,
    transposeB,
    relaxed,
    act,
  };
  // Rows of one matrix after the other against the same B are one product with more rows.
  const innermost = batches.at(-1);
  const [, bStride = 0] = innermost?.strides ?? [];
  const joins = innermost !== undefined && bStride === 0 && !transposeA && innermost.strides[0] === m * k;
  const rows = joins ? { ...product, m: m * innermost.size } : product;
  const [pa, pb, pc, scratch, pBias] = f.parameters.map((p) => p.get);
  if (pa === undefined || pb === undefined || pc === undefined || scratch === undefined) return [];
  return nest(f, joins ? batches.slice(0, -1) : batches, [pa, pb, pc], ([atA = pa, atB = pb, atC = pc]) =>
    multiply(f, rows, { a: atA, b: atB, c: atC, panel: scratch, bias: bias === undefined ? undefined : pBias }),
  );
}

interface Addresses {
  readonly a: I32;
  readonly b: I32;
  readonly c: I32;
  readonly panel: I32;
  readonly bias: I32 | undefined;
}

/** A stretch of k: from a first step, so many steps. */
interface Stretch {
  readonly steps: number;
  readonly first: boolean;
  readonly last: boolean;
}

function multiply(f: FunctionBuilder, p: Product, at: Addresses): Code {
  const blocks = Math.max(1, Math.ceil(p.k / depthOfBlock(p.aRow === 1)));
  const steps = Math.ceil(p.k / blocks);
  const stretch = (from: I32, part: Stretch): Code => {
    const a = f.reuse('i32');
    const b = f.reuse('i32');
    const bStep = p.transposeB ? 1 : p.n;
    const code = [
      ...a.set(i32.add(at.a, i32.mul(from, i32.const(4 * p.aStep)))),
      ...b.set(i32.add(at.b, i32.mul(from, i32.const(4 * bStep)))),
      ...panels(f, p, { ...at, a: a.get, b: b.get }, part),
    ];
    f.release(a);
    f.release(b);
    return code;
  };
  if (blocks === 1) return stretch(i32.const(0), { steps: p.k, first: true, last: true });
  const first = stretch(i32.const(0), { steps, first: true, last: false });
  const middle = f.times(blocks - 2, (i) =>
    stretch(i32.mul(i32.add(i, i32.const(1)), i32.const(steps)), { steps, first: false, last: false }),
  );
  const done = steps * (blocks - 1);
  return [...first, ...middle, ...stretch(i32.const(done), { steps: p.k - done, first: false, last: true })];
}

/** All columns, a panel at a time. */
function panels(f: FunctionBuilder, p: Product, at: Addresses, part: Stretch): Code {
  const full = Math.floor(p.n / panelWidth);
  const rest = p.n % panelWidth;
  const panel = (index: I32, columns: number): Code => {
    const b = f.reuse('i32');
    const c = f.reuse('i32');
    const bias = f.reuse('i32');
    const column = i32.mul(index, i32.const(panelWidth));
    const offset = i32.shl(column, i32.const(2));
    const code = [
      ...b.set(i32.add(at.b, i32.mul(column, i32.const(4 * (p.transposeB ? p.k : 1))))),
      ...c.set(i32.add(at.c, offset)),
      ...(at.bias === undefined ? [] : bias.set(i32.add(at.bias, offset))),
      ...packPanel(f, { from: b.get, to: at.panel, steps: part.steps, columns, ...p }),
      ...rows(f, p, { ...at, c: c.get, bias: at.bias === undefined ? undefined : bias.get }, part, columns),
    ];
    [b, c, bias].forEach((local) => f.release(local));
    return code;
  };
  return [...f.times(full, (index) => panel(index, panelWidth)), ...(rest === 0 ? [] : panel(i32.const(full), rest))];
}

/** All rows against one panel, a tile at a time. */
function rows(f: FunctionBuilder, p: Product, at: Addresses, part: Stretch, columns: number): Code {
  // Half as wide a tile may be twice as high: eight sums in flight hide the latency of an addition.
  const height = columns <= 4 ? 8 : 4;
  const full = Math.floor(p.m / height);
  const rest = p.m % height;
  const tileAt = (index: I32, size: number): Code => {
    const a = f.reuse('i32');
    const c = f.reuse('i32');
    const code = [
      ...a.set(i32.add(at.a, i32.mul(index, i32.const(4 * height * p.aRow)))),
      ...c.set(i32.add(at.c, i32.mul(index, i32.const(4 * height * p.n)))),
      ...tile(f, p, { ...at, a: a.get, c: c.get }, part, size, columns),
    ];
    f.release(a);
    f.release(c);
    return code;
  };
  return [...f.times(full, (index) => tileAt(index, height)), ...(rest === 0 ? [] : tileAt(i32.const(full), rest))];
}

/** `height` rows and up to eight columns of C. */
function tile(f: FunctionBuilder, p: Product, at: Addresses, part: Stretch, height: number, columns: number): Code {
  const vectors = Math.ceil(columns / 4);
  const code: Piece[] = [];
  const add = (more: Code) => code.push(more);
  const cell = (i: number, j: number) => ({ lanes: Math.min(4, columns - 4 * j), offset: 4 * (i * p.n + 4 * j) });
  const sums = Array.from({ length: height }, (_, i) =>
    Array.from({ length: vectors }, (_, j) => {
      const sum = f.reuse('v128');
      const { lanes, offset } = cell(i, j);
      add(sum.set(part.first ? v128.floats(0) : loadLanes(at.c, lanes, offset)));
      return sum;
    }),
  );
  const a = f.reuse('i32');
  const b = f.reuse('i32');
  const bs = Array.from({ length: vectors }, () => f.reuse('v128'));
  const x = f.reuse('v128');
  // One step a turn: in a longer turn V8 puts all loads before all sums, and runs out of registers.
  const step: Code = [
    ...bs.map((local, j) => local.set(v128.load(b.get, 16 * j))),
    ...sums.map((row, i) => [
      x.set(v128.loadSplat(a.get, 4 * i * p.aRow)),
      ...row.map((sum, j) => sum.set(madd(p, x.get, bs[j]?.get ?? x.get, sum.get))),
    ]),
    a.set(i32.add(a.get, i32.const(4 * p.aStep))),
    b.set(i32.add(b.get, i32.const(16 * vectors))),
  ];
  add([a.set(at.a), b.set(at.panel)]);
  if (part.steps > 0) {
    const end = f.reuse('i32');
    add(end.set(i32.add(at.panel, i32.const(16 * vectors * part.steps))));
    add(loop([step, branchIf(0, i32.ltU(b.get, end.get))]));
    f.release(end);
  }
  sums.forEach((row, i) =>
    row.forEach((sum, j) => {
      const { lanes, offset } = cell(i, j);
      const e = new Emitter(f);
      e.add(storeLanes(at.c, part.last ? finished(e, p, at, sum.get, lanes, j) : sum.get, lanes, offset));
      add(e.end());
    }),
  );
  [a, b, x, ...bs, ...sums.flat()].forEach((local) => f.release(local));
  return code;
}

const madd = (p: Product, a: V128, b: V128, sum: V128): V128 =>
  p.relaxed ? f32x4.relaxedMadd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));

/** The sum with its bias, through the activation. */
function finished(e: Emitter, p: Product, at: Addresses, sum: V128, lanes: number, j: number): V128 {
  const biased = at.bias === undefined ? sum : e.let(f32x4.add(sum, loadLanes(at.bias, lanes, 16 * j)));
  return p.act === undefined ? biased : e.let(evaluateOn(e, p.act, biased));
}
