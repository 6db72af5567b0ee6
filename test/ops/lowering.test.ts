/** Every op has its way to the kernels: a primitive of the runtime that means the same, or a method of `k`. */
import { describe, expect, it } from 'vitest';
import { deviceCall } from '../../compiler/ir/traits.ts';
import { registry } from '../../compiler/ops/index.ts';
import type { K } from '../../runtime/kernels/k.ts';
import * as host from '../../runtime/host.ts';
import { primitives } from '../../runtime/kernels/scalar/index.ts';
import type { Primitive } from '../../runtime/kernels/scalar/primitive.ts';
import { apply, cases, seeded } from './sample-run.ts';

const methods = [
  'matmul',
  'map',
  'sum',
  'max',
  'min',
  'argmax',
  'argmin',
  'reshape',
  'transpose',
  'slice',
  'pad',
  'concat',
  'broadcast',
  'gather',
  'scatterAdd',
  'arange',
  'uniform',
  'normal',
] as const satisfies readonly (keyof K)[];

const forms = new Map<string, Primitive>(Object.entries(primitives));

describe('scalar primitives', () => {
  const ops = [...registry.values()].filter((op) => op.lower.as === 'scalar');
  it.each(ops)('$name runs on the host too', ({ name }) => {
    expect(Object.keys(host)).toContain(name);
  });

  it.each(ops)('$name means the same in the runtime', ({ inputs, evaluate, lower, specials, samples }) => {
    const form = lower.as === 'scalar' ? forms.get(lower.primitive) : undefined;
    expect(form?.arity).toBe(inputs.length);
    const uniform = seeded(4);
    const ranges = samples[0]?.inputs.map((input) => input.range ?? [-2, 2]) ?? [];
    const drawn = Array.from({ length: 50 }, () =>
      ranges.map(
        ([low, high]) => [low, high, 0, -0, low + uniform() * (high - low)][Math.floor(uniform() * 8)] ?? uniform(),
      ),
    );
    for (const at of [...specials.map((special) => special.inputs), ...drawn]) {
      const [expected] = evaluate(at.map(single), {}, [{ dtype: 'f64', shape: [] }], nothingElse);
      const value = expected?.data[0] ?? Number.NaN;
      const answer = form === undefined ? Number.NaN : call(form, at);
      const close = Object.is(answer, value) || Math.abs(answer - value) <= 1e-12 * Math.max(1, Math.abs(value));
      expect(close, `at ${at.join(', ')}: ${answer} in the runtime, ${value} in the reference`).toBe(true);
    }
  });

  it.each(ops)('$name means the same on the host', ({ name, evaluate, specials }) => {
    const form: unknown = Object.entries(host).find(([known]) => known === name)?.[1];
    for (const { inputs } of specials) {
      const [expected] = evaluate(inputs.map(single), {}, [{ dtype: 'f64', shape: [] }], nothingElse);
      const answer = typeof form === 'function' ? firstOf(Reflect.apply(form, undefined, inputs)) : Number.NaN;
      const value = expected?.data[0] ?? Number.NaN;
      const close = Object.is(answer, value) || Math.abs(answer - value) <= 1e-12 * Math.abs(value);
      expect(close, `at ${inputs.join(', ')}: ${answer} on the host, ${value} in the reference`).toBe(true);
    }
  });

  it('has no primitive that no op uses', () => {
    const used = new Set(ops.map((op) => (op.lower.as === 'scalar' ? op.lower.primitive : '')));
    expect([...forms.keys()].filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('methods of k', () => {
  it('are what the other ops name', () => {
    const nodes = cases.map(({ op, sample }) => apply(op, sample).node);
    const called = nodes.filter(({ op }) => isCalled(op)).map((node) => deviceCall(node).method);
    expect([...new Set([...called, 'map'])].sort()).toEqual([...methods].sort());
  });
});

const isCalled = (op: string): boolean => ['kernel', 'total'].includes(registry.get(op)?.lower.as ?? '');

const single = (x: number) => ({ shape: [], data: Float64Array.of(x) });

const nothingElse = { batch: 1, draw: () => 0, run: () => [] };

/** The number that a function of the host gives. */
function firstOf(result: unknown): number {
  const data = typeof result === 'object' && result !== null && 'data' in result ? result.data : undefined;
  return data instanceof Float64Array ? (data[0] ?? Number.NaN) : Number.NaN;
}

function call(form: Primitive, [a = 0, b = 0, c = 0]: readonly number[]): number {
  switch (form.arity) {
    case 1:
      return form.js(a);
    case 2:
      return form.js(a, b);
    case 3:
      return form.js(a, b, c);
  }
}
