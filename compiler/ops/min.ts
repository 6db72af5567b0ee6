/** The least over axes; its gradient is shared by all that are as small. */
import { callReduction } from './rules/call.ts';
import { extremum } from './rules/extremum.ts';

export const minOp = extremum(
  'min',
  'the least over the axes',
  (run) => run.reduce((a, b) => Math.min(a, b), Infinity),
  { as: 'kernel', call: (node) => callReduction('min', node) },
);
