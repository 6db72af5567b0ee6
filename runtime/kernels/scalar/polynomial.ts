/** Polynomials in single precision by Horner's rule, on wasm vectors. */
import { f32x4 } from '../wasm/assembler/instructions.ts';
import type { V128 } from '../wasm/assembler/instructions.ts';
import type { Emit } from './primitive.ts';

/** c₀xⁿ + c₁xⁿ⁻¹ + … + cₙ. */
export function polynomial(e: Emit, x: V128, coefficients: readonly number[]): V128 {
  const [first = 0, ...rest] = coefficients;
  return rest.reduce((sum, c) => e.let(f32x4.add(f32x4.mul(sum, x), e.floats(c))), e.floats(first));
}
