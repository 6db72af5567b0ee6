/** The orthonormal factor of a tall matrix: Q of QR, with R's diagonal positive. Only on the host. */
import { defineOp } from './define.ts';
import type { Inferred, Tensor } from './define.ts';
import { element, tabulate } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';

export const orthonormalOp = defineOp({
  name: 'orthonormal',
  inputs: ['x'],
  attrs: {},
  doc: 'An orthonormal basis of the columns of x, in their order (initial values only)',
  elsewhere: {
    NumPy: 'linalg.qr; of its results the first',
    PyTorch: 'linalg.qr; of its results the first',
    Keras: 'ops.qr; of its results the first',
  },
  example: 'input x: f32[4]\nweight w: [4, 4] init=(orthonormal(normal([4, 4])))\npredict (x @ w)\n',
  infer: (types): Inferred => {
    const { dtype, shape } = one(types);
    if (dtype !== 'f64') return { misfit: 'input', input: 0, why: 'only initial values can be orthonormalised' };
    const [rows, columns] = shape;
    const tall = shape.length === 2 && typeof rows === 'number' && typeof columns === 'number' && rows >= columns;
    if (!tall) return { misfit: 'input', input: 0, why: 'it must be a matrix with at least as many rows as columns' };
    return [{ dtype, shape }];
  },
  evaluate: (inputs) => [gramSchmidt(one(inputs))],
  vjp: 'none',
  lower: { as: 'host' },
  elementwise: false,
  samples: [
    { inputs: [{ shape: [4, 4], dtype: 'f64' }] },
    { name: 'tall', inputs: [{ shape: [6, 3], dtype: 'f64' }] },
    { name: 'one column', inputs: [{ shape: [3, 1], dtype: 'f64' }] },
  ],
  kinks: [],
  specials: [],
});

/** Twice is enough (Giraud, Langou, Rozložník 2005): the second round removes what rounding left of the first. */
function gramSchmidt(x: Tensor): Tensor {
  const [rows, columns] = two(x.shape);
  const basis: Float64Array[] = [];
  for (let j = 0; j < columns; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => element(x, i * columns + j));
    for (const q of [...basis, ...basis]) {
      const along = dot(q, column);
      for (let i = 0; i < rows; i++) column[i] = (column[i] ?? 0) - along * (q[i] ?? 0);
    }
    const length = Math.sqrt(dot(column, column));
    basis.push(column.map((v) => v / length));
  }
  return tabulate(x.shape, ([i = 0, j = 0]) => nth(basis, j)[i] ?? Number.NaN);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0);
}
