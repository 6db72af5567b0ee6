/** Sets what is so small that f32 would keep it as a denormal number to 0; those cost wasm a hundredfold. */
import { unary } from './rules/elementwise.ts';

export const flushOp = unary({
  name: 'flush',
  doc: '0 where |x| < 1e-30, else x',
  internal: true,
  of: (x) => (Math.abs(x) < 1e-30 ? 0 : x),
  increasingFrom: -Infinity,
  vjp: ({ dy }) => dy,
  kinks: [{ at: [0], gradients: [1], why: 'the identity, as far as derivatives go' }],
  specials: [
    [1e-31, 0],
    [-1e-31, 0],
    [1e-29, 1e-29],
    [-Infinity, -Infinity],
    [NaN, NaN],
  ],
});
