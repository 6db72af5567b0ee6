/** A small set of array functions on the host in double precision: initial values, and what metrics do with totals. */

export interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}
