/** The kernels of each call, one after the other. */
import type { KernelCall } from '../instruction.ts';
import { arange, broadcast, concat, flip, pad, slice, store, transpose } from './copy.ts';
import type { Kernel } from './kernel.ts';
import { map } from './map.ts';
import { pool, poolGather, poolScatter } from './pool.ts';
import { conv, convKernel, matmul } from './product.ts';
import { random } from './random.ts';
import { argreduce, argsort, cumsum, reduce } from './reduce.ts';
import { gather, gatherEach, scatterAdd, scatterEach } from './rows.ts';

type Of<Kind extends KernelCall['kind']> = Extract<KernelCall, { kind: Kind }>;

const kernels: { readonly [Kind in KernelCall['kind']]: (call: Of<Kind>) => readonly Kernel[] } = {
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

export const kernelsOf = <Kind extends KernelCall['kind']>(
  call: Of<Kind> & { readonly kind: Kind },
): readonly Kernel[] => kernels[call.kind](call);
