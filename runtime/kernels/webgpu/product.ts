/** Products: the matrix product, convolution and its gradient by the kernel. An invocation makes a tile. */
import type { View } from '../buffer.ts';
import { ofKernelGradient, ofMatrices, ofWindows } from '../contraction.ts';
import type { Contraction } from '../contraction.ts';
import type { Instruction } from '../instruction.ts';
import { collapse } from '../layout.ts';
import type { Axis } from '../layout.ts';
import type { Sym } from '../scalar/symbol.ts';
import { kernel, loadFloat, nest, offsetsAt, place, storeFloat } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { evaluated } from './map.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** What becomes of a sum: a bias of its column is added, and an activation taken. */
interface Finish {
  readonly bias?: View | undefined;
  readonly act?: Sym | undefined;
}

export const matmul = (call: Of<'matmul'>): readonly Kernel[] =>
  product(ofMatrices(call), call.a, call.b, call.out, call);

export const conv = (call: Of<'conv'>): readonly Kernel[] =>
  product(ofWindows(call), call.x, call.kernel, call.out, call);

export const convKernel = (call: Of<'convKernel'>): readonly Kernel[] =>
  product(ofKernelGradient(call), call.x, call.dy, call.out);

/** Rows and columns of a tile at most. */
const side = 4;

const count = (axes: readonly Axis[]): number => axes.reduce((total, { size }) => total * size, 1);

function product(of: Contraction, a: View, b: View, out: View, { bias, act }: Finish = {}): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const { columns } = of;
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
