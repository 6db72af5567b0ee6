/** One call of kernels, with what plain JavaScript gives. */
import type { K, Value } from '../../../runtime/kernels/k.ts';
import type { Plain } from '../plain.ts';

export interface Case {
  readonly name: string;
  readonly inputs: readonly (Plain & { readonly dtype?: 'float32' | 'int32' })[];
  readonly scalars?: Readonly<Record<string, number>>;
  readonly run: (k: K, ...inputs: readonly Value[]) => readonly Value[];
  readonly expected: readonly Plain[];
  readonly tolerance?: number;
}
