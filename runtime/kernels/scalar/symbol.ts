/** Symbols: what the body of a `map` computes with. An expression of scalar primitives, as a graph. */
import type { Value } from '../k.ts';
import type { PrimitiveName } from './index.ts';

/** A scalar of the body: an input, a literal, a primitive's result, or a reduction over the last axis. */
export type Sym =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'apply'; readonly primitive: PrimitiveName; readonly args: readonly Sym[] }
  | { readonly kind: 'row'; readonly reduce: 'sum' | 'max'; readonly of: Sym }
  /** The index along the last axis, as a float. */
  | { readonly kind: 'column' };

/** A number of the host that changes from step to step: the learning rate, 1 − β₂ᵗ. */
export interface Scalar {
  readonly scalar: string;
}

/** What a map takes: tensors and numbers of the host. */
export type Operand = Value | Scalar;

const symbol = (x: Sym | number): Sym => (typeof x === 'number' ? { kind: 'literal', value: x } : x);

/** A number as the result of a body. */
export const literal = (value: number): Sym => ({ kind: 'literal', value });

/** A primitive as a function over symbols; numbers become literals. */
export function apply(primitive: PrimitiveName, ...args: readonly (Sym | number)[]): Sym {
  return { kind: 'apply', primitive, args: args.map(symbol) };
}

/** The sum along the last axis. */
export const rowSum = (of: Sym | number): Sym => ({ kind: 'row', reduce: 'sum', of: symbol(of) });

/** The greatest along the last axis. */
export const rowMax = (of: Sym | number): Sym => ({ kind: 'row', reduce: 'max', of: symbol(of) });

/** The index along the last axis: 0, 1, 2, … */
export const column = (): Sym => ({ kind: 'column' });
