/**
 * Products: the matrix product, convolution and its gradient by the kernel. What is multiplied has rows and a k of any
 * axes: an element of A stands where its row and its place along k say together. An invocation makes a tile.
 */
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, broadcastStrides, collapse } from '../layout.ts';
import type { Axis, Strides } from '../layout.ts';
import type { Sym } from '../scalar/symbol.ts';
import { placeStrides, tapStrides } from '../windows.ts';
import { kernel, loadFloat, nest, offsetsAt, place, storeFloat } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { evaluated } from './map.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** A[row, k]·B[k, n] → C[row, n], once for each batch, with a bias for each column and through an activation. */
interface Product {
  /** In A, B, C and the bias. */
  readonly batches: readonly Axis[];
  /** In A and C. */
  readonly rows: readonly Axis[];
  /** In A and B. */
  readonly k: readonly Axis[];
  /** In B and C. */
  readonly columns: Axis;
  readonly bias?: View | undefined;
  readonly act?: Sym | undefined;
}

export function matmul({ a, b, bias, act, transposeA, transposeB, out }: Of<'matmul'>): readonly Kernel[] {
  const lead = out.shape.slice(0, -2);
  const [rows = 1, n = 1] = out.shape.slice(-2);
  const k = a.shape.at(transposeA ? -2 : -1) ?? 0;
  const leading = ({ shape, strides }: View): Strides =>
    broadcastStrides({ shape: shape.slice(0, -2), strides: strides.slice(0, -2) }, lead);
  const turned = ({ strides }: View, isTransposed: boolean): Strides =>
    isTransposed ? strides.slice(-2).reverse() : strides.slice(-2);
  const [aRow = 0, aStep = 0] = turned(a, transposeA);
  const [bStep = 0, bColumn = 0] = turned(b, transposeB);
  const [cRow = 0, cColumn = 0] = out.strides.slice(-2);
  const of = {
    batches: axesFrom(lead, [...[a, b, out].map(leading), lead.map(() => 0)]),
    rows: [{ size: rows, strides: [aRow, cRow] }],
    k: [{ size: k, strides: [aStep, bStep] }],
    columns: { size: n, strides: [bColumn, cColumn] },
    bias,
    act,
  };
  return product(of, a, b, out);
}

export function conv({ x, kernel: weights, stride, dilation, groups, bias, act, out }: Of<'conv'>): readonly Kernel[] {
  const [inner = 1, channels = 1] = weights.shape.slice(-2);
  const each = channels / groups;
  const of = {
    batches: [{ size: groups, strides: [inner, each, each, each] }],
    rows: axesFrom(out.shape.slice(0, -1), [placeStrides(x.shape, stride), out.strides.slice(0, -1)]),
    k: axesFrom(weights.shape.slice(0, -1), [[...tapStrides(x.shape, dilation), 1], weights.strides.slice(0, -1)]),
    columns: { size: each, strides: [1, 1] },
    bias,
    act,
  };
  return product(of, x, weights, out);
}

/** Rows are what k was, and k is where the windows stand. */
export function convKernel({ x, dy, stride, dilation, groups, out }: Of<'convKernel'>): readonly Kernel[] {
  const [inner = 1, channels = 1] = out.shape.slice(-2);
  const each = channels / groups;
  const of = {
    batches: [{ size: groups, strides: [inner, each, each, each] }],
    rows: axesFrom(out.shape.slice(0, -1), [[...tapStrides(x.shape, dilation), 1], out.strides.slice(0, -1)]),
    k: axesFrom(dy.shape.slice(0, -1), [placeStrides(x.shape, stride), dy.strides.slice(0, -1)]),
    columns: { size: each, strides: [1, 1] },
  };
  return product(of, x, dy, out);
}

/** Rows and columns of a tile at most. */
const side = 4;

const count = (axes: readonly Axis[]): number => axes.reduce((total, { size }) => total * size, 1);

function product(of: Product, a: View, b: View, out: View): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const { columns, bias, act } = of;
  const batches = collapse(of.batches);
  const rows = collapse(of.rows);
  const k = collapse(of.k);
  const height = Math.min(side, count(rows));
  const width = Math.min(side, columns.size);
  const across = Math.ceil(columns.size / width);
  const down = Math.ceil(count(rows) / height);
  const [bColumn = 0, cColumn = 0] = columns.strides;
  const each = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
  const operands = [a, b, out, ...(bias === undefined ? [] : [bias])];
  return [
    kernel(count(batches) * down * across, operands, (lines) => {
      const column = lines.let(`(id % ${across}) * ${width}`);
      const tile = lines.let(`id / ${across}`);
      const row = lines.let(`(${tile} % ${down}) * ${height}`);
      const starts = operands.map((_, i) => place(i));
      const [inA = '', inB = '', inC = '', inBias = ''] = offsetsAt(
        lines,
        batches,
        lines.let(`${tile} / ${down}`),
        starts,
      );
      // Past the last row or column the last one is done again, and not written.
      const rowAt = each(height).map((i) =>
        offsetsAt(lines, rows, lines.let(`min(${row} + ${i}, ${count(rows) - 1})`), [inA, inC]),
      );
      const columnAt = each(width).map((j) => lines.let(`min(${column} + ${j}, ${columns.size - 1})`));
      const sums = each(height).map(() => each(width).map(() => lines.variable('0f')));
      if (count(k) > 0) {
        nest(lines, k, ['0', '0'], (inside, [stepA = '', stepB = '']) => {
          const x = rowAt.map(([from]) => inside.let(loadFloat(`${from} + ${stepA}`)));
          const y = columnAt.map((at) => inside.let(loadFloat(`${inB} + ${at} * ${bColumn} + ${stepB}`)));
          sums.forEach((line, i) => line.forEach((sum, j) => inside.add(`${sum} += ${x[i]} * ${y[j]};`)));
        });
      }
      sums.forEach((line, i) =>
        line.forEach((sum, j) =>
          lines.when(`${row} + ${i} < ${count(rows)} && ${column} + ${j} < ${columns.size}`, (inside) => {
            const biased =
              bias === undefined
                ? sum
                : inside.let(`${sum} + ${loadFloat(`${inBias} + ${columnAt[j]} * ${bias.strides.at(-1) ?? 1}`)}`);
            const value = act === undefined ? biased : evaluated(inside, act, biased);
            inside.add(storeFloat(`${rowAt[i]?.[1] ?? inC} + ${columnAt[j]} * ${cColumn}`, value));
          }),
        ),
      );
    }),
  ];
}
