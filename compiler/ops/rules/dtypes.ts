/** Which dtype a result has: numbers of the host join tensors of the device, integers are no numbers. */
import type { DType, Type } from '../../ir/types.ts';
import type { Misfit } from '../define.ts';

export type DTypeRule = (types: readonly Type[]) => DType | Misfit;

/** f64 with f64 stays on the host, f64 [] with f32 is f32; i32 does not take part. */
export const arithmetic: DTypeRule = (types) =>
  integers(types) ?? hostArrays(types) ?? (onDevice(types) ? 'f32' : 'f64');

/** As arithmetic, but integers may be compared; the answers 1 and 0 are numbers. */
export const comparison: DTypeRule = (types) => hostArrays(types) ?? (onDevice(types) ? 'f32' : 'f64');

/** The branches of `where`: both of one kind; a number of the host takes the dtype of the other branch. */
export const selection: DTypeRule = (types) => {
  const [condition, ...branches] = types;
  const misfit = hostArrays(types);
  if (misfit !== undefined) return misfit;
  const tensors = branches.filter((branch) => branch.dtype !== 'f64');
  const whole = tensors.findIndex((branch) => branch.dtype === 'i32');
  if (whole >= 0 && tensors.some((branch) => branch.dtype === 'f32')) {
    return { misfit: 'input', input: 1 + whole, why: 'it holds integers, and the other branch holds numbers' };
  }
  if (whole >= 0) return 'i32';
  return tensors.length > 0 || condition?.dtype !== 'f64' ? 'f32' : 'f64';
};

/** What moves elements without changing them: all inputs have one dtype. */
export const same: DTypeRule = (types) => {
  const first = types[0]?.dtype ?? 'f64';
  const other = types.findIndex((type) => type.dtype !== first);
  if (other < 0) return first;
  return { misfit: 'input', input: other, why: `it is ${types[other]?.dtype}, and the first is ${first}` };
};

function onDevice(types: readonly Type[]): boolean {
  return types.some((type) => type.dtype !== 'f64');
}

function integers(types: readonly Type[]): Misfit | undefined {
  const input = types.findIndex((type) => type.dtype === 'i32');
  if (input < 0) return undefined;
  return { misfit: 'input', input, why: 'it holds integers, and an integer value is not a number' };
}

/** An array of the host has no place on the device, so it only meets its like. */
function hostArrays(types: readonly Type[]): Misfit | undefined {
  const input = types.findIndex((type) => type.dtype === 'f64' && type.shape.length > 0);
  if (input < 0 || !onDevice(types)) return undefined;
  return { misfit: 'input', input, why: 'it is an array of the host, and the other is a tensor of the device' };
}
