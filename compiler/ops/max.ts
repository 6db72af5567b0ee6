/** The greatest over axes; its gradient is shared by all that are as great. */
import { extremum } from './rules/extremum.ts';

export const maxOp = extremum(
  'max',
  'the greatest over the axes',
  (run) => run.reduce((a, b) => Math.max(a, b), -Infinity),
  {
    as: 'reduction',
    row: 'rowMax',
    method: 'max',
  },
);
