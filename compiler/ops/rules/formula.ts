/** Builds nodes by the names of the ops, so that a derivative reads like its formula; numbers become consts. */
import type { Builder } from '../../ir/builder.ts';
import type { Value } from '../../ir/types.ts';

export function formula(b: Builder) {
  const op =
    (name: string) =>
    (...xs: readonly (Value | number)[]): Value =>
      b.apply(
        name,
        xs.map((x) => (typeof x === 'number' ? b.constant(x) : x)),
      );
  return {
    add: op('add'),
    sub: op('sub'),
    mul: op('mul'),
    div: op('div'),
    pow: op('pow'),
    equal: op('equal'),
    less: op('less'),
    greater: op('greater'),
    where: op('where'),
    neg: op('neg'),
    abs: op('abs'),
    maximum: op('maximum'),
    minimum: op('minimum'),
    sign: op('sign'),
    floor: op('floor'),
    sqrt: op('sqrt'),
    square: op('square'),
    exp: op('exp'),
    expm1: op('expm1'),
    log: op('log'),
    log1p: op('log1p'),
    sin: op('sin'),
    cos: op('cos'),
    atan: op('atan'),
    sinh: op('sinh'),
    cosh: op('cosh'),
    sigmoid: op('sigmoid'),
  };
}

export type Formula = ReturnType<typeof formula>;
