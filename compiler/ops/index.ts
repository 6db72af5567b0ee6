/** Every op by its name: made by `npm run generate` from the files of this folder. */
import type { Op } from './define.ts';
import { absOp } from './abs.ts';
import { acosOp } from './acos.ts';
import { acoshOp } from './acosh.ts';
import { addOp } from './add.ts';
import { add_allOp } from './add_all.ts';
import { andOp } from './and.ts';
import { arangeOp } from './arange.ts';
import { argmaxOp } from './argmax.ts';
import { argminOp } from './argmin.ts';
import { argsortOp } from './argsort.ts';
import { asinOp } from './asin.ts';
import { asinhOp } from './asinh.ts';
import { atanOp } from './atan.ts';
import { atan2Op } from './atan2.ts';
import { atanhOp } from './atanh.ts';
import { batch_totalOp } from './batch_total.ts';
import { broadcastOp } from './broadcast.ts';
import { call_functionOp } from './call_function.ts';
import { castOp } from './cast.ts';
import { ceilOp } from './ceil.ts';
import { concatOp } from './concat.ts';
import { constOp } from './const.ts';
import { correlateOp } from './correlate.ts';
import { correlate_kernelOp } from './correlate_kernel.ts';
import { cosOp } from './cos.ts';
import { coshOp } from './cosh.ts';
import { cumsumOp } from './cumsum.ts';
import { divOp } from './div.ts';
import { equalOp } from './equal.ts';
import { erfOp } from './erf.ts';
import { expOp } from './exp.ts';
import { expm1Op } from './expm1.ts';
import { flipOp } from './flip.ts';
import { floorOp } from './floor.ts';
import { flushOp } from './flush.ts';
import { fullOp } from './full.ts';
import { gatherOp } from './gather.ts';
import { gather_eachOp } from './gather_each.ts';
import { global_normOp } from './global_norm.ts';
import { greaterOp } from './greater.ts';
import { greater_equalOp } from './greater_equal.ts';
import { lessOp } from './less.ts';
import { less_equalOp } from './less_equal.ts';
import { logOp } from './log.ts';
import { log1pOp } from './log1p.ts';
import { log_softmaxOp } from './log_softmax.ts';
import { logsumexpOp } from './logsumexp.ts';
import { mapOp } from './map.ts';
import { matmulOp } from './matmul.ts';
import { maxOp } from './max.ts';
import { maximumOp } from './maximum.ts';
import { meanOp } from './mean.ts';
import { minOp } from './min.ts';
import { minimumOp } from './minimum.ts';
import { modOp } from './mod.ts';
import { mulOp } from './mul.ts';
import { negOp } from './neg.ts';
import { normOp } from './norm.ts';
import { normalOp } from './normal.ts';
import { notOp } from './not.ts';
import { not_equalOp } from './not_equal.ts';
import { orOp } from './or.ts';
import { orthonormalOp } from './orthonormal.ts';
import { pad_constantOp } from './pad_constant.ts';
import { pool_gatherOp } from './pool_gather.ts';
import { pool_maxOp } from './pool_max.ts';
import { pool_scatterOp } from './pool_scatter.ts';
import { pool_sumOp } from './pool_sum.ts';
import { powOp } from './pow.ts';
import { reluOp } from './relu.ts';
import { reshapeOp } from './reshape.ts';
import { roundOp } from './round.ts';
import { rows_productOp } from './rows_product.ts';
import { scanOp } from './scan.ts';
import { scatter_addOp } from './scatter_add.ts';
import { scatter_eachOp } from './scatter_each.ts';
import { sigmoidOp } from './sigmoid.ts';
import { signOp } from './sign.ts';
import { sinOp } from './sin.ts';
import { sinhOp } from './sinh.ts';
import { sliceOp } from './slice.ts';
import { softplusOp } from './softplus.ts';
import { sortOp } from './sort.ts';
import { sqrtOp } from './sqrt.ts';
import { squareOp } from './square.ts';
import { stackOp } from './stack.ts';
import { stop_gradientOp } from './stop_gradient.ts';
import { subOp } from './sub.ts';
import { sumOp } from './sum.ts';
import { tanOp } from './tan.ts';
import { tanhOp } from './tanh.ts';
import { total_varianceOp } from './total_variance.ts';
import { transposeOp } from './transpose.ts';
import { truncated_normalOp } from './truncated_normal.ts';
import { uniformOp } from './uniform.ts';
import { whereOp } from './where.ts';

const ops: readonly Op[] = [
  absOp,
  acosOp,
  acoshOp,
  addOp,
  add_allOp,
  andOp,
  arangeOp,
  argmaxOp,
  argminOp,
  argsortOp,
  asinOp,
  asinhOp,
  atanOp,
  atan2Op,
  atanhOp,
  batch_totalOp,
  broadcastOp,
  call_functionOp,
  castOp,
  ceilOp,
  concatOp,
  constOp,
  correlateOp,
  correlate_kernelOp,
  cosOp,
  coshOp,
  cumsumOp,
  divOp,
  equalOp,
  erfOp,
  expOp,
  expm1Op,
  flipOp,
  floorOp,
  flushOp,
  fullOp,
  gatherOp,
  gather_eachOp,
  global_normOp,
  greaterOp,
  greater_equalOp,
  lessOp,
  less_equalOp,
  logOp,
  log1pOp,
  log_softmaxOp,
  logsumexpOp,
  mapOp,
  matmulOp,
  maxOp,
  maximumOp,
  meanOp,
  minOp,
  minimumOp,
  modOp,
  mulOp,
  negOp,
  normOp,
  normalOp,
  notOp,
  not_equalOp,
  orOp,
  orthonormalOp,
  pad_constantOp,
  pool_gatherOp,
  pool_maxOp,
  pool_scatterOp,
  pool_sumOp,
  powOp,
  reluOp,
  reshapeOp,
  roundOp,
  rows_productOp,
  scanOp,
  scatter_addOp,
  scatter_eachOp,
  sigmoidOp,
  signOp,
  sinOp,
  sinhOp,
  sliceOp,
  softplusOp,
  sortOp,
  sqrtOp,
  squareOp,
  stackOp,
  stop_gradientOp,
  subOp,
  sumOp,
  tanOp,
  tanhOp,
  total_varianceOp,
  transposeOp,
  truncated_normalOp,
  uniformOp,
  whereOp,
];

export const registry: ReadonlyMap<string, Op> = new Map(ops.map((op) => [op.name, op]));
