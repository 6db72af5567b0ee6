/** Kernels with where their operands lie, as a device runs them. */
import type { View } from '../buffer.ts';
import { KernelError } from '../error.ts';
import { isView } from '../instruction.ts';
import type { Scalar } from '../k.ts';
import { placesBytes } from './gpu.ts';
import type { Dispatch } from './gpu.ts';
import { mostGroups, mostOperands } from './kernel.ts';
import type { Kernel } from './kernel.ts';

export const dispatch = (pipeline: GPUComputePipeline, { groups }: Kernel): Dispatch => ({
  pipeline,
  groups: [Math.min(groups, mostGroups), Math.ceil(groups / mostGroups)],
});

/** The places of all operands, kernel after kernel. */
export function placesOf(
  kernels: readonly Kernel[],
  placeOf: (operand: View | Scalar) => number,
): Int32Array<ArrayBuffer> {
  const perKernel = placesBytes / 4;
  const places = new Int32Array(Math.max(1, kernels.length) * perKernel);
  kernels.forEach(({ operands }, i) => {
    if (operands.length > mostOperands) {
      throw new KernelError(`a kernel of ${operands.length} operands: webgpu has ${mostOperands} at most`);
    }
    operands.forEach((operand, j) => (places[i * perKernel + j] = placeOf(operand)));
  });
  return places;
}

/** The place of a view whose buffer begins there. */
export const behind = (begin: number, operand: View | Scalar): number =>
  isView(operand) ? begin + operand.offset : begin;
