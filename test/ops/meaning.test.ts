/** What ops mean, against values that were worked out elsewhere: tables of special values, and small examples. */
import { describe, expect, it } from 'vitest';
import type { Attrs } from '../../compiler/ir/types.ts';
import type { Op, Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { apply, cases, draw, evaluate, seeded } from './sample-run.ts';

describe('special values', () => {
  const specials = [...registry.values()].flatMap((op) =>
    op.specials.map((special) => ({ title: `${op.name}(${special.inputs.map(show).join(', ')})`, op, special })),
  );
  it.each(specials)('$title', ({ op, special }) => {
    const shape = op.elementwise ? [] : [1];
    const result = valuesOf(
      op,
      special.inputs.map((x) => ({ shape, data: Float64Array.of(x) })),
      {},
    )[0];
    expect(result).toEqual(Number.isFinite(special.result) ? near(special.result) : special.result);
  });

  it('has a table for every op of one number or two', () => {
    const without = [...registry.values()].filter((op) => op.lower.as === 'scalar' && op.specials.length === 0);
    expect(without.map((op) => op.name)).toEqual([]);
  });
});

type Known = readonly [op: string, inputs: readonly Nested[], attrs: Attrs, result: Nested];
type Nested = number | readonly Nested[];

const six = [
  [1, 2, 3],
  [4, 5, 6],
];
const cube = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8],
  ],
];

/** Worked out by hand, after NumPy's rules. */
// prettier-ignore
const known: readonly Known[] = [
  ['add', [six, [10, 20, 30]], {}, [[11, 22, 33], [14, 25, 36]]],
  ['mul', [[[1], [2]], [3, 4]], {}, [[3, 4], [6, 8]]],
  ['mod', [[5, -5, 5, -5], [3, 3, -3, -3]], {}, [2, 1, -1, -2]],
  ['round', [[0.5, 1.5, 2.5, -0.5, 2.4]], {}, [0, 2, 2, 0, 2]],
  ['where', [[1, 0, 1], six, 0], {}, [[1, 0, 3], [4, 0, 6]]],
  ['sum', [six], { axis: [0] }, [5, 7, 9]],
  ['sum', [six], { axis: [1], keepdims: true }, [[6], [15]]],
  ['sum', [cube], { axis: [0, 2] }, [14, 22]],
  ['mean', [cube], { axis: [1] }, [[2, 3], [6, 7]]],
  ['max', [cube], { axis: [0, 1] }, [7, 8]],
  ['min', [six], { axis: 'all' }, 1],
  ['logsumexp', [[[0, 0], [1, 2]]], { axis: -1 }, [Math.LN2, 2.313261687518223]],
  ['norm', [[[3, 4], [6, 8]]], { axis: [1] }, [5, 10]],
  ['argmax', [[[1, 3, 3], [2, 1, 0]]], { axis: -1 }, [1, 0]],
  ['argmin', [[[1, 3, 1], [2, 1, 0]]], { axis: 0 }, [0, 1, 1]],
  ['reshape', [six], { shape: [3, 2] }, [[1, 2], [3, 4], [5, 6]]],
  ['transpose', [six], {}, [[1, 4], [2, 5], [3, 6]]],
  ['transpose', [cube], { permutation: [1, 2, 0] }, [[[1, 5], [2, 6]], [[3, 7], [4, 8]]]],
  ['broadcast', [[[1], [2]]], { shape: [2, 2] }, [[1, 1], [2, 2]]],
  ['slice', [six], { begin: [1, 1], size: [1, 2] }, [[5, 6]]],
  ['pad_constant', [[[1, 2]]], { padding: [0, 1, 1, 0] }, [[0, 1, 2], [0, 0, 0]]],
  ['concat', [six, [[7], [8]]], { axis: 1 }, [[1, 2, 3, 7], [4, 5, 6, 8]]],
  ['concat', [[1], [2], [3, 4]], { axis: 0 }, [1, 2, 3, 4]],
  ['stack', [[1, 2], [3, 4]], { axis: 1 }, [[1, 3], [2, 4]]],
  ['matmul', [six, [[1, 0], [0, 1], [1, 1]]], {}, [[4, 5], [10, 11]]],
  ['matmul', [six, six], { transposeA: true }, [[17, 22, 27], [22, 29, 36], [27, 36, 45]]],
  ['matmul', [six, six], { transposeB: true }, [[14, 32], [32, 77]]],
  ['matmul', [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], { transposeA: true, transposeB: true }, [[23, 31], [34, 46]]],
  ['matmul', [cube, [[1, 1], [0, 1]]], {}, [[[1, 3], [3, 7]], [[5, 11], [7, 15]]]],
  ['matmul', [six, [[1, 0], [0, 1], [1, 1]], [100, 200]], {}, [[104, 205], [110, 211]]],
  ['gather', [six, [1, 0, 7, -1]], {}, [[4, 5, 6], [1, 2, 3], [4, 5, 6], [1, 2, 3]]],
  ['scatter_add', [[0, 2, 0, 9], [[1, 1], [2, 2], [3, 3], [4, 4]]], { rows: 3 }, [[4, 4], [0, 0], [6, 6]]],
  ['gather_each', [cube, [[1, 0, 9], [0, -1, 1]]], { lead: 1 },
    [[[3, 4], [1, 2], [3, 4]], [[5, 6], [5, 6], [7, 8]]]],
  ['gather_each', [six, [2, 0]], { lead: 1 }, [3, 4]],
  ['scatter_each', [[[1, 0], [0, 0]], [[1, 2], [3, 4]]], { lead: 1, rows: 3 }, [[2, 1, 0], [7, 0, 0]]],
  ['argsort', [[[3, 1, 2], [1, NaN, 1]]], {}, [[1, 2, 0], [0, 2, 1]]],
  ['argsort', [[[3, 1], [-0, 2], [0, 0]]], { axis: 0 }, [[1, 2], [2, 0], [0, 1]]],
  ['sort', [[[3, 1, 2], [1, -Infinity, 0]]], {}, [[1, 2, 3], [-Infinity, 0, 1]]],
  ['sort', [[[3, 1], [0, 2]]], { axis: 0 }, [[0, 1], [3, 2]]],
  ['cumsum', [six], {}, [[1, 3, 6], [4, 9, 15]]],
  ['cumsum', [six], { axis: 0 }, [[1, 2, 3], [5, 7, 9]]],
  ['cumsum', [six], { axis: -1, reverse: true }, [[6, 5, 3], [15, 11, 6]]],
  ['arange', [], { size: 4 }, [0, 1, 2, 3]],
  ['const', [], { value: -2.5 }, -2.5],
  ['orthonormal', [[[3, 1], [4, 2]]], {}, [[0.6, -0.8], [0.8, 0.6]]],
  ['batch_total', [[[1, 2], [3, 4], [5, 6]]], {}, [9, 12]],
  ['total_variance', [[[1, 2], [3, 2], [5, 5]]], {}, [8 / 3, 2]],
  ['cast', [[1, 2]], { dtype: 'f32' }, [1, 2]],
  ['flush', [[1e-31, -1e-31, 1e-20]], {}, [0, 0, 1e-20]],
];

describe('known values', () => {
  it.each(known)('%s of %j with %j', (name, inputs, attrs, result) => {
    const op = registry.get(name);
    expect(op).toBeDefined();
    if (op === undefined) return;
    const expected = tensor(result);
    const [answer, ...others] = op.evaluate(
      inputs.map(tensor),
      attrs,
      [{ dtype: 'f32', shape: expected.shape }],
      nothingElse,
    );
    expect(others).toEqual([]);
    expect(answer?.shape).toEqual(expected.shape);
    expect([...(answer?.data ?? [])]).toEqual([...expected.data].map(near));
  });
});

describe('what decomposes means the same in parts', () => {
  it.each(cases.filter(({ op }) => op.lower.as === 'decompose'))('$title', ({ op, sample }) => {
    const { b, inputs, outputs } = apply(op, sample);
    const attrs = sample.attrs ?? {};
    const parts = op.lower.as === 'decompose' ? op.lower.to(b, inputs, attrs) : [];
    expect(parts.map((part) => part.type)).toEqual(outputs.map((output) => output.type));
    const uniform = seeded(5);
    const given = sample.inputs.map((input) => draw(input, uniform));
    const results = evaluate(b, inputs, given, [...outputs, ...parts]);
    for (const i of outputs.keys()) {
      expect([...(results[outputs.length + i]?.data ?? [])]).toEqual([...(results[i]?.data ?? [])].map(near));
    }
  });
});

describe('orthonormal', () => {
  it('has orthonormal columns, and spans what it was given with a positive diagonal', () => {
    const uniform = seeded(2);
    const x = draw({ shape: [6, 4] }, uniform);
    const q = registry.get('orthonormal')?.evaluate([x], {}, [{ dtype: 'f64', shape: [6, 4] }], nothingElse)[0];
    expect(q).toBeDefined();
    if (q === undefined) return;
    const product = (a: Tensor) =>
      registry.get('matmul')?.evaluate([q, a], { transposeA: true }, [{ dtype: 'f64', shape: [4, 4] }], nothingElse)[0]
        ?.data;
    const identity = [...Array(16).keys()].map((i) => (i % 5 === 0 ? 1 : 0));
    expect([...(product(q) ?? [])]).toEqual(identity.map(near));
    const r = [...(product(x) ?? [])];
    for (const [i, value] of r.entries()) {
      if (i % 5 === 0) expect(value).toBeGreaterThan(0);
      if (i % 4 < Math.floor(i / 4)) expect(value).toEqual(near(0));
    }
  });
});

const nothingElse = {
  batch: 3,
  draw: () => Number.NaN,
  run: () => [],
};

function valuesOf(op: Op, inputs: readonly Tensor[], attrs: Attrs): readonly number[] {
  const types = op.infer(
    inputs.map((x) => ({ dtype: 'f32', shape: x.shape })),
    attrs,
  );
  if ('misfit' in types) throw new Error(types.why);
  return [...(op.evaluate(inputs, attrs, types, nothingElse)[0]?.data ?? [])];
}

function tensor(nested: Nested): Tensor {
  if (typeof nested === 'number') return { shape: [], data: Float64Array.of(nested) };
  const rows = nested.map(tensor);
  return {
    shape: [rows.length, ...(rows[0]?.shape ?? [])],
    data: Float64Array.from(rows.flatMap((row) => [...row.data])),
  };
}

/** Equal to twelve digits; of zeros the sign counts where the table has −0. */
function near(x: number): unknown {
  if (Object.is(x, -0)) return -0;
  return expect.toSatisfy(
    (y: number) => Math.abs(y - x) <= 1e-12 * Math.max(Math.abs(x), 1e-3) || y === x,
    `near ${x}`,
  );
}

function show(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x);
}
