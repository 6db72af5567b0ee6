/** Linear algebra of the host: matrix products, and orthonormal columns. */
import { from, sizeOf } from './array.ts';
import type { HostArray, HostValue } from './array.ts';
import { broadcastShape } from './elementwise.ts';
import { broadcast, transpose } from './shape.ts';

export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

const swapLast = (rank: number): number[] =>
  Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));

/** op(a) @ op(b): [..., M, K] @ [..., K, N] → [..., M, N]; leading axes broadcast. */
export function matmul(a: HostValue, b: HostValue, options: MatmulOptions = {}): HostArray {
  const left = options.transposeA === true ? transpose(a, swapLast(from(a).shape.length)) : from(a);
  const right = options.transposeB === true ? transpose(b, swapLast(from(b).shape.length)) : from(b);
  const lead = broadcastShape([left.shape.slice(0, -2), right.shape.slice(0, -2)]);
  const [M = 1, K = 1] = left.shape.slice(-2);
  const [rows = 1, N = 1] = right.shape.slice(-2);
  if (K !== rows) throw new Error(`[${left.shape.join(', ')}] @ [${right.shape.join(', ')}] does not fit`);
  const x = broadcast(left, [...lead, M, K]).data;
  const y = broadcast(right, [...lead, K, N]).data;
  const data = new Float64Array(sizeOf(lead) * M * N);
  data.forEach((_, i) => {
    const [matrix, row, column] = [Math.floor(i / (M * N)), Math.floor(i / N) % M, i % N];
    let sum = 0;
    for (let k = 0; k < K; k++)
      sum += (x[(matrix * M + row) * K + k] ?? NaN) * (y[(matrix * K + k) * N + column] ?? NaN);
    data[i] = sum;
  });
  return { shape: [...lead, M, N], data };
}

/**
 * Q of the decomposition x = Q·R with a positive diagonal of R, for x [m, n] with m ≥ n: what Gram and Schmidt make of
 * the columns, each projected twice so that they are orthogonal to rounding.
 */
export function orthonormal(x: HostValue): HostArray {
  const source = from(x);
  const [m = 0, n = 0] = source.shape;
  if (source.shape.length !== 2 || m < n)
    throw new Error(`no ${n} columns of length ${m} are orthogonal to each other`);
  const columns: Float64Array[] = [];
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: m }, (_, i) => source.data[i * n + j] ?? NaN);
    for (const earlier of [...columns, ...columns]) {
      const along = dot(earlier, column);
      for (let i = 0; i < m; i++) column[i] = (column[i] ?? 0) - along * (earlier[i] ?? 0);
    }
    const length = Math.sqrt(dot(column, column));
    columns.push(column.map((value) => value / length));
  }
  const data = Float64Array.from({ length: m * n }, (_, i) => columns[i % n]?.[Math.floor(i / n)] ?? NaN);
  return { shape: [m, n], data };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
