/** The sum of outer products over all leading axes: Σ aᵀ b, of [..., M] and [..., N]. */
import { defineOp } from './define.ts';
import type { Inferred } from './define.ts';
import { call, flag, rows } from './rules/call.ts';
import { sameShape } from './rules/broadcast.ts';
import { arithmetic } from './rules/dtypes.ts';
import { concrete, element, elements } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';

export const rows_productOp = defineOp({
  name: 'rows_product',
  inputs: ['a', 'b'],
  attrs: {},
  doc: 'the matrix product aᵀ b of [..., M] and [..., N], each with all its leading axes as one axis of rows',
  infer: (types): Inferred => {
    const dtype = arithmetic(types);
    if (typeof dtype === 'object') return dtype;
    const flat = types.findIndex(({ shape }) => shape.length < 2);
    if (flat >= 0) return { misfit: 'input', input: flat, why: 'rows need an axis in front' };
    const [a, b] = two(types);
    if (!sameShape(a.shape.slice(0, -1), b.shape.slice(0, -1)))
      return { misfit: 'shapes', left: 0, right: 1, why: 'they have other rows' };
    return [{ dtype, shape: [nth(a.shape, a.shape.length - 1), nth(b.shape, b.shape.length - 1)] }];
  },
  evaluate: (inputs, _, outputs, env) => {
    const [a, b] = two(inputs);
    const [m, n] = two(concrete(one(outputs).shape, env.batch));
    const data = new Float64Array(m * n);
    for (let row = 0; row < a.data.length / m; row++) {
      for (let i = 0; i < m; i++) {
        const x = element(a, row * m + i);
        for (let j = 0; j < n; j++) data[i * n + j] = (data[i * n + j] ?? 0) + x * element(b, row * n + j);
      }
    }
    return [{ shape: [m, n], data }];
  },
  /** dA = B dYᵀ and dB = A dY, row by row. */
  vjp: ({ b: builder, inputs, dys }) => {
    const [a, b] = two(inputs);
    const dy = one(dys);
    if (dy === null) return [null, null];
    return [
      builder.apply('matmul', [b, dy], { transposeA: false, transposeB: true }),
      builder.apply('matmul', [a, dy], { transposeA: false, transposeB: false }),
    ];
  },
  lower: {
    as: 'kernel',
    call: ({ inputs }) => {
      const [a, b] = two(inputs);
      return call('matmul', [rows(a), rows(b)], { transposeA: flag(true) });
    },
  },
  elementwise: false,
  internal: true,
  formula: ([a = '', b = '']) => `Σ ${a}ᵀ ${b}`,
  cost: ({ inputs, outputs }, batch) => {
    const width = nth(concrete(one(outputs).type.shape, batch), 1);
    return 2 * width * elements(concrete(nth(inputs, 0).type.shape, batch));
  },
  samples: [
    { inputs: [{ shape: ['B', 3] }, { shape: ['B', 2] }] },
    { name: 'of positions and examples', inputs: [{ shape: [4, 'B', 2] }, { shape: [4, 'B', 3] }] },
    { name: 'of three axes', inputs: [{ shape: ['B', 2, 2, 1] }, { shape: ['B', 2, 2, 3] }] },
  ],
  kinks: [],
  specials: [],
});
