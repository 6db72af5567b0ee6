/** The matrix product: one axis of rows, one of k, and what leads them as batches. */
import type { Instruction } from '../instruction.ts';
import { broadcastStrides } from '../shapes.ts';
import type { Kernel } from './kernel.ts';
import { axesFrom, collapse } from './nest.ts';
import { productKernel } from './product.ts';

type MatmulInstruction = Extract<Instruction, { kind: 'matmul' }>;

export function matmulKernel(instruction: MatmulInstruction, relaxed: boolean): Kernel {
  const { a, b, out, transposeA, transposeB, act, bias } = instruction;
  const lead = out.shape.slice(0, -2);
  const [m = 1, n = 1] = out.shape.slice(-2);
  const k = a.shape.at(transposeA ? -2 : -1) ?? 0;
  const strides = (shape: readonly number[], size: number) => broadcastStrides(shape, lead).map((s) => s * size);
  const batches = axesFrom(lead, [
    strides(a.shape.slice(0, -2), m * k),
    strides(b.shape.slice(0, -2), k * n),
    strides(lead, m * n),
  ]);
  // Rows of one matrix after the other against the same B are one product with more rows.
  const sharesB = ({ strides: [, inB = 0] }: { readonly strides: readonly number[] }) => inB === 0;
  const row = { size: m, strides: [transposeA ? 1 : k, n] };
  const rows = batches
    .filter(sharesB)
    .map(({ size, strides: [inA = 0, , inC = 0] }) => ({ size, strides: [inA, inC] }));
  const bStep = transposeB ? 1 : n;
  return productKernel(
    {
      batches: collapse(batches.filter((axis) => !sharesB(axis))),
      rows: collapse([...rows, row]),
      k: collapse([{ size: k, strides: [transposeA ? m : 1, bStep] }]),
      n,
      bStep,
      bColumn: transposeB ? k : 1,
      pieces: false,
      relaxed,
      act,
    },
    { a, b, c: out, bias },
  );
}
