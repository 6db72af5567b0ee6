/** Takes lists of a known length apart: the operands of a rule, the elements of a tensor. */
import { InternalError } from '../../diagnostics/types.ts';

export function one<T>(xs: readonly T[]): T {
  return nth(xs, 0);
}

export function two<T>(xs: readonly T[]): readonly [T, T] {
  return [nth(xs, 0), nth(xs, 1)];
}

export function nth<T>(xs: readonly T[], index: number): T {
  const x = xs[index];
  if (x === undefined) throw new InternalError(`there is no operand ${index}`);
  return x;
}
