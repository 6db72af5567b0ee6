/** A definition with what is known of it before it is used. */
import type { Definition, Sort } from '../../grammar/ast.ts';
import type { Source } from '../diagnostics/types.ts';
import type { ParameterType } from './types.ts';

export interface Entry {
  readonly sort: Sort;
  readonly name: string;
  readonly definition: Definition;
  readonly source: Source;
  readonly parameters: readonly ParameterType[];
  readonly standard: boolean;
}
