/** The wasm form of a scalar primitive, with the number of its arguments checked. */
import { KernelError } from '../error.ts';
import { primitives } from '../scalar/index.ts';
import type { PrimitiveName } from '../scalar/index.ts';
import type { Primitive } from '../scalar/primitive.ts';
import type { V128 } from './assembler/instructions.ts';
import type { Emitter } from './emitter.ts';

export function primitiveOf(name: PrimitiveName, e: Emitter, args: readonly V128[]): V128 {
  const primitive: Primitive = primitives[name];
  const [a, b, c] = args;
  if (primitive.arity === 1 && a !== undefined) return primitive.wasm(e, a);
  if (primitive.arity === 2 && a !== undefined && b !== undefined) return primitive.wasm(e, a, b);
  if (primitive.arity === 3 && a !== undefined && b !== undefined && c !== undefined) return primitive.wasm(e, a, b, c);
  throw new KernelError(`${name} takes ${primitive.arity} arguments, not ${args.length}`);
}
