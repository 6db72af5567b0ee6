/** The matrix product, batched over leading axes that broadcast; after fusion with a bias and an activation. */
import type { Attrs, Dim, Node, Shape, Type } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred, Misfit, Tensor } from './define.ts';
import { flagAttr } from './rules/attributes.ts';
import { broadcastShapes } from './rules/broadcast.ts';
import { call, setFlag, value } from './rules/call.ts';
import type { Call } from './rules/call.ts';
import { arithmetic } from './rules/dtypes.ts';
import { demandBare, epilogueMisfit, epilogueOptions, withEpilogue } from './rules/epilogue.ts';
import { concrete, elements, forEachIndex, offset } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';

export const matmulOp = defineOp({
  name: 'matmul',
  inputs: ['a', 'b', 'bias?'],
  attrs: {
    transposeA: { type: 'boolean', default: false, internal: true },
    transposeB: { type: 'boolean', default: false, internal: true },
  },
  doc: 'The matrix product, also written `a @ b`, over the last two axes: [..., M, K] @ [..., K, N] gives [..., M, N], and leading axes broadcast. A vector is a row on the left and a column on the right: [K] @ [K, N] gives [N]. The gradients are dy @ bᵀ and aᵀ @ dy',
  elsewhere: { NumPy: 'matmul', PyTorch: 'matmul, mm, bmm', Keras: 'ops.matmul' },
  example: 'input a: f32[4, 3]; input b: f32[3, 2]\npredict matmul(a, b)\n',
  infer: (types, attrs, bodies): Inferred => {
    const product = inferProduct(types.slice(0, 2), attrs);
    if ('misfit' in product) return product;
    return epilogueMisfit(product, types[2], bodies) ?? [product];
  },
  evaluate: (inputs, attrs, outputs, env, bodies) => {
    const [a, b] = two(inputs);
    return withEpilogue(multiply(a, b, attrs, concrete(one(outputs).shape, env.batch)), inputs[2], bodies, env);
  },
  /** With op(a) = A and op(b) = B: dA = dy·Bᵀ and dB = Aᵀ·dy, each transposed once more if its factor was. */
  vjp: ({ b: builder, inputs, dys, attrs, bodies }) => {
    demandBare('matmul', inputs, bodies);
    const [a, b] = two(inputs);
    const dy = one(dys);
    if (dy === null) return [null, null];
    const tA = flagAttr(attrs, 'transposeA');
    const tB = flagAttr(attrs, 'transposeB');
    const da = tA
      ? builder.apply('matmul', [b, dy], { transposeA: tB, transposeB: true })
      : builder.apply('matmul', [dy, b], { transposeA: false, transposeB: !tB });
    const db = tB
      ? builder.apply('matmul', [dy, a], { transposeA: true, transposeB: tA })
      : builder.apply('matmul', [a, dy], { transposeA: !tA, transposeB: false });
    return [da, db];
  },
  lower: { as: 'kernel', call: callOf },
  bodies: 'scalar',
  elementwise: false,
  cost: ({ inputs, outputs, attrs }, batch) => {
    const [, inner] = matrix(nth(inputs, 0).type.shape, flagAttr(attrs, 'transposeA'));
    return 2 * elements(concrete([...one(outputs).type.shape, inner], batch));
  },
  formula: ([a = '', b = ''], { inputs, bodies, attrs }) => {
    if (inputs.length > 2 || bodies.length > 0) return undefined;
    const factor = (text: string, flag: string): string => (flagAttr(attrs, flag) ? `${text}ᵀ` : text);
    return `${factor(a, 'transposeA')} ${factor(b, 'transposeB')}`;
  },
  samples: [
    { inputs: [{ shape: ['B', 3] }, { shape: [3, 4] }] },
    { name: 'aᵀb', inputs: [{ shape: [3, 2] }, { shape: [3, 4] }], attrs: { transposeA: true } },
    { name: 'abᵀ', inputs: [{ shape: [2, 3] }, { shape: [4, 3] }], attrs: { transposeB: true } },
    { name: 'aᵀbᵀ', inputs: [{ shape: [3, 2] }, { shape: [4, 3] }], attrs: { transposeA: true, transposeB: true } },
    { name: 'a batch by one matrix', inputs: [{ shape: ['B', 2, 3] }, { shape: [3, 4] }] },
    { name: 'one matrix by a batch', inputs: [{ shape: [2, 3] }, { shape: ['B', 4, 3] }], attrs: { transposeB: true } },
    {
      name: 'leading axes that broadcast',
      inputs: [{ shape: ['B', 1, 3, 2] }, { shape: [4, 3, 5] }],
      attrs: { transposeA: true },
    },
    {
      name: 'leading axes that broadcast, both transposed',
      inputs: [{ shape: [1, 3, 2] }, { shape: [4, 5, 3] }],
      attrs: { transposeA: true, transposeB: true },
    },
  ],
  kinks: [],
  specials: [],
});

function callOf(node: Node): Call {
  const [a, b] = node.inputs;
  return call('matmul', [value(a), value(b)], {
    transposeA: setFlag(node.attrs, 'transposeA'),
    transposeB: setFlag(node.attrs, 'transposeB'),
    ...epilogueOptions(node),
  });
}

function inferProduct(types: readonly Type[], attrs: Attrs): Type | Misfit {
  const dtype = arithmetic(types);
  if (typeof dtype === 'object') return dtype;
  const host = types.findIndex((type) => type.dtype !== dtype);
  if (host >= 0) return { misfit: 'input', input: host, why: 'it is a number, and a product needs matrices' };
  const flat = types.findIndex((type) => type.shape.length < 2);
  if (flat >= 0) return { misfit: 'input', input: flat, why: 'a product needs values of at least two axes' };
  const [a, b] = two(types);
  const [M, K] = matrix(a.shape, flagAttr(attrs, 'transposeA'));
  const [L, N] = matrix(b.shape, flagAttr(attrs, 'transposeB'));
  if (K !== L) return { misfit: 'shapes', left: 0, right: 1, why: `the inner sizes ${K} and ${L} differ` };
  const lead = broadcastShapes(types.map((type) => ({ dtype, shape: type.shape.slice(0, -2) })));
  return 'misfit' in lead ? lead : { dtype, shape: [...lead, M, N] };
}

/** Rows and columns of op(x). */
function matrix(shape: Shape, transposed: boolean): readonly [Dim, Dim] {
  const [rows, columns] = two(shape.slice(-2));
  return transposed ? [columns, rows] : [rows, columns];
}

function multiply(a: Tensor, b: Tensor, attrs: Attrs, shape: readonly number[]): Tensor {
  const tA = flagAttr(attrs, 'transposeA');
  const tB = flagAttr(attrs, 'transposeB');
  const [M, N] = two(shape.slice(-2));
  const K = nth(a.shape.slice(-2), tA ? 0 : 1);
  const data = new Float64Array(elements(shape));
  forEachIndex(shape.slice(0, -2), (lead, batch) => {
    const rows = rowsOf(a, matrixAt(a, lead), [M, K], tA);
    const columns = rowsOf(b, matrixAt(b, lead), [N, K], !tB);
    const product = data.subarray(batch * M * N, (batch + 1) * M * N);
    let n = 0;
    for (; n + 3 < N; n += 4) fourColumns(product, rows, columns, { M, N, K, n });
    for (; n < N; n++)
      for (let m = 0; m < M; m++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += (rows[m * K + k] ?? NaN) * (columns[n * K + k] ?? NaN);
        product[m * N + n] = sum;
      }
  });
  return { shape, data };
}

/** Each sum in the order of k, four side by side: what they share is read once. */
function fourColumns(
  product: Float64Array,
  rows: Float64Array,
  columns: Float64Array,
  { M, N, K, n }: { readonly M: number; readonly N: number; readonly K: number; readonly n: number },
): void {
  const [first, second, third, fourth] = [n * K, (n + 1) * K, (n + 2) * K, (n + 3) * K];
  for (let m = 0; m < M; m++) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = 0; k < K; k++) {
      const x = rows[m * K + k] ?? NaN;
      a += x * (columns[first + k] ?? NaN);
      b += x * (columns[second + k] ?? NaN);
      c += x * (columns[third + k] ?? NaN);
      d += x * (columns[fourth + k] ?? NaN);
    }
    const at = m * N + n;
    product[at] = a;
    product[at + 1] = b;
    product[at + 2] = c;
    product[at + 3] = d;
  }
}

/** The matrix [R, K] that begins there, row by row, from [K, R] where it is transposed. */
function rowsOf({ data }: Tensor, at: number, [R, K]: readonly [number, number], transposed: boolean): Float64Array {
  const matrix = data.subarray(at, at + R * K);
  if (!transposed) return matrix;
  const rows = new Float64Array(R * K);
  for (let k = 0; k < K; k++) for (let r = 0; r < R; r++) rows[r * K + k] = matrix[k * R + r] ?? NaN;
  return rows;
}

/** Where the matrix at these leading indices begins. */
function matrixAt(x: Tensor, lead: readonly number[]): number {
  return offset(x.shape.slice(0, -2), lead) * elements(x.shape.slice(-2));
}
