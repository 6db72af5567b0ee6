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
import { concrete, element, elements, forEachIndex, offset } from './rules/index-space.ts';
import { nth, one, two } from './rules/operands.ts';

export const matmulOp = defineOp({
  name: 'matmul',
  inputs: ['a', 'b', 'bias?'],
  attrs: {
    transposeA: { type: 'boolean', default: false, internal: true },
    transposeB: { type: 'boolean', default: false, internal: true },
  },
  doc: 'the matrix product over the last two axes: [..., M, K] @ [..., K, N]; leading axes broadcast',
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
    const from = matrixAt(a, lead);
    const right = rowsOf(b, matrixAt(b, lead), [K, N], tB);
    for (let m = 0; m < M; m++) {
      const row = (batch * M + m) * N;
      // Each sum in the order of k, along rows, which lie one after the other.
      for (let k = 0; k < K; k++) {
        const left = element(a, from + (tA ? k * M + m : m * K + k));
        for (let n = 0; n < N; n++) data[row + n] = (data[row + n] ?? NaN) + left * (right[k * N + n] ?? NaN);
      }
    }
  });
  return { shape, data };
}

/** The matrix that begins there, [K, N] row by row, from [N, K] where it is transposed. */
function rowsOf({ data }: Tensor, at: number, [K, N]: readonly [number, number], transposed: boolean): Float64Array {
  const matrix = data.subarray(at, at + K * N);
  if (!transposed) return matrix;
  const rows = new Float64Array(K * N);
  for (let n = 0; n < N; n++) for (let k = 0; k < K; k++) rows[k * N + n] = matrix[n * K + k] ?? NaN;
  return rows;
}

/** Where the matrix at these leading indices begins. */
function matrixAt(x: Tensor, lead: readonly number[]): number {
  return offset(x.shape.slice(0, -2), lead) * elements(x.shape.slice(-2));
}
