/** The greatest over axes; its gradient is shared by all that are as great. */
import { callReduction } from './rules/call.ts';
import { extremum } from './rules/extremum.ts';

export const maxOp = extremum(
  'max',
  'the greatest over the axes',
  (run) => run.reduce((a, b) => Math.max(a, b), -Infinity),
  { as: 'kernel', call: (node) => callReduction('max', node), row: 'rowMax' },
);
