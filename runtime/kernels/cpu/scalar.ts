/**
 * The scalar primitives over neighbours: a loop for each. Where the function itself takes a few cycles the loop is written
 * out, since an engine does not inline a function that differs from call to call.
 */
import { primitives } from '../scalar/index.ts';
import type { PrimitiveName } from '../scalar/index.ts';

/** Elements at a place, each so many behind the one before; the step is 0 where one element stands for all. */
export interface Operand {
  array: Float32Array | Int32Array;
  at: number;
  step: number;
}

type Loop1 = (n: number, out: Float32Array, x: Operand) => void;
type Loop2 = (n: number, out: Float32Array, a: Operand, b: Operand) => void;
type Loop3 = (n: number, out: Float32Array, a: Operand, b: Operand, c: Operand) => void;
type LoopOf<Arity> = Arity extends 1 ? Loop1 : Arity extends 2 ? Loop2 : Loop3;
export type Loop = Loop1 | Loop2 | Loop3;

const unary =
  (f: (x: number) => number): Loop1 =>
  (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) out[i] = f(x[p] ?? 0);
  };

const binary =
  (f: (a: number, b: number) => number): Loop2 =>
  (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = f(x[p] ?? 0, y[q] ?? 0);
  };

export const loops = {
  abs: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) out[i] = Math.abs(x[p] ?? 0);
  },
  add: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) + (y[q] ?? 0);
  },
  and: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by)
      out[i] = (x[p] ?? 0) !== 0 && (y[q] ?? 0) !== 0 ? 1 : 0;
  },
  atan: unary(primitives.atan.js),
  ceil: unary(primitives.ceil.js),
  cos: unary(primitives.cos.js),
  div: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) / (y[q] ?? 0);
  },
  equal: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) === (y[q] ?? 0) ? 1 : 0;
  },
  erf: unary(primitives.erf.js),
  exp: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) out[i] = Math.exp(x[p] ?? 0);
  },
  expm1: unary(primitives.expm1.js),
  floor: unary(primitives.floor.js),
  flush: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) {
      const v = x[p] ?? 0;
      out[i] = Math.abs(v) < 1e-30 ? 0 : v;
    }
  },
  greater: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) > (y[q] ?? 0) ? 1 : 0;
  },
  greaterEqual: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) >= (y[q] ?? 0) ? 1 : 0;
  },
  less: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) < (y[q] ?? 0) ? 1 : 0;
  },
  lessEqual: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) <= (y[q] ?? 0) ? 1 : 0;
  },
  log: unary(primitives.log.js),
  log1p: unary(primitives.log1p.js),
  maximum: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = Math.max(x[p] ?? 0, y[q] ?? 0);
  },
  minimum: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = Math.min(x[p] ?? 0, y[q] ?? 0);
  },
  mod: binary(primitives.mod.js),
  mul: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) * (y[q] ?? 0);
  },
  neg: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) out[i] = -(x[p] ?? 0);
  },
  not: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) out[i] = (x[p] ?? 0) === 0 ? 1 : 0;
  },
  notEqual: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) !== (y[q] ?? 0) ? 1 : 0;
  },
  or: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by)
      out[i] = (x[p] ?? 0) !== 0 || (y[q] ?? 0) !== 0 ? 1 : 0;
  },
  pow: binary(primitives.pow.js),
  relu: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) {
      const v = x[p] ?? 0;
      out[i] = v < 0 ? 0 : v;
    }
  },
  round: unary(primitives.round.js),
  select: (n, out, { array: c, at, step }, { array: x, at: thenAt, step: thenStep }, other) => {
    const { array: y, at: elseAt, step: elseStep } = other;
    for (let i = 0, p = at, q = thenAt, r = elseAt; i < n; i++, p += step, q += thenStep, r += elseStep) {
      out[i] = (c[p] ?? 0) !== 0 ? (x[q] ?? 0) : (y[r] ?? 0);
    }
  },
  sigmoid: unary(primitives.sigmoid.js),
  sign: unary(primitives.sign.js),
  sin: unary(primitives.sin.js),
  softplus: unary(primitives.softplus.js),
  sqrt: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) out[i] = Math.sqrt(x[p] ?? 0);
  },
  square: (n, out, { array: x, at, step }) => {
    for (let i = 0, p = at; i < n; i++, p += step) {
      const v = x[p] ?? 0;
      out[i] = v * v;
    }
  },
  sub: (n, out, { array: x, at, step }, { array: y, at: from, step: by }) => {
    for (let i = 0, p = at, q = from; i < n; i++, p += step, q += by) out[i] = (x[p] ?? 0) - (y[q] ?? 0);
  },
  tanh: unary(primitives.tanh.js),
} satisfies { readonly [P in PrimitiveName]: LoopOf<(typeof primitives)[P]['arity']> };
