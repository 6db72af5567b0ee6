/** A definition with what is known of it before it is used. */
import type { Definition, Sort } from '../../grammar/ast.ts';
import type { Source } from '../diagnostics/types.ts';
import type { Library } from './library.ts';
import type { ParameterType } from './types.ts';

export interface Entry {
  readonly sort: Sort;
  readonly name: string;
  /** Its `##` comment. */
  readonly documentation: string | undefined;
  readonly definition: Definition;
  readonly source: Source;
  readonly parameters: readonly ParameterType[];
  /** The definitions that its body's names mean: those of the file in which it stands, and of what that imports. */
  readonly home: Library;
}
