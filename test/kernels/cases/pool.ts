/** Pooling: overlapping windows and gaps, one to three axes, equal elements, nothing but negative ones. */
import { make, random } from '../plain.ts';
import type { Plain } from '../plain.ts';
import { pool, poolGather, poolScatter } from '../plain-windows.ts';
import type { Case } from './case.ts';

export const poolCases: Case[] = [];

function cases(
  name: string,
  x: Plain,
  size: readonly number[],
  stride: readonly number[],
  dilation = size.map(() => 1),
): Case[] {
  const options = { size, stride, dilation };
  const y = pool('max', x, options);
  const v = random(x.shape, 31);
  const dy = random(y.shape, 32);
  return [
    {
      name: `pool ${name}`,
      inputs: [x],
      run: (k, a) => [k.pool('max', a, options), k.pool('sum', a, options)],
      expected: [y, pool('sum', x, options)],
    },
    {
      name: `poolGather and poolScatter ${name}`,
      inputs: [x, v, dy],
      run: (k, a, b, d) => [k.poolGather(a, b, options), k.poolScatter(a, d, options)],
      expected: [poolGather(x, v, options), poolScatter(x, dy, options)],
    },
  ];
}

for (const [shape, size, stride] of [
  [[1, 1, 1], [1], [1]],
  [[2, 9, 3], [3], [2]],
  [[1, 8, 5], [2], [3]],
  [
    [2, 6, 8, 4],
    [2, 2],
    [2, 2],
  ],
  [
    [1, 7, 9, 16],
    [3, 3],
    [2, 2],
  ],
  [
    [2, 5, 6, 17],
    [3, 2],
    [1, 1],
  ],
  [
    [1, 11, 5, 8],
    [2, 1],
    [1, 3],
  ],
  [
    [2, 5, 7, 9],
    [5, 7],
    [1, 1],
  ],
  [
    [1, 20, 30, 21],
    [3, 3],
    [3, 2],
  ],
  [
    [2, 4, 5, 6, 3],
    [2, 2, 3],
    [2, 1, 2],
  ],
  [
    [1, 4, 4, 4, 4],
    [2, 2, 2],
    [1, 1, 1],
  ],
  [
    [0, 4, 4, 2],
    [2, 2],
    [2, 2],
  ],
] as const) {
  const name = `[${shape}], size [${size}], stride [${stride}]`;
  poolCases.push(...cases(name, random(shape, 30), size, stride));
  // Few different numbers: most windows have several maxima.
  const rough = make(shape, (index) => (index.reduce((sum, i) => sum * 7 + i * i, 3) % 3) - 4);
  poolCases.push(...cases(`${name}, with equals below zero`, rough, size, stride));
}

poolCases.push(
  ...cases('with dilation', random([2, 9, 10, 5], 30), [3, 2], [2, 1], [2, 3]),
  ...cases('with dilation along one axis', random([1, 13, 17], 30), [4], [2], [3]),
);

{
  const lowest = make([1, 3, 4, 5], () => -Infinity);
  poolCases.push(...cases('of −∞ alone', lowest, [2, 2], [1, 2]));
  const huge = make([2, 4, 4, 3], (index) => (index[1] === 1 ? -3e38 : -Infinity));
  poolCases.push(...cases('of −∞ and the lowest numbers', huge, [3, 2], [1, 1]));
}
