/** Products, packed and summed tile by tile: the matrix product, convolution and its gradient by the kernel. */
import type { View } from '../buffer.ts';
import { ofKernelGradient, ofMatrices, ofWindows } from '../contraction.ts';
import type { Contraction } from '../contraction.ts';
import type { Instruction } from '../instruction.ts';
import { apply } from '../scalar/symbol.ts';
import type { Sym } from '../scalar/symbol.ts';
import { filling } from './copy.ts';
import type { Kernel, Machine } from './kernel.ts';
import { map } from './map.ts';
import { offsetsOf } from './nest.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

export const matmul = (m: Machine, call: Of<'matmul'>): Kernel =>
  finished(m, product(m, ofMatrices(call), call.a, call.b, call.out), call.out, call.bias, call.act);

export const conv = (m: Machine, call: Of<'conv'>): Kernel =>
  finished(m, product(m, ofWindows(call), call.x, call.kernel, call.out), call.out, call.bias, call.act);

export const convKernel = (m: Machine, call: Of<'convKernel'>): Kernel =>
  product(m, ofKernelGradient(call), call.x, call.dy, call.out);

/** A bias on each row, and the activation, in place. */
function finished(m: Machine, work: Kernel, out: View, bias: View | undefined, act: Sym | undefined): Kernel {
  if (bias === undefined && act === undefined) return work;
  const sum = bias === undefined ? input(0) : apply('add', input(0), input(1));
  const finish = map(m, {
    kind: 'map',
    inputs: bias === undefined ? [out] : [out, bias],
    shape: out.shape,
    results: [act === undefined ? sum : instead(act, sum)],
    outs: [out],
  });
  return () => {
    work();
    finish();
  };
}

const input = (index: number): Sym => ({ kind: 'input', index });

/** A function of one input, of this symbol. */
function instead(act: Sym, sum: Sym): Sym {
  switch (act.kind) {
    case 'input':
      return sum;
    case 'apply':
      return { ...act, args: act.args.map((arg) => instead(arg, sum)) };
    case 'row':
      return { ...act, of: instead(act.of, sum) };
    case 'literal':
    case 'column':
      return act;
  }
}

/** Rows and columns of a tile, whose sums stay in registers. */
const [tall, wide] = [3, 4];
/** Steps of k that are packed at a time. */
const deep = 256;

/** What is packed: of one product at a time. */
const packed = { a: new Float64Array(tall * deep), b: new Float64Array(0), tile: new Float64Array(tall * wide) };

function product(m: Machine, { batches, rows, k, columns }: Contraction, a: View, b: View, out: View): Kernel {
  const [rowsInA, rowsInC] = [offsetsOf(rows, 0), offsetsOf(rows, 1)];
  const [stepsInA, stepsInB] = [offsetsOf(k, 0), offsetsOf(k, 1)];
  const starts = [0, 1, 2].map((operand) => offsetsOf(batches, operand));
  if (stepsInA.length === 0) return filling(m, out, 0);
  const [inA, inB, inC] = [m.place(a), m.place(b), m.place(out)];
  const { size: n } = columns;
  const [bColumn = 0, cColumn = 0] = columns.strides;
  const panels = Math.ceil(n / wide);
  const needed = panels * wide * Math.min(deep, stepsInA.length);
  if (packed.b.length < needed) packed.b = new Float64Array(needed);

  const one = (aStart: number, bStart: number, cStart: number): void => {
    const [x, y, z] = [inA.memory.floats, inB.memory.floats, inC.memory.floats];
    for (let from = 0; from < stepsInA.length; from += deep) {
      const depth = Math.min(deep, stepsInA.length - from);
      packColumns(y, bStart, stepsInB, from, depth, n, bColumn);
      for (let row = 0; row < rowsInA.length; row += tall) {
        const height = Math.min(tall, rowsInA.length - row);
        packRows(x, aStart, rowsInA, row, height, stepsInA, from, depth);
        for (let panel = 0; panel < panels; panel++) {
          multiply(packed.a, packed.b, panel * wide * depth, depth, packed.tile);
          const width = Math.min(wide, n - panel * wide);
          for (let i = 0; i < height; i++) {
            let at = cStart + (rowsInC[row + i] ?? 0) + panel * wide * cColumn;
            for (let j = 0; j < width; j++, at += cColumn) {
              const sum = packed.tile[i * wide + j] ?? 0;
              z[at] = from === 0 ? sum : (z[at] ?? 0) + sum;
            }
          }
        }
      }
    }
  };
  return () => {
    const [as, bs, cs] = starts;
    for (let batch = 0; batch < (as?.length ?? 0); batch++) {
      one(inA.offset + (as?.[batch] ?? 0), inB.offset + (bs?.[batch] ?? 0), inC.offset + (cs?.[batch] ?? 0));
    }
  };
}

/** So many steps of B: panels of four columns, each step after step. Columns that are missing are 0. */
function packColumns(
  y: Float32Array,
  start: number,
  steps: Int32Array,
  from: number,
  depth: number,
  n: number,
  stride: number,
): void {
  const { b } = packed;
  for (let step = 0; step < depth; step++) {
    let at = start + (steps[from + step] ?? 0);
    for (let column = 0; column < n; column += wide) {
      const to = column * depth + step * wide;
      for (let j = 0; j < wide; j++, at += stride) b[to + j] = column + j < n ? (y[at] ?? 0) : 0;
    }
  }
}

/** So many steps of three rows of A, step after step. Rows that are missing are 0. */
function packRows(
  x: Float32Array,
  start: number,
  rows: Int32Array,
  row: number,
  height: number,
  steps: Int32Array,
  from: number,
  depth: number,
): void {
  const { a } = packed;
  for (let i = 0; i < tall; i++) {
    const at = start + (rows[row + i] ?? 0);
    for (let step = 0; step < depth; step++) {
      a[step * tall + i] = i < height ? (x[at + (steps[from + step] ?? 0)] ?? 0) : 0;
    }
  }
}

/** Three rows by four columns, summed over the steps in double precision. */
function multiply(a: Float64Array, b: Float64Array, begin: number, depth: number, tile: Float64Array): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  let c0 = 0;
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  const end = tall * depth;
  for (let p = 0, q = begin; p < end; p += tall, q += wide) {
    const x0 = a[p] ?? 0;
    const x1 = a[p + 1] ?? 0;
    const x2 = a[p + 2] ?? 0;
    const y0 = b[q] ?? 0;
    const y1 = b[q + 1] ?? 0;
    const y2 = b[q + 2] ?? 0;
    const y3 = b[q + 3] ?? 0;
    a0 += x0 * y0;
    a1 += x0 * y1;
    a2 += x0 * y2;
    a3 += x0 * y3;
    b0 += x1 * y0;
    b1 += x1 * y1;
    b2 += x1 * y2;
    b3 += x1 * y3;
    c0 += x2 * y0;
    c1 += x2 * y1;
    c2 += x2 * y2;
    c3 += x2 * y3;
  }
  tile[0] = a0;
  tile[1] = a1;
  tile[2] = a2;
  tile[3] = a3;
  tile[4] = b0;
  tile[5] = b1;
  tile[6] = b2;
  tile[7] = b3;
  tile[8] = c0;
  tile[9] = c1;
  tile[10] = c2;
  tile[11] = c3;
}
