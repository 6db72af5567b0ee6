/** Every kernel over tables of shapes: for the tests of Node and of browsers. */
import { convCases } from './cases/conv.ts';
import { mapCases } from './cases/map.ts';
import { matmulCases } from './cases/matmul.ts';
import { movementCases } from './cases/movement.ts';
import { poolCases } from './cases/pool.ts';
import { reduceCases } from './cases/reduce.ts';
import { scanCases } from './cases/scan.ts';

export type { Case } from './cases/case.ts';
export const cases = [
  ...matmulCases,
  ...convCases,
  ...poolCases,
  ...mapCases,
  ...reduceCases,
  ...movementCases,
  ...scanCases,
];
