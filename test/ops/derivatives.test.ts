/** The derivative of every op against central differences in f64, with random cotangents and in random directions. */
import { describe, expect, it } from 'vitest';
import type { Value } from '../../compiler/ir/types.ts';
import type { Op, Sample, Tensor, VjpContext } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { wordsOf } from '../../compiler/ir/words.ts';
import { isCheap, pullback } from '../../compiler/passes/pullback.ts';
import { sumTo } from '../../compiler/ops/rules/sum-to.ts';
import { everything } from '../amounts.ts';
import { apply, cases, dot, draw, evaluate, moved, randomLike, seeded } from './sample-run.ts';
import type { Uniform } from './sample-run.ts';

const step = 1e-5;
const directions = everything ? 20 : 3;

/** Inputs along which an op is piecewise constant, so that its rule answers null. */
const constantIn: Readonly<Record<string, readonly number[]>> = { where: [0], pool_scatter: [0], pool_gather: [0] };
/** What has no derivative by choice, although its values change. */
const cutOff = ['stop_gradient', 'orthonormal', 'batch_total', 'total_variance'];

describe('vjp is the transpose of the derivative', () => {
  it.each(cases.filter(({ op }) => op.vjp !== 'none'))('$title', ({ op, sample }) => {
    const uniform = seeded(op.name.length + 7);
    const { given, dys, dxs } = pulledBack(op, sample, uniform);
    const moving = dxs.flatMap((dx, i) => (dx === null ? [] : [i]));
    for (const inputs of [...moving.map((i) => [i]), ...(moving.length > 1 ? [moving] : [])]) {
      for (let n = 0; n < directions; n++) {
        const along = given.map((x, i) => (inputs.includes(i) ? randomTensor(x, uniform) : undefined));
        const difference = centralDifference(op, sample, given, along, dys);
        const promised = inputs.reduce((sum, i) => sum + pairing(dxs[i], along[i]), 0);
        expect(promised).toBeCloseToRelative(difference, 1e-7);
      }
    }
  });

  it.each(cases.filter(({ op }) => op.vjp !== 'none'))('$title: answers for each input that is a number', (c) => {
    const { dxs } = pulledBack(c.op, c.sample, seeded(3));
    const silent = dxs.flatMap((dx, i) => (dx === null ? [i] : []));
    const integers = c.sample.inputs.flatMap((input, i) => (input.dtype === 'i32' ? [i] : []));
    const allIntegers = apply(c.op, c.sample).outputs.every((output) => output.type.dtype === 'i32');
    const expected = allIntegers ? c.sample.inputs.map((_, i) => i) : [...integers, ...(constantIn[c.op.name] ?? [])];
    expect(silent).toEqual(expected.sort());
  });

  it.each(cases.filter(({ op }) => op.vjp !== 'none'))('$title: nothing comes of no cotangent', ({ op, sample }) => {
    const { b, inputs, outputs } = apply(op, sample);
    if (op.vjp === 'none') return;
    const dxs = pull(op.vjp, { b, inputs, outputs, dys: outputs.map(() => null), attrs: sample.attrs ?? {} });
    expect(dxs).toEqual(inputs.map(() => null));
  });
});

describe('what has no derivative is constant wherever it has one', () => {
  const flat = cases.filter(({ op }) => op.vjp === 'none' && !cutOff.includes(op.name));
  it.each(flat)('$title', ({ op, sample }) => {
    const uniform = seeded(11);
    const given = sample.inputs.map((input) => draw(input, uniform));
    const along = given.map((x, i) => (sample.inputs[i]?.whole === true ? undefined : randomTensor(x, uniform)));
    const dys = apply(op, sample).outputs.map((output) => randomLike(output.type, uniform));
    expect(centralDifference(op, sample, given, along, dys)).toBe(0);
  });
});

describe('at kinks the gradient is the one that is promised', () => {
  const kinks = [...registry.values()].flatMap((op) =>
    op.kinks.map((kink) => ({ title: `${op.name} at ${kink.at.join(', ')}: ${kink.why}`, op, kink })),
  );
  it.each(kinks)('$title', ({ op, kink }) => {
    expect(
      gradientAt(
        op,
        kink.at.map((x) => [x]),
      ).map((dx) => dx[0]),
    ).toEqual(kink.gradients.map(closeTo));
  });

  const ties: readonly (readonly [string, readonly number[], readonly number[]])[] = [
    ['max', [1, 3, 3, 2], [0, 0.5, 0.5, 0]],
    ['max', [2, 2, 2, 2], [0.25, 0.25, 0.25, 0.25]],
    ['min', [1, 3, 1, 1], [1 / 3, 0, 1 / 3, 1 / 3]],
    ['norm', [0, 0], [0, 0]],
    ['norm', [3, 4], [0.6, 0.8]],
    ['logsumexp', [1000, 1000], [0.5, 0.5]],
    ['relu', [-1, 0, 2], [0, 0, 1]],
    ['softplus', [-800, 0, 800], [0, 0.5, 1]],
    ['sigmoid', [-800, 0, 800], [0, 0.25, 0]],
    ['abs', [-2, 0, 3], [-1, 0, 1]],
  ];
  it.each(ties)('%s of %j', (name, x, gradient) => {
    const op = registry.get(name);
    expect(op && gradientAt(op, [x])[0]).toEqual(gradient.map(closeTo));
  });
});

/** What a rule answers when all its inputs' cotangents are asked for. */
function pull(
  rule: Exclude<Op['vjp'], 'none'>,
  context: Pick<VjpContext, 'b' | 'inputs' | 'outputs' | 'dys' | 'attrs'>,
): readonly (Value | null)[] {
  const wanted = context.inputs.map(() => true);
  return rule({ ...context, bodies: [], wanted, extend: () => [], pullback, isCheap, wordsOf });
}

/** The gradients of one output, summed, at vectors. */
function gradientAt(op: Op, at: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const sample: Sample = { inputs: at.map((x) => ({ shape: op.elementwise || x.length > 1 ? [x.length] : [] })) };
  const { b, inputs, outputs } = apply(op, sample);
  if (op.vjp === 'none') throw new Error(`${op.name} has no derivative`);
  const ones = outputs.map((output, i): Value => ({ type: output.type, word: `dy${i}` }));
  const dxs = pull(op.vjp, { b, inputs, outputs, dys: ones, attrs: {} }).map((dx) => dx ?? b.constant(0));
  const given = at.map((x, i): Tensor => ({
    shape: sample.inputs[i]?.shape.map(Number) ?? [],
    data: Float64Array.from(x),
  }));
  const dys = ones.map(({ type: { shape } }): Tensor => {
    return {
      shape: shape.map(Number),
      data: new Float64Array(shape.map(Number).reduce((n, size) => n * size, 1)).fill(1),
    };
  });
  return evaluate(b, [...inputs, ...ones], [...given, ...dys], dxs).map((dx) => [...dx.data]);
}

/** −0 and 0 are the same gradient. */
const closeTo = (x: number): unknown => (Number.isFinite(x) ? expect.closeTo(x, 12) : x);

interface PulledBack {
  readonly given: readonly Tensor[];
  readonly dys: readonly Tensor[];
  readonly dxs: readonly (Tensor | null)[];
}

/** The cotangents of the inputs for random cotangents of the outputs, summed over what was broadcast. */
function pulledBack(op: Op, sample: Sample, uniform: Uniform): PulledBack {
  const { b, inputs, outputs } = apply(op, sample);
  if (op.vjp === 'none') throw new Error(`${op.name} has no derivative`);
  const seeds = outputs.map((output, i): Value => ({ type: output.type, word: `dy${i}` }));
  const rules = pull(op.vjp, { b, inputs, outputs, dys: seeds, attrs: sample.attrs ?? {} });
  const fitted = rules.map((dx, i) => (dx === null ? null : sumTo(b, dx, inputs[i]?.type.shape ?? [])));
  const given = sample.inputs.map((input) => draw(input, uniform));
  const dys = outputs.map((output) => randomLike(output.type, uniform));
  const wanted = fitted.filter((dx) => dx !== null);
  const results = evaluate(b, [...inputs, ...seeds], [...given, ...dys], wanted);
  const dxs = fitted.map((dx) => (dx === null ? null : (results[wanted.indexOf(dx)] ?? null)));
  for (const [i, dx] of dxs.entries()) if (dx !== null) expect(dx.shape).toEqual(given[i]?.shape);
  return { given, dys, dxs };
}

/** ⟨dy, f(x + hv) − f(x − hv)⟩ / 2h. */
function centralDifference(
  op: Op,
  sample: Sample,
  given: readonly Tensor[],
  along: readonly (Tensor | undefined)[],
  dys: readonly Tensor[],
): number {
  const { b, inputs, outputs } = apply(op, sample);
  const at = (h: number) => {
    const results = evaluate(
      b,
      inputs,
      given.map((x, i) => moved(x, h, along[i])),
      outputs,
    );
    return results.reduce((sum, result, i) => sum + pairing(result, dys[i]), 0);
  };
  return (at(step) - at(-step)) / (2 * step);
}

function pairing(a: Tensor | null | undefined, b: Tensor | undefined): number {
  return a === null || a === undefined || b === undefined ? 0 : dot(a, b);
}

function randomTensor(x: Tensor, uniform: Uniform): Tensor {
  return { shape: x.shape, data: x.data.map(() => 2 * uniform() - 1) };
}

expect.extend({
  toBeCloseToRelative(received: number, expected: number, tolerance: number) {
    const pass = Math.abs(received - expected) <= tolerance * Math.max(1, Math.abs(expected));
    return { pass, message: () => `the rule gives ${received}, central differences give ${expected}` };
  },
});

declare module 'vitest' {
  interface Matchers {
    toBeCloseToRelative(expected: number, tolerance: number): void;
  }
}
