/** Where along an axis the least is, the first of equals. */
import { argExtremum } from './rules/arg-extremum.ts';

export const argminOp = argExtremum('argmin', 'the index of the least along the axis', (x, best) => x < best);
