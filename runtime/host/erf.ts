/** The error function in double precision. */

/** erf by its series below 2.5 and the continued fraction of erfc above (Abramowitz and Stegun 7.1.6 and 7.1.14). */
export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const z = Math.abs(x);
  const value = z > 6 ? 1 : z < 2.5 ? series(z) : 1 - continuedFraction(z);
  return x < 0 ? -value : value;
}

/** 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·…·(2n+1)): all terms are positive, nothing cancels. */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
}

/** erfc(z) = e^(−z²)/√π · 1/(z + ½/(z + 1/(z + 3⁄2/(z + …)))), from the inside out. */
function continuedFraction(z: number): number {
  let tail = z;
  for (let n = 100; n >= 1; n--) tail = z + n / 2 / tail;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / tail;
}
