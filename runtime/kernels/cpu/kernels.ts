/** The kernel of each call. */
import type { KernelCall } from '../instruction.ts';
import { arange, broadcast, concat, flip, pad, slice, store, transpose } from './copy.ts';
import type { Kernel, Machine } from './kernel.ts';
import { map } from './map.ts';
import { pool, poolGather, poolScatter } from './pool.ts';
import { conv, convKernel, matmul } from './product.ts';
import { random } from './random.ts';
import { argreduce, argsort, cumsum, reduce } from './reduce.ts';
import { gather, gatherEach, scatterAdd, scatterEach } from './rows.ts';

type Of<Kind extends KernelCall['kind']> = Extract<KernelCall, { kind: Kind }>;

const kernels: { readonly [Kind in KernelCall['kind']]: (m: Machine, call: Of<Kind>) => Kernel } = {
  arange,
  argreduce,
  argsort,
  broadcast,
  concat,
  conv,
  convKernel,
  cumsum,
  flip,
  gather,
  gatherEach,
  map,
  matmul,
  pad,
  pool,
  poolGather,
  poolScatter,
  random,
  reduce,
  scatterAdd,
  scatterEach,
  slice,
  store,
  transpose,
};

/** Made ready for where its views lie now. */
export function kernelOf<Kind extends KernelCall['kind']>(
  m: Machine,
  call: Of<Kind> & { readonly kind: Kind },
): Kernel {
  return kernels[call.kind](m, call);
}
