/** Every op by its name: made by `npm run generate` from the files of this folder. */
import type { Op } from './define.ts';
import { absOp } from './abs.ts';
import { addOp } from './add.ts';
import { andOp } from './and.ts';
import { arangeOp } from './arange.ts';
import { broadcastOp } from './broadcast.ts';
import { castOp } from './cast.ts';
import { ceilOp } from './ceil.ts';
import { constOp } from './const.ts';
import { cosOp } from './cos.ts';
import { divOp } from './div.ts';
import { equalOp } from './equal.ts';
import { erfOp } from './erf.ts';
import { expOp } from './exp.ts';
import { expm1Op } from './expm1.ts';
import { floorOp } from './floor.ts';
import { flushOp } from './flush.ts';
import { greaterOp } from './greater.ts';
import { greater_equalOp } from './greater_equal.ts';
import { lessOp } from './less.ts';
import { less_equalOp } from './less_equal.ts';
import { logOp } from './log.ts';
import { log1pOp } from './log1p.ts';
import { matmulOp } from './matmul.ts';
import { maxOp } from './max.ts';
import { maximumOp } from './maximum.ts';
import { minOp } from './min.ts';
import { minimumOp } from './minimum.ts';
import { modOp } from './mod.ts';
import { mulOp } from './mul.ts';
import { negOp } from './neg.ts';
import { notOp } from './not.ts';
import { not_equalOp } from './not_equal.ts';
import { orOp } from './or.ts';
import { powOp } from './pow.ts';
import { reluOp } from './relu.ts';
import { reshapeOp } from './reshape.ts';
import { roundOp } from './round.ts';
import { sigmoidOp } from './sigmoid.ts';
import { signOp } from './sign.ts';
import { sinOp } from './sin.ts';
import { softplusOp } from './softplus.ts';
import { sqrtOp } from './sqrt.ts';
import { squareOp } from './square.ts';
import { stop_gradientOp } from './stop_gradient.ts';
import { subOp } from './sub.ts';
import { sumOp } from './sum.ts';
import { tanhOp } from './tanh.ts';
import { transposeOp } from './transpose.ts';
import { whereOp } from './where.ts';

const ops: readonly Op[] = [
  absOp,
  addOp,
  andOp,
  arangeOp,
  broadcastOp,
  castOp,
  ceilOp,
  constOp,
  cosOp,
  divOp,
  equalOp,
  erfOp,
  expOp,
  expm1Op,
  floorOp,
  flushOp,
  greaterOp,
  greater_equalOp,
  lessOp,
  less_equalOp,
  logOp,
  log1pOp,
  matmulOp,
  maxOp,
  maximumOp,
  minOp,
  minimumOp,
  modOp,
  mulOp,
  negOp,
  notOp,
  not_equalOp,
  orOp,
  powOp,
  reluOp,
  reshapeOp,
  roundOp,
  sigmoidOp,
  signOp,
  sinOp,
  softplusOp,
  sqrtOp,
  squareOp,
  stop_gradientOp,
  subOp,
  sumOp,
  tanhOp,
  transposeOp,
  whereOp,
];

export const registry: ReadonlyMap<string, Op> = new Map(ops.map((op) => [op.name, op]));
