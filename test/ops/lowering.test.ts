/** Every op has its way to the kernels: a primitive of the runtime that means the same, or a method of `k`. */
import { describe, expect, it } from 'vitest';
import { Builder } from '../../compiler/ir/builder.ts';
import { deviceCall, hostCall } from '../../compiler/ir/traits.ts';
import type { Value } from '../../compiler/ir/types.ts';
import { registry } from '../../compiler/ops/index.ts';
import * as host from '../../runtime/host.ts';
import { FrontEnd } from '../../runtime/kernels/front.ts';
import { primitives } from '../../runtime/kernels/scalar/index.ts';
import type { Primitive } from '../../runtime/kernels/scalar/primitive.ts';
import { apply, cases, origin, seeded } from './sample-run.ts';

/** Every method of `k` but those that belong to no op: the ends of lives, and copies into a table. */
const methods = Object.getOwnPropertyNames(FrontEnd.prototype).filter(
  (name) => !['constructor', 'store', 'free'].includes(name),
);

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
    expect([...new Set([...called, 'map', 'scan'])].sort()).toEqual([...methods].sort());
  });
});

describe('calls on the host', () => {
  // What is of the examples of a batch is never on the host.
  const ofSpecs = cases.filter(
    ({ op }) => ['kernel', 'host'].includes(op.lower.as) && op.internal !== true && op.ofExamples === undefined,
  );
  it.each(ofSpecs)('$title', ({ op, sample }) => {
    const b = new Builder(origin);
    const inputs = sample.inputs.map(({ shape }): Value => ({ word: 'x', type: { dtype: 'f64', shape } }));
    b.apply(op.name, inputs, { ...sample.attrs, ...('host' in op.attrs ? { host: true } : {}) });
    const calls = b.nodes.map(hostCall).filter(({ of }) => of !== 'draw');
    for (const { method } of calls) expect(Object.keys(host)).toContain(method);
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
