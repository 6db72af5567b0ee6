/** A small set of array functions on the host in double precision: initial values, and what metrics do with totals. */
export type { HostArray, HostValue } from './host/array.ts';
export { arange, array, full, number } from './host/array.ts';
export * from './host/elementwise.ts';
export { matmul, orthonormal } from './host/linear.ts';
export { argmax, argmin, logsumexp, max, mean, min, norm, sum } from './host/reduce.ts';
export { moments, variance } from './host/moments.ts';
export { argsort, cumsum } from './host/order.ts';
export { broadcast, concat, flip, gather, gatherEach, pad, reshape, slice, transpose } from './host/shape.ts';
