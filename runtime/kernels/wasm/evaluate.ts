/** An expression of one input, on a vector: the activation behind a matrix product. */
import { KernelError } from '../error.ts';
import { fold } from '../scalar/expression.ts';
import type { Sym } from '../scalar/symbol.ts';
import type { V128 } from './assembler/instructions.ts';
import type { Emitter } from './emitter.ts';
import { primitiveOf } from './primitive.ts';

export const evaluateOn = (e: Emitter, expression: Sym, x: V128): V128 =>
  fold<V128>((sym, operands) => {
    switch (sym.kind) {
      case 'input':
        return x;
      case 'literal':
        return e.floats(sym.value);
      case 'apply':
        return e.let(primitiveOf(sym.primitive, e, operands));
      case 'row':
      case 'column':
        throw new KernelError('an activation looks at one element alone');
    }
  })(expression);
