/** A kernel on wasm: functions over addresses, made for one instruction's shapes, of whose work each worker has a range. */
import type { View } from '../buffer.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import type { Code } from './assembler/instructions.ts';

/** What a parameter is the address of. */
export type Argument =
  | { readonly kind: 'view'; readonly view: View }
  /** A number of the host, as a float. */
  | { readonly kind: 'scalar'; readonly name: string }
  /** Memory of each worker's own for the time of the call. */
  | { readonly kind: 'scratch'; readonly bytes: number }
  /** Memory of all workers for the time of the call: partial results. */
  | { readonly kind: 'partial'; readonly bytes: number }
  /** The seed, then the counter, as integers. */
  | { readonly kind: 'random' };

export interface Kernel {
  readonly parameters: readonly Argument[];
  /** What a worker does: its range of all that is to be done (`ranges.ts`). */
  readonly build: (f: FunctionBuilder) => Code;
  /** What it does when all workers are done with that. */
  readonly after?: (f: FunctionBuilder) => Code;
}

/** One after the other: no worker begins one before all have ended the one before. */
export const stagesOf = ({ build, after }: Kernel): readonly ((f: FunctionBuilder) => Code)[] =>
  after === undefined ? [build] : [build, after];

export const view = (of: View): Argument => ({ kind: 'view', view: of });
