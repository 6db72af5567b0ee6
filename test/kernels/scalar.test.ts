/** Scalar primitives: the wasm form in units in the last place, and tfjs's compositions, against doubles. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { apply } from '../../runtime/kernels/scalar/symbol.ts';
import { primitives } from '../../runtime/kernels/scalar/index.ts';
import type { PrimitiveName } from '../../runtime/kernels/scalar/index.ts';
import type { Primitive } from '../../runtime/kernels/scalar/primitive.ts';
import { devices } from './devices.ts';

const f = Math.fround;
const special = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  1e-38,
  -1e-38,
  1e-40,
  -1e-40,
  1e-45,
  3.4e38,
  -3.4e38,
  0.5,
  -0.5,
  2,
  1e-30,
  9e-31,
].map(f);
const spread = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, i) => f(low + ((high - low) * (i + 0.37)) / count));
const decades = Array.from({ length: 300 }, (_, i) => f((i % 2 === 0 ? 1 : -1) * 10 ** (-37 + (74 * i) / 300)));
const line = [...special, ...spread(-1, 1, 301), ...spread(-12, 12, 401), ...spread(-110, 110, 301), ...decades];

/** Arguments that a primitive is asked, apart from the usual ones. */
const own: Partial<Record<PrimitiveName, readonly number[]>> = {
  sin: [...special, ...spread(-7, 7, 501), ...spread(-1e4, 1e4, 501), ...spread(-3e8, 3e8, 501)],
  cos: [...special, ...spread(-7, 7, 501), ...spread(-1e4, 1e4, 501), ...spread(-3e8, 3e8, 501)],
  log1p: [...line, ...spread(-0.9999, 3, 501)],
  log: [...line, ...spread(0.5, 2, 501)],
};

/** Units in the last place of the result that are granted on wasm; 0 where nothing is granted. */
const granted: Partial<Record<PrimitiveName, number>> = {
  exp: 2,
  expm1: 2,
  log: 2,
  log1p: 2,
  tanh: 2,
  atan: 3,
  sigmoid: 3,
  softplus: 3,
  erf: 3,
  sin: 2,
  cos: 2,
  pow: 1,
  mod: 1,
};

/** Absolute errors of tfjs's kernels on wasm: exponentials that are denormal, and angles, are 0 or rounded. */
const floors: Partial<Record<PrimitiveName, number>> = { sigmoid: 1e-37, sin: 1e-6, cos: 1e-6 };
/** Kernels of tfjs on wasm that do not hand on a second argument that is NaN; and pow(±1, ±Infinity) is 1 there. */
const losesNaN: readonly PrimitiveName[] = ['maximum', 'minimum', 'pow'];

/** Distance in floats: how many lie between. Not-a-number equals itself, zeros are one number. */
function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  const index = (x: number) => {
    const bits = new Int32Array(Float32Array.of(x).buffer)[0] ?? 0;
    return bits < 0 ? -(bits & 0x7fffffff) : bits;
  };
  return Math.abs(index(a) - index(b));
}

const argumentsOf = (name: PrimitiveName, arity: number): number[][] => {
  if (arity === 1) return [[...(own[name] ?? line)]];
  const few = [...special, ...spread(-3, 3, 12), ...spread(-40, 40, 9), 3, -3, 4, 10, 0.1, 100].map(f);
  const a = few.flatMap((x) => few.map(() => x));
  const b = few.flatMap(() => few);
  if (arity === 2) return [a, b];
  return [a.map((_, i) => (i % 3 === 0 ? 0 : i % 3)), a, b];
};

const evaluate = (primitive: Primitive, args: readonly number[]): number => {
  const [a = NaN, b = NaN, c = NaN] = args;
  switch (primitive.arity) {
    case 1:
      return primitive.js(a);
    case 2:
      return primitive.js(a, b);
    case 3:
      return primitive.js(a, b, c);
  }
};

/** Where single precision leaves no digit of the result, and only its range is promised. */
function beyond(name: PrimitiveName, [a = NaN, b = NaN]: readonly number[]): boolean {
  if (name === 'sin' || name === 'cos') return Math.abs(a) > 4e8 && Number.isFinite(a);
  return name === 'mod' && Math.abs(a / b) > 2 ** 29 && Number.isFinite(a / b);
}

const isName = (name: string): name is PrimitiveName => name in primitives;
const names = Object.keys(primitives).filter(isName);

async function run(kernels: Kernels, name: PrimitiveName, columns: readonly number[][]): Promise<ArrayLike<number>> {
  const eager = kernels.eager();
  const inputs = columns.map((column) => kernels.allocate([column.length], 'float32', column));
  const result = eager.k.map((...args) => apply(name, ...args), inputs);
  const values = await kernels.read(result);
  eager.dispose();
  kernels.release(...inputs);
  return values;
}

for (const { title, skip, open } of devices) {
  describe.skipIf(skip)(`scalar primitives on ${title}`, () => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await open();
    });
    afterAll(() => kernels.dispose());

    it.each(names)('%s', async (name) => {
      const primitive: Primitive = primitives[name];
      const columns = argumentsOf(name, primitive.arity);
      const got = await run(kernels, name, columns);
      const ours = kernels.kernelSet !== 'tfjs';
      const wrong: string[] = [];
      (columns[0] ?? []).forEach((_, i) => {
        const args = columns.map((column) => column[i] ?? NaN);
        const expected = f(evaluate(primitive, args));
        const value = got[i] ?? NaN;
        if (ours) {
          if (beyond(name, args)) return;
          const distance = ulps(value, expected);
          if (distance > (granted[name] ?? 0))
            wrong.push(`${name}(${args.join(', ')}) = ${value}, not ${expected}: ${distance} ulp`);
          return;
        }
        if (beyond(name, args) || ulps(value, expected) === 0) return;
        // tfjs's own kernels are less exact, but numbers of every size, infinities and NaN are what they are.
        const floor = kernels.backend === 'wasm' ? (floors[name] ?? 1e-44) : 1e-44;
        if (kernels.backend === 'wasm' && losesNaN.includes(name) && !Number.isFinite(args[1])) return;
        if (!(Math.abs(value - expected) <= 2e-5 * Math.abs(expected) + floor))
          wrong.push(`${name}(${args.join(', ')}) = ${value}, not ${expected}`);
      });
      expect(wrong, wrong.slice(0, 10).join('\n')).toEqual([]);
    });
  });
}
