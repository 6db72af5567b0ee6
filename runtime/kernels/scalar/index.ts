/** The scalar primitives, which the bodies of maps are made of: made by `npm run generate` from this folder. */
import { primitive as abs } from './abs.ts';
import { primitive as add } from './add.ts';
import { primitive as and } from './and.ts';
import { primitive as atan } from './atan.ts';
import { primitive as ceil } from './ceil.ts';
import { primitive as cos } from './cos.ts';
import { primitive as div } from './div.ts';
import { primitive as equal } from './equal.ts';
import { primitive as erf } from './erf.ts';
import { primitive as exp } from './exp.ts';
import { primitive as expm1 } from './expm1.ts';
import { primitive as floor } from './floor.ts';
import { primitive as flush } from './flush.ts';
import { primitive as greater } from './greater.ts';
import { primitive as greaterEqual } from './greater-equal.ts';
import { primitive as less } from './less.ts';
import { primitive as lessEqual } from './less-equal.ts';
import { primitive as log } from './log.ts';
import { primitive as log1p } from './log1p.ts';
import { primitive as maximum } from './maximum.ts';
import { primitive as minimum } from './minimum.ts';
import { primitive as mod } from './mod.ts';
import { primitive as mul } from './mul.ts';
import { primitive as neg } from './neg.ts';
import { primitive as not } from './not.ts';
import { primitive as notEqual } from './not-equal.ts';
import { primitive as or } from './or.ts';
import { primitive as pow } from './pow.ts';
import { primitive as relu } from './relu.ts';
import { primitive as round } from './round.ts';
import { primitive as select } from './select.ts';
import { primitive as sigmoid } from './sigmoid.ts';
import { primitive as sign } from './sign.ts';
import { primitive as sin } from './sin.ts';
import { primitive as softplus } from './softplus.ts';
import { primitive as sqrt } from './sqrt.ts';
import { primitive as square } from './square.ts';
import { primitive as sub } from './sub.ts';
import { primitive as tanh } from './tanh.ts';
import type { Primitive } from './primitive.ts';

export const primitives = {
  abs,
  add,
  and,
  atan,
  ceil,
  cos,
  div,
  equal,
  erf,
  exp,
  expm1,
  floor,
  flush,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  log1p,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  not,
  notEqual,
  or,
  pow,
  relu,
  round,
  select,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
} satisfies Readonly<Record<string, Primitive>>;

export type PrimitiveName = keyof typeof primitives;
