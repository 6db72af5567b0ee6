/** Where along an axis the greatest is, the first of equals. */
import { argExtremum } from './rules/arg-extremum.ts';

export const argmaxOp = argExtremum('argmax', 'the index of the greatest along the axis', (x, best) => x > best);
