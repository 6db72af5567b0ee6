/**
 * The matrix product, convolution and its gradient by the kernel as one product, A[row, k]·B[k, n] → C[row, n], whose rows
 * and whose k have any axes: an element of A stands where its row and its place along k say together.
 */
import type { View } from './buffer.ts';
import type { KernelCall } from './instruction.ts';
import { axesFrom, broadcastStrides } from './layout.ts';
import type { Axis, Strides } from './layout.ts';
import { placeStrides, tapStrides } from './windows.ts';

type Of<Kind extends KernelCall['kind']> = Extract<KernelCall, { kind: Kind }>;

export interface Contraction {
  /** Products beside each other: strides in A, B, C and a bias of each column. */
  readonly batches: readonly Axis[];
  /** In A and C. */
  readonly rows: readonly Axis[];
  /** In A and B. */
  readonly k: readonly Axis[];
  /** In B and C. */
  readonly columns: Axis;
}

export function ofMatrices({ a, b, transposeA, transposeB, out }: Of<'matmul'>): Contraction {
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
  return {
    batches: axesFrom(lead, [...[a, b, out].map(leading), lead.map(() => 0)]),
    rows: [{ size: rows, strides: [aRow, cRow] }],
    k: [{ size: k, strides: [aStep, bStep] }],
    columns: { size: n, strides: [bColumn, cColumn] },
  };
}

/** Of a convolution: rows are where its windows stand, and k are the elements of one. */
export const ofWindows = ({ x, kernel, stride, dilation, groups, out }: Of<'conv'>): Contraction => ({
  ...groupsOf(kernel.shape, groups),
  rows: axesFrom(out.shape.slice(0, -1), [placeStrides(x.shape, stride), out.strides.slice(0, -1)]),
  k: axesFrom(kernel.shape.slice(0, -1), [[...tapStrides(x.shape, dilation), 1], kernel.strides.slice(0, -1)]),
});

/** Of its gradient by the kernel: rows are what k was, and k is where the windows stand. */
export const ofKernelGradient = ({ x, dy, stride, dilation, groups, out }: Of<'convKernel'>): Contraction => ({
  ...groupsOf(out.shape, groups),
  rows: axesFrom(out.shape.slice(0, -1), [[...tapStrides(x.shape, dilation), 1], out.strides.slice(0, -1)]),
  k: axesFrom(dy.shape.slice(0, -1), [placeStrides(x.shape, stride), dy.strides.slice(0, -1)]),
});

/** Groups of channels are products beside each other. */
function groupsOf(kernel: readonly number[], groups: number): Pick<Contraction, 'batches' | 'columns'> {
  const [inner = 1, channels = 1] = kernel.slice(-2);
  const each = channels / groups;
  return {
    batches: [{ size: groups, strides: [inner, each, each, each] }],
    columns: { size: each, strides: [1, 1] },
  };
}
