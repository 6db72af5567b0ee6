/** The shape rule of every op agrees with its meaning, and answers with facts where inputs do not fit. */
import { describe, expect, it } from 'vitest';
import type { Attrs, Type } from '../../compiler/ir/types.ts';
import { registry } from '../../compiler/ops/index.ts';
import { concrete } from '../../compiler/ops/rules/index-space.ts';
import { apply, batch, cases, draw, evaluate, seeded } from './sample-run.ts';

describe('infer gives the shapes that evaluate gives', () => {
  it.each(cases)('$title', ({ op, sample }) => {
    const { b, inputs, outputs } = apply(op, sample);
    const uniform = seeded(1);
    const given = sample.inputs.map((input) => draw(input, uniform));
    const results = evaluate(b, inputs, given, outputs);
    expect(results.map((result) => result.shape)).toEqual(outputs.map((output) => concrete(output.type.shape, batch)));
    for (const result of results) expect(result.data.every((x) => Number.isFinite(x))).toBe(true);
  });

  it('has samples of every op but those whose bodies passes make', () => {
    const without = [...registry.values()].filter((op) => op.samples.length === 0).map((op) => op.name);
    expect(without).toEqual(['call_function', 'map', 'scan']);
  });

  it('knows each op under the name of its file', () => {
    for (const [name, op] of registry) expect(op.name).toBe(name);
  });
});

const f = (...shape: Type['shape']): Type => ({ dtype: 'f32', shape });
const i = (...shape: Type['shape']): Type => ({ dtype: 'i32', shape });
const host = (...shape: Type['shape']): Type => ({ dtype: 'f64', shape });

type Fit = readonly [op: string, inputs: readonly Type[], attrs: Attrs, result: Type];

const fits: readonly Fit[] = [
  ['add', [f('B', 3), f(3)], {}, f('B', 3)],
  ['add', [f('B', 1), f(1, 4)], {}, f('B', 4)],
  ['add', [host(), f(2)], {}, f(2)],
  ['add', [host(), host()], {}, host()],
  ['add', [host(3), host()], {}, host(3)],
  ['equal', [i('B'), host()], {}, f('B')],
  ['equal', [i('B', 1), f(10)], {}, f('B', 10)],
  ['equal', [host(), host()], {}, host()],
  ['where', [f('B'), i('B'), host()], {}, i('B')],
  ['where', [f('B', 1), f('B', 4), host()], {}, f('B', 4)],
  ['where', [f('B'), host(), host()], {}, f('B')],
  ['where', [host(), host(), host()], {}, host()],
  ['sum', [f('B', 3)], {}, f()],
  ['sum', [f('B', 3)], { axis: [0] }, f(3)],
  ['sum', [f('B', 3)], { axis: -1, keepdims: true }, f('B', 1)],
  ['argmax', [f('B', 10)], { axis: -1 }, i('B')],
  ['matmul', [f('B', 7, 3), f(3, 4)], {}, f('B', 7, 4)],
  ['matmul', [f('B', 3), f('B', 4)], { transposeA: true }, f(3, 4)],
  ['matmul', [f('B', 3), f('B', 3)], { transposeB: true }, f('B', 'B')],
  ['matmul', [f('B', 3), f(3, 4), f(4)], {}, f('B', 4)],
  ['matmul', [host(3, 2), host(2, 2)], {}, host(3, 2)],
  ['reshape', [f('B', 2, 3)], { shape: ['B', 6] }, f('B', 6)],
  ['reshape', [f('B', 2, 3)], { shape: [-1, 6] }, f('B', 6)],
  ['reshape', [i('B')], { shape: ['B', 1] }, i('B', 1)],
  ['slice', [f('B', 5)], { begin: [0, 1], size: ['B', 2] }, f('B', 2)],
  ['gather', [f(9, 4), i('B', 3)], {}, f('B', 3, 4)],
  ['gather_each', [f('B', 9, 4), i('B', 3)], { lead: 1 }, f('B', 3, 4)],
  ['gather_each', [f('B', 9), f('B')], { lead: 1 }, f('B')],
  ['scatter_each', [i('B', 3), f('B', 3, 4)], { lead: 1, rows: 9 }, f('B', 9, 4)],
  ['argsort', [f('B', 5)], {}, i('B', 5)],
  ['sort', [f('B', 5, 2)], { axis: 1 }, f('B', 5, 2)],
  ['cumsum', [f('B', 5)], {}, f('B', 5)],
  ['batch_total', [f('B', 2)], {}, host(2)],
  ['total_variance', [f('B', 2)], {}, host(2)],
  ['cast', [i('B')], { dtype: 'f32' }, f('B')],
  ['cast', [host()], { dtype: 'i32' }, i()],
];

describe('infer over symbolic sizes', () => {
  it.each(fits)('%s of %j with %j', (name, inputs, attrs, result) => {
    expect(registry.get(name)?.infer(inputs, attrs)).toEqual([result]);
  });
});

type Misfit = readonly [op: string, inputs: readonly Type[], attrs: Attrs, facts: Readonly<Record<string, unknown>>];

const misfits: readonly Misfit[] = [
  ['add', [f(2), f(3)], {}, { misfit: 'shapes', left: 0, right: 1 }],
  ['add', [f('B', 2), f(5, 2)], {}, { misfit: 'shapes', left: 0, right: 1 }],
  ['where', [f(2), f(1), f(3)], {}, { misfit: 'shapes', left: 0, right: 2 }],
  ['add', [f(2), i(2)], {}, { misfit: 'input', input: 1, why: expect.stringContaining('integer') }],
  ['relu', [i(2)], {}, { misfit: 'input', input: 0 }],
  ['add', [f(2), host(2)], {}, { misfit: 'input', input: 1 }],
  ['equal', [i(2), host(2)], {}, { misfit: 'input', input: 1 }],
  ['add', [f(2)], {}, { misfit: 'input', input: 1 }],
  ['neg', [f(2), f(2)], {}, { misfit: 'input', input: 2 }],
  ['where', [f(2), i(2), f(2)], {}, { misfit: 'input', input: 1 }],
  ['sum', [i('B')], {}, { misfit: 'input', input: 0 }],
  ['sum', [f(2, 3)], { axis: [2] }, { misfit: 'attr', attr: 'axis' }],
  ['sum', [f(2, 3)], { axis: [1, -1] }, { misfit: 'attr', attr: 'axis' }],
  ['mean', [f('B', 3)], { axis: [0] }, { misfit: 'attr', attr: 'axis' }],
  ['argmax', [f()], {}, { misfit: 'attr', attr: 'axis' }],
  ['argsort', [f()], {}, { misfit: 'attr', attr: 'axis' }],
  ['sort', [f(2)], { axis: 1 }, { misfit: 'attr', attr: 'axis' }],
  ['cumsum', [f(2)], { axis: -2 }, { misfit: 'attr', attr: 'axis' }],
  ['gather_each', [f('B'), i('B')], { lead: 1 }, { misfit: 'input', input: 0 }],
  ['gather_each', [f('B', 4), i('B')], { lead: 2 }, { misfit: 'input', input: 0 }],
  ['gather_each', [f('B', 3, 4), i('B', 2)], { lead: 2 }, { misfit: 'shapes', left: 0, right: 1 }],
  ['scatter_each', [i('B', 2), f('B', 3)], { lead: 1, rows: 2 }, { misfit: 'shapes', left: 0, right: 1 }],
  ['scatter_each', [i('B', 2), i('B', 2)], { lead: 1, rows: 2 }, { misfit: 'input', input: 1 }],
  ['matmul', [f(2, 3), f(4, 5)], {}, { misfit: 'shapes', left: 0, right: 1 }],
  ['matmul', [f('B', 3), f('B', 5)], {}, { misfit: 'shapes', left: 0, right: 1 }],
  ['matmul', [f(2, 2, 3), f(5, 3, 4)], {}, { misfit: 'shapes', left: 0, right: 1 }],
  ['matmul', [f(3), f(3, 4)], {}, { misfit: 'input', input: 0 }],
  ['matmul', [f(2, 3), host(3, 4)], {}, { misfit: 'input', input: 1 }],
  ['matmul', [host(), f(3, 4)], {}, { misfit: 'input', input: 0 }],
  ['matmul', [f(2, 3), f(3, 4), f(5)], {}, { misfit: 'input', input: 2 }],
  ['reshape', [f('B', 4)], { shape: [4] }, { misfit: 'attr', attr: 'shape' }],
  ['reshape', [f('B', 4)], { shape: ['B', 5] }, { misfit: 'attr', attr: 'shape' }],
  ['reshape', [f(2, 4)], { shape: [3, -1] }, { misfit: 'attr', attr: 'shape' }],
  ['reshape', [f(2, 4)], { shape: [-1, -1] }, { misfit: 'attr', attr: 'shape' }],
  ['transpose', [f(2, 3)], { permutation: [0, 0] }, { misfit: 'attr', attr: 'permutation' }],
  ['broadcast', [f(3)], { shape: [3, 4] }, { misfit: 'attr', attr: 'shape' }],
  ['slice', [f('B', 5)], { begin: [0, 3], size: ['B', 3] }, { misfit: 'attr', attr: 'size' }],
  ['slice', [f('B', 5)], { begin: [0, 0], size: [1, 5] }, { misfit: 'attr', attr: 'size' }],
  ['slice', [f(5)], { begin: [0, 0], size: [1, 1] }, { misfit: 'attr', attr: 'size' }],
  ['pad_constant', [f('B')], { padding: [1, 0] }, { misfit: 'attr', attr: 'padding' }],
  ['pad_constant', [f(3)], { padding: [-1, 0] }, { misfit: 'attr', attr: 'padding' }],
  ['concat', [f(2, 3), f(3, 3)], { axis: 1 }, { misfit: 'shapes', left: 0, right: 1 }],
  ['concat', [f('B'), f('B')], { axis: 0 }, { misfit: 'attr', attr: 'axis' }],
  ['concat', [f(2), i(2)], { axis: 0 }, { misfit: 'input', input: 1 }],
  ['concat', [], { axis: 0 }, { misfit: 'input', input: 0 }],
  ['stack', [f(2), f(3)], {}, { misfit: 'shapes', left: 0, right: 1 }],
  ['gather', [f(3, 2), host()], {}, { misfit: 'input', input: 1 }],
  ['gather', [f('B', 2), i('B')], {}, { misfit: 'input', input: 0 }],
  ['scatter_add', [i('B', 2), f('B', 3)], { rows: 4 }, { misfit: 'shapes', left: 0, right: 1 }],
  ['batch_total', [f(3)], {}, { misfit: 'input', input: 0 }],
  ['total_variance', [f(3)], {}, { misfit: 'input', input: 0 }],
  ['cast', [f('B')], { dtype: 'f64' }, { misfit: 'input', input: 0 }],
  ['cast', [f('B')], { dtype: 'i32' }, { misfit: 'input', input: 0 }],
  ['orthonormal', [f(3, 3)], {}, { misfit: 'input', input: 0 }],
  ['orthonormal', [host(2, 3)], {}, { misfit: 'input', input: 0 }],
];

describe('infer answers what does not fit', () => {
  it.each(misfits)('%s of %j with %j', (name, inputs, attrs, facts) => {
    expect(registry.get(name)?.infer(inputs, attrs)).toMatchObject(facts);
  });
});
