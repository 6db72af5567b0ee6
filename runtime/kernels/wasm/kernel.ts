/** A kernel on wasm: a function over addresses, made for one instruction's shapes. */
import type { View } from '../buffer.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import type { Code } from './assembler/instructions.ts';

/** What a parameter is the address of. */
export type Argument =
  | { readonly kind: 'view'; readonly view: View }
  /** A number of the host, as a float. */
  | { readonly kind: 'scalar'; readonly name: string }
  /** Memory for the time of the call. */
  | { readonly kind: 'scratch'; readonly bytes: number }
  /** The seed, then the counter, as integers. */
  | { readonly kind: 'random' };

export interface Kernel {
  readonly parameters: readonly Argument[];
  readonly build: (f: FunctionBuilder) => Code;
}

export const view = (of: View): Argument => ({ kind: 'view', view: of });
