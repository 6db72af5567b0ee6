/** Matrix products: sizes around the tiles, transpositions, batches, bias and activation. */
import { relu, tanh } from '../../../runtime/kernels/scalar/functions.ts';
import { at, make, matmul, random } from '../plain.ts';
import type { Case } from './case.ts';

export const matmulCases: Case[] = [];

for (const [m, n, k] of [
  [1, 1, 1],
  [4, 8, 4],
  [5, 9, 7],
  [8, 16, 3],
  [17, 10, 33],
  [3, 17, 600],
  [16, 4, 16],
  [7, 3, 5],
  [8, 12, 1030],
  [13, 8, 1],
  [1, 23, 9],
  [33, 1, 5],
  [0, 3, 2],
  [2, 0, 3],
  [2, 3, 0],
  // k so long that its pieces are summed side by side.
  [3, 5, 5000],
  [9, 17, 2100],
  [2, 1, 6000],
] as const) {
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    const a = random(transposeA ? [k, m] : [m, k], 1);
    const b = random(transposeB ? [n, k] : [k, n], 2);
    const bias = random([n], 3);
    const plain = matmul(a, b, [], m, n, k, transposeA, transposeB);
    const name = `matmul ${m}x${n}x${k}${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`;
    matmulCases.push({
      name,
      inputs: [a, b],
      run: (kk, x, y) => [kk.matmul(x, y, { transposeA, transposeB })],
      expected: [plain],
    });
    // What is left of a long sum where tanh bends says little of the sum.
    if (k > 2000) continue;
    matmulCases.push({
      name: `${name} + bias, act`,
      inputs: [a, b, bias],
      run: (kk, x, y, z) => [kk.matmul(x, y, { transposeA, transposeB, bias: z, act: (s) => tanh(relu(s)) })],
      expected: [make([m, n], (index) => Math.tanh(Math.max(0, at(plain, index) + at(bias, index))))],
    });
  }
}

for (const [left, right, lead] of [
  [[3], [3], [3]],
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  [[3], [], [3]],
  [[], [3], [3]],
  [[2, 1], [3], [2, 3]],
  [
    [2, 3],
    [1, 3],
    [2, 3],
  ],
  [
    [1, 3],
    [2, 1],
    [2, 3],
  ],
] as const) {
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
  ] as const) {
    const [m, n, k] = [5, 9, 6];
    const a = random([...left, ...(transposeA ? [k, m] : [m, k])], 4);
    const b = random([...right, ...(transposeB ? [n, k] : [k, n])], 5);
    matmulCases.push({
      name: `matmul of batches [${left}] and [${right}]${transposeA ? ' Aᵀ' : ''}${transposeB ? ' Bᵀ' : ''}`,
      inputs: [a, b],
      run: (kk, x, y) => [kk.matmul(x, y, { transposeA, transposeB })],
      expected: [matmul(a, b, lead, m, n, k, transposeA, transposeB)],
    });
  }
}
