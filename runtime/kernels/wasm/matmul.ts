/** The matrix product: one axis of rows, one of k, and what leads them as batches. */
import type { Instruction } from '../instruction.ts';
import { axesFrom, broadcastStrides, collapse } from '../layout.ts';
import type { Axis, Strides } from '../layout.ts';
import type { Kernel } from './kernel.ts';
import { productKernel } from './product.ts';

type MatmulInstruction = Extract<Instruction, { kind: 'matmul' }>;

export function matmulKernel(instruction: MatmulInstruction, relaxed: boolean): Kernel {
  const { a, b, out, transposeA, transposeB, act, bias } = instruction;
  const lead = out.shape.slice(0, -2);
  const [m = 1, n = 1] = out.shape.slice(-2);
  const k = a.shape.at(transposeA ? -2 : -1) ?? 0;
  const batches = axesFrom(
    lead,
    [a, b, out].map(({ shape, strides }) =>
      broadcastStrides({ shape: shape.slice(0, -2), strides: strides.slice(0, -2) }, lead),
    ),
  );
  const [aRow = 0, aStep = 0] = turned(a.strides, transposeA);
  const [bStep = 0, fromColumn = 1] = turned(b.strides, transposeB);
  const bColumn = n === 1 && bStep !== 1 ? 1 : fromColumn;
  // Rows of one matrix after the other against the same B are one product with more rows.
  const sharesB = ({ strides: [, inB = 0] }: Axis) => inB === 0;
  const row = { size: m, strides: [aRow, out.strides.at(-2) ?? n] };
  const rows = batches
    .filter(sharesB)
    .map(({ size, strides: [inA = 0, , inC = 0] }) => ({ size, strides: [inA, inC] }));
  return productKernel(
    {
      batches: collapse(batches.filter((axis) => !sharesB(axis))),
      rows: collapse([...rows, row]),
      k: collapse([{ size: k, strides: [aStep, bStep] }]),
      n,
      bStep,
      bColumn,
      pieces: false,
      relaxed,
      act,
    },
    { a, b, c: out, bias },
  );
}

/** The last two strides, or the last but one behind the last. */
const turned = (strides: Strides, isTransposed: boolean): Strides =>
  isTransposed ? strides.slice(-2).reverse() : strides.slice(-2);
