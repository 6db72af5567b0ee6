/** The interpreter runs graphs with fused kernels, and refuses what does not fit them. */
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../compiler/ops/define.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { fused, trainingStep } from './programs.ts';

const tensor = (shape: readonly number[], ...data: readonly number[]): Tensor => ({
  shape,
  data: Float64Array.from(data),
});

const given: ReadonlyMap<string, Tensor> = new Map([
  ['input:x', tensor([2, 2], 1, 0, 0, 1)],
  ['parameter:w', tensor([2, 3], 1, 2, 3, -1, -2, -3)],
  ['parameter:bias', tensor([3], 0, 0, 1)],
]);

describe('evaluateGraph', () => {
  it('evaluates the bodies of fused nodes', () => {
    const results = evaluateGraph(fused(), { inputs: given, batch: 2, draw: noDraw });
    // relu(x·w + bias) is [1, 2, 4] and [0, 0, 0].
    const e = [Math.exp(-3), Math.exp(-2), 1];
    const sum = Math.exp(-3) + Math.exp(-2) + 1;
    const p = [...e.map((x) => x / sum), 1 / 3, 1 / 3, 1 / 3];
    expect([...(results.get('predict:p')?.data ?? [])]).toEqual(p.map((x) => expect.closeTo(x, 12)));
    expect(results.get('predict:p')?.shape).toEqual([2, 3]);
    expect([...(results.get('predict:expected')?.data ?? [])]).toEqual([
      expect.closeTo((Math.exp(-2) + 2) / sum, 12),
      expect.closeTo(1, 12),
    ]);
    expect(results.get('predict:expected')?.shape).toEqual([2, 1]);
  });

  it('runs all sections of a training step', () => {
    const results = evaluateGraph(trainingStep(), {
      inputs: new Map([
        ['input:x', tensor([1, 4], 1, 2, 0, -1)],
        ['target:label', tensor([1], 2)],
        ['parameter:dense.kernel', tensor([4, 3], ...Array.from({ length: 12 }, (_, i) => i - 5))],
        ['accumulator:dense.kernel', tensor([4, 3], ...Array.from({ length: 12 }, () => 1))],
        ['host:t', tensor([], 2)],
      ]),
      batch: 1,
      draw: noDraw,
    });
    // x·w = [−5−4−4, −4−2−5, −3+0−6]: all below zero, so that the gradient is zero, and the loss is that of 0, 0, 0.
    expect(results.get('loss:loss')?.data[0]).toBe(1);
    expect([...(results.get('grad:dense.kernel')?.data ?? [])].every((x) => Math.abs(x) === 0)).toBe(true);
    expect([...(results.get('accumulator:dense.kernel')?.data ?? [])]).toEqual(Array(12).fill(1));
    const expected = Array.from({ length: 12 }, (_, i) => expect.closeTo(i - 5 - 0.05, 12));
    expect([...(results.get('parameter:dense.kernel')?.data ?? [])]).toEqual(expected);
  });

  it.each([
    ['an input that is missing', new Map([...given].slice(1)), 'input:x'],
    [
      'an input of another shape',
      new Map([...given, ['input:x', tensor([2, 3], 1, 2, 3, 4, 5, 6)] as const]),
      'input:x',
    ],
    ['a batch of another size', new Map([...given, ['input:x', tensor([1, 2], 1, 2)] as const]), 'input:x'],
  ])('refuses %s', (_, inputs, where) => {
    expect(() => evaluateGraph(fused(), { inputs, batch: 2, draw: noDraw })).toThrow(where);
  });
});
