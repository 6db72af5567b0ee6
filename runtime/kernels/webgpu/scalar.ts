/**
 * The scalar primitives in WGSL. A language whose functions may be as inexact as drivers like, and which promises nothing of
 * what is no number, is asked for arithmetic alone, and for √ and e^x.
 */
import type { primitives } from '../scalar/index.ts';
import type { PrimitiveName } from '../scalar/index.ts';

type Forms<Arity> = Arity extends 1
  ? (x: string) => string
  : Arity extends 2
    ? (a: string, b: string) => string
    : (a: string, b: string, c: string) => string;

const truth = (condition: string): string => `select(0f, 1f, ${condition})`;
const unary =
  (name: string) =>
  (x: string): string =>
    `${name}(${x})`;
const binary =
  (name: string) =>
  (a: string, b: string): string =>
    `${name}(${a}, ${b})`;

export const wgsl: { readonly [P in PrimitiveName]: Forms<(typeof primitives)[P]['arity']> } = {
  abs: (x) => `abs(${x})`,
  add: (a, b) => `${a} + ${b}`,
  and: (a, b) => truth(`${a} != 0f && ${b} != 0f`),
  atan: unary('arctangent'),
  ceil: (x) => `ceil(${x})`,
  cos: (x) => `sinusoid(${x}, 1)`,
  div: (a, b) => `${a} / ${b}`,
  equal: (a, b) => truth(`${a} == ${b}`),
  erf: unary('error_function'),
  exp: (x) => `exp(${x})`,
  expm1: unary('exponential_minus_1'),
  floor: (x) => `floor(${x})`,
  flush: (x) => `select(${x}, 0f, abs(${x}) < 1e-30f)`,
  greater: (a, b) => truth(`${a} > ${b}`),
  greaterEqual: (a, b) => truth(`${a} >= ${b}`),
  less: (a, b) => truth(`${a} < ${b}`),
  lessEqual: (a, b) => truth(`${a} <= ${b}`),
  log: unary('logarithm'),
  log1p: unary('logarithm_1_plus'),
  maximum: binary('greater_of'),
  minimum: binary('less_of'),
  mod: binary('modulo'),
  mul: (a, b) => `${a} * ${b}`,
  neg: (x) => `-${x}`,
  not: (x) => truth(`${x} == 0f`),
  notEqual: (a, b) => truth(`${a} != ${b}`),
  or: (a, b) => truth(`${a} != 0f || ${b} != 0f`),
  pow: binary('power'),
  relu: (x) => `select(${x}, 0f, ${x} < 0f)`,
  round: (x) => `round(${x})`,
  select: (c, a, b) => `select(${b}, ${a}, ${c} != 0f)`,
  sigmoid: unary('logistic'),
  sign: (x) => `select(select(${x}, 1f, ${x} > 0f), -1f, ${x} < 0f)`,
  sin: (x) => `sinusoid(${x}, 0)`,
  softplus: unary('soft_plus'),
  sqrt: unary('square_root'),
  square: (x) => `${x} * ${x}`,
  sub: (a, b) => `${a} - ${b}`,
  tanh: unary('hyperbolic_tangent'),
};

/** c₀xⁿ + c₁xⁿ⁻¹ + … + cₙ. */
const polynomial = (x: string, coefficients: readonly number[]): string => {
  const [first = 0, ...rest] = coefficients;
  return rest.reduce((sum, c) => `(${sum} * ${x} + ${c}f)`, `${first}f`);
};

/** Functions that others are made of, by their names. The polynomials are those of our wasm kernels. */
const functions: Readonly<Record<string, string>> = {
  infinity: `
fn infinity() -> f32 { return bitcast<f32>(infinity_bits); }`,
  not_a_number: `
fn not_a_number() -> f32 { return bitcast<f32>(infinity_bits + 0x400000u); }`,
  is_nan: `
fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`,
  square_root: `
fn square_root(x: f32) -> f32 {
  if (x < 0f) { return not_a_number(); }
  return sqrt(x);
}`,
  greater_of: `
fn greater_of(a: f32, b: f32) -> f32 {
  if (is_nan(a) || is_nan(b)) { return not_a_number(); }
  return max(a, b);
}`,
  less_of: `
fn less_of(a: f32, b: f32) -> f32 {
  if (is_nan(a) || is_nan(b)) { return not_a_number(); }
  return min(a, b);
}`,
  logarithm: `
fn logarithm(x: f32) -> f32 {
  if (is_nan(x) || x < 0f) { return not_a_number(); }
  if (x == 0f) { return -infinity(); }
  if (x == infinity()) { return x; }
  let is_small = x < 1.1754943508222875e-38f;
  let bits = bitcast<i32>(select(x, x * 8388608f, is_small));
  let k = (bits - 0x3f3504f3) >> 23u;
  let n = f32(k) - select(0f, 23f, is_small);
  let f = bitcast<f32>(bits - (k << 23u)) - 1f;
  let square = f * f;
  let cubic = f * square * ${polynomial(
    'f',
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  )};
  return f + (cubic + n * -2.1219444e-4f - square * 0.5f) + n * 0.693359375f;
}`,
  logarithm_1_plus: `
fn logarithm_1_plus(x: f32) -> f32 {
  if (abs(x) < 1e-4f) { return x - x * x * 0.5f; }
  let u = 1f + x;
  let rough = logarithm(u);
  let lost = select((1f - (u - x)) / u, (x - (u - 1f)) / u, x <= 1f);
  return select(rough, rough + lost, abs(lost) < 1f);
}`,
  exponential_minus_1: `
fn exponential_minus_1(x: f32) -> f32 {
  if (abs(x) < 0.35f) {
    return x + x * x * ${polynomial('x', [1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2])};
  }
  return exp(x) - 1f;
}`,
  logistic: `
fn logistic(x: f32) -> f32 {
  let falling = exp(-abs(x));
  return select(1f, falling, x < 0f) / (1f + falling);
}`,
  soft_plus: `
fn soft_plus(x: f32) -> f32 { return select(x, 0f, x < 0f) + logarithm_1_plus(exp(-abs(x))); }`,
  hyperbolic_tangent: `
fn hyperbolic_tangent(x: f32) -> f32 {
  let square = x * x;
  let near = x + x * square * ${polynomial(
    'square',
    [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
  )};
  let far = 1f - 2f / (exp(2f * abs(x)) + 1f);
  return select(select(far, -far, x < 0f), near, abs(x) < 0.625f);
}`,
  error_function: `
fn error_function(x: f32) -> f32 {
  let size = abs(x);
  let square = x * x;
  let near = x + x * ${polynomial(
    'square',
    [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1],
  )};
  let bounded = select(size, 4f, size > 4f);
  let far = 1f - exp(bounded * ${polynomial(
    'bounded',
    [-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1],
  )} - bounded);
  return select(select(far, -far, x < 0f), near, size < 0.927734375f);
}`,
  arctangent: `
fn arctangent(x: f32) -> f32 {
  let size = abs(x);
  let is_steep = size > 2.414213562373095f;
  let is_middle = size > 0.4142135623730951f;
  let r = select(select(size, (size - 1f) / (size + 1f), is_middle), -1f / size, is_steep);
  let base = select(select(0f, 0.7853981633974483f, is_middle), 1.5707963267948966f, is_steep);
  let square = r * r;
  let angle = base + (r + r * square * ${polynomial(
    'square',
    [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1],
  )});
  return select(angle, -angle, x < 0f);
}`,
  sinusoid: `
fn sinusoid(x: f32, quarters: i32) -> f32 {
  let n = round(x * 0.6366197723675814f);
  let r = clamp(((x - n * 1.5703125f) - n * 4.837512969970703e-4f) - n * 7.54978995489188e-8f, -0.8f, 0.8f);
  let square = r * r;
  let odd = r + r * square * ${polynomial('square', [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1])};
  let even = 1f - square * 0.5f + square * square * ${polynomial(
    'square',
    [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2],
  )};
  let quarter = i32(n) + quarters;
  let y = select(odd, even, (quarter & 1) == 1);
  let signed = select(y, -y, (quarter & 2) == 2);
  return select(signed, not_a_number(), is_nan(x) || abs(x) == infinity());
}`,
  modulo: `
fn modulo(a: f32, b: f32) -> f32 {
  let rest = select(a - b * trunc(a / b), a, abs(b) == infinity() && abs(a) < infinity());
  return select(rest, rest + b, rest != 0f && (rest < 0f) != (b < 0f));
}`,
  power: `
fn power(a: f32, b: f32) -> f32 {
  if (b == 0f) { return 1f; }
  let size = exp2(b * (logarithm(abs(a)) * 1.4426950408889634f));
  let is_whole = round(b) == b;
  let is_odd = is_whole && round(b * 0.5f) != b * 0.5f;
  if (a < 0f && a > -infinity() && !is_whole) { return not_a_number(); }
  return select(size, -size, is_odd && (bitcast<u32>(a) >> 31u) == 1u);
}`,
};

/** The functions that a text calls, and what those call, in any order. */
export function functionsIn(text: string): string {
  const found = new Set<string>();
  const find = (code: string): void => {
    for (const [, name = ''] of code.matchAll(/\b(\w+)\(/g)) {
      const own = Object.hasOwn(functions, name) ? functions[name] : undefined;
      if (own === undefined || found.has(name)) continue;
      found.add(name);
      find(own);
    }
  };
  find(text);
  return [...found].map((name) => functions[name] ?? '').join('\n');
}
