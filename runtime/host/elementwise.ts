/** Elementwise functions of the host, broadcasting as NumPy's do. Booleans are 1 and 0. */
import { from } from './array.ts';
import type { HostArray, HostValue } from './array.ts';
import { erf as erfOf } from './erf.ts';
import { broadcast } from './shape.ts';

/** The shape that these shapes broadcast to. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((size) => size !== 1);
    const [size = 1] = sizes;
    if (sizes.some((other) => other !== size)) {
      throw new Error(`shapes do not broadcast: ${shapes.map((shape) => `[${shape.join(', ')}]`).join(', ')}`);
    }
    return size;
  });
}

function align(...values: readonly HostValue[]): { readonly shape: readonly number[]; readonly data: Float64Array[] } {
  const arrays = values.map(from);
  const shape = broadcastShape(arrays.map((x) => x.shape));
  return { shape, data: arrays.map((x) => broadcast(x, shape).data) };
}

type Unary = (x: HostValue) => HostArray;
type Binary = (a: HostValue, b: HostValue) => HostArray;

function unary(f: (x: number) => number): Unary {
  return (x) => {
    const { shape, data } = from(x);
    return { shape, data: data.map(f) };
  };
}

function binary(f: (a: number, b: number) => number): Binary {
  return (x, y) => {
    const { shape, data } = align(x, y);
    const [left = new Float64Array(), right = new Float64Array()] = data;
    return { shape, data: left.map((a, i) => f(a, right[i] ?? NaN)) };
  };
}

const bit = (condition: boolean): number => (condition ? 1 : 0);

/** To the nearest whole number, halves to the even one. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

export const add = binary((a, b) => a + b);
export const sub = binary((a, b) => a - b);
export const mul = binary((a, b) => a * b);
export const div = binary((a, b) => a / b);
/** Python's: the result has the divisor's sign. */
export const mod = binary((a, b) => {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
});
export const pow = binary((a, b) => a ** b);
export const maximum = binary((a, b) => Math.max(a, b));
export const minimum = binary((a, b) => Math.min(a, b));
export const equal = binary((a, b) => bit(a === b));
export const not_equal = binary((a, b) => bit(a !== b));
export const less = binary((a, b) => bit(a < b));
export const less_equal = binary((a, b) => bit(a <= b));
export const greater = binary((a, b) => bit(a > b));
export const greater_equal = binary((a, b) => bit(a >= b));
export const and = binary((a, b) => bit(a !== 0 && b !== 0));
export const or = binary((a, b) => bit(a !== 0 || b !== 0));

export function where(condition: HostValue, x: HostValue, y: HostValue): HostArray {
  const { shape, data } = align(condition, x, y);
  const [test = new Float64Array(), yes = test, no = test] = data;
  return { shape, data: test.map((c, i) => (c !== 0 ? yes[i] : no[i]) ?? NaN) };
}

export const not = unary((x) => bit(x === 0));
export const neg = unary((x) => -x);
export const abs = unary(Math.abs);
export const sign = unary(Math.sign);
export const floor = unary(Math.floor);
export const ceil = unary(Math.ceil);
export const round = unary(roundHalfToEven);
export const sqrt = unary(Math.sqrt);
export const square = unary((x) => x * x);
export const exp = unary(Math.exp);
export const expm1 = unary(Math.expm1);
export const log = unary(Math.log);
export const log1p = unary(Math.log1p);
export const sin = unary(Math.sin);
export const cos = unary(Math.cos);
export const atan = unary(Math.atan);
export const tanh = unary(Math.tanh);
/** Written so that exp never overflows. */
export const sigmoid = unary((x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))));
export const softplus = unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
export const erf = unary(erfOf);
export const relu = unary((x) => Math.max(x, 0));
/** Numbers too small for single precision to calculate with at speed become 0 (conventions 4). */
export const flush = unary((x) => (Math.abs(x) < 1e-30 ? 0 : x));
export const stop_gradient = unary((x) => x);
