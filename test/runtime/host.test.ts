/** The host's array functions, against values calculated by hand. */
import { describe, expect, test } from 'vitest';
import { host } from '../../runtime/index.ts';

const { array } = host;
const a = array([2, 3], [1, 2, 3, 4, 5, 6]);

describe('broadcasting', () => {
  test('a row, a column and a number meet a matrix', () => {
    expect([...host.add(a, array([3], [10, 20, 30])).data]).toEqual([11, 22, 33, 14, 25, 36]);
    expect([...host.mul(array([2, 1], [1, -1]), a).data]).toEqual([1, 2, 3, -4, -5, -6]);
    expect(host.sub(1, array([], [3]))).toEqual(array([], [-2]));
    expect([...host.where(host.greater(a, 2), a, 0).data]).toEqual([0, 0, 3, 4, 5, 6]);
  });
  test('what does not fit is refused', () => {
    expect(() => host.add(a, array([2], [1, 2]))).toThrow('do not broadcast');
    expect(() => host.broadcast(a, [3, 3])).toThrow('does not broadcast');
  });
});

test('conventions of single functions', () => {
  const one = (x: host.HostValue): number => host.number(x);
  expect(one(host.mod(-7, 3))).toBe(2);
  expect(one(host.mod(7, -3))).toBe(-2);
  expect([0.5, 1.5, 2.5, -0.5].map((x) => Math.abs(one(host.round(x))))).toEqual([0, 2, 2, 0]);
  expect(one(host.sigmoid(-1000))).toBe(0);
  expect(one(host.softplus(1000))).toBe(1000);
  expect(one(host.flush(1e-31))).toBe(0);
  expect(one(host.flush(-1e-29))).toBe(-1e-29);
  expect(one(host.relu(-1))).toBe(0);
});

test.each([
  [0, 0],
  [0.1, 0.1124629160182849],
  [1, 0.8427007929497149],
  [2.4, 0.9993114861033549],
  [2.6, 0.9997639655834707],
  [4, 0.9999999845827421],
  [10, 1],
] as const)('erf(±%d)', (x, value) => {
  expect(host.number(host.erf(x))).toBeCloseTo(value, 14);
  expect(host.number(host.erf(-x))).toBeCloseTo(-value, 14);
});

test('reductions', () => {
  expect(host.sum(a)).toEqual(array([], [21]));
  expect(host.sum(a, { axis: [0] })).toEqual(array([3], [5, 7, 9]));
  expect(host.sum(a, { axis: [-1], keepdims: true })).toEqual(array([2, 1], [6, 15]));
  expect(host.mean(a, { axis: [1] })).toEqual(array([2], [2, 5]));
  expect(host.max(a, { axis: [0] })).toEqual(array([3], [4, 5, 6]));
  expect(host.min(a)).toEqual(array([], [1]));
  expect(host.argmax(array([2, 3], [1, 5, 5, 7, 0, 7]), 1)).toEqual(array([2], [1, 0]));
  expect(host.argmin(array([2, 2], [1, 5, 0, 7]), 0)).toEqual(array([2], [1, 0]));
  expect(host.number(host.norm(array([2], [3, 4])))).toBe(5);
  expect(host.number(host.logsumexp(array([2], [1000, 1000])))).toBeCloseTo(1000 + Math.log(2), 9);
});

test('movements', () => {
  expect(host.transpose(a)).toEqual(array([3, 2], [1, 4, 2, 5, 3, 6]));
  expect(host.transpose(array([1, 2, 3], a.data), [2, 0, 1])).toEqual(array([3, 1, 2], [1, 4, 2, 5, 3, 6]));
  expect(host.slice(a, [0, 1], [2, 2])).toEqual(array([2, 2], [2, 3, 5, 6]));
  expect(() => host.slice(a, [1, 0], [2, 1])).toThrow('leaves axis 0');
  expect(host.pad(array([2], [1, 2]), [1], [2])).toEqual(array([5], [0, 1, 2, 0, 0]));
  expect(host.pad(array([2], [1, 2]), [1], [0], { between: [2], value: 7 })).toEqual(array([5], [7, 1, 7, 7, 2]));
  expect(host.concat([a, array([2, 1], [7, 8])], -1)).toEqual(array([2, 4], [1, 2, 3, 7, 4, 5, 6, 8]));
  expect(host.concat([a, a], 0).shape).toEqual([4, 3]);
  expect(host.gather(a, array([2], [1, 5]))).toEqual(array([2, 3], [4, 5, 6, 4, 5, 6]));
  expect([...host.gather(array([3], [5, 6, 7]), array([5], [NaN, -1, 1e9, -Infinity, 1])).data]).toEqual([
    5, 5, 7, 5, 6,
  ]);
  expect(host.gatherEach(a, array([2, 2], [2, NaN, 0, 9]), 1)).toEqual(array([2, 2], [3, 1, 4, 6]));
  expect(host.reshape(a, [3, 2]).shape).toEqual([3, 2]);
  expect(host.full([2], 3)).toEqual(array([2], [3, 3]));
  expect([...host.arange(3).data]).toEqual([0, 1, 2]);
});

test('products in all transpositions, and over leading axes', () => {
  const b = array([3, 2], [1, 0, 0, 1, 1, 1]);
  const product = array([2, 2], [4, 5, 10, 11]);
  expect(host.matmul(a, b)).toEqual(product);
  expect(host.matmul(host.transpose(a), b, { transposeA: true })).toEqual(product);
  expect(host.matmul(a, host.transpose(b), { transposeB: true })).toEqual(product);
  expect(host.matmul(array([2, 1, 3], a.data), b).shape).toEqual([2, 1, 2]);
});

test('orthonormal columns are those of QR with a positive diagonal of R', () => {
  const x = array([3, 2], [3, 1, 4, 2, 0, 5]);
  const q = host.orthonormal(x);
  const gram = host.matmul(q, q, { transposeA: true }).data;
  [1, 0, 0, 1].forEach((value, i) => expect(gram[i]).toBeCloseTo(value, 14));
  const r = host.matmul(q, x, { transposeA: true }).data;
  expect(r[0]).toBeGreaterThan(0);
  expect(r[2]).toBeCloseTo(0, 14);
  expect(r[3]).toBeGreaterThan(0);
  expect(() => host.orthonormal(array([2, 3], a.data))).toThrow('orthogonal');
});
