/** What the catalogue knows of a code. */
import type { Sort } from '../../../grammar/ast.ts';
import type { Messages } from '../../../grammar/sayings.ts';

/** One page of the catalogue: what `nnc explain CODE` prints, and what is said of each case that is met. */
export interface Entry {
  readonly severity: 'error' | 'warning';
  /** A few words, lower case, without the particulars of one case. */
  readonly title: string;
  /** What it means and why it is so, in plain words. */
  readonly explanation: string;
  /** A spec (or a command) that meets it; undefined where none can be written down. */
  readonly wrong: string | undefined;
  /** The same, mended. */
  readonly mended: string | undefined;
  /** The prose of each case, as a function of its facts. */
  readonly messages: Messages;
}

/** Names that are known where one is not. */
export type Names = readonly string[];

/** Those of them that may be meant; or what a word of another framework is here. */
export type Near = readonly string[] | Known;

export type Known =
  /** Its name here, how it is written where an operator stands for it, and the sort where that is not the one that was wanted. */
  | { readonly calls: string; readonly written?: string | undefined; readonly sort?: Sort }
  /** The key of what is written in its place (`instead.ts`). */
  | { readonly instead: string };

/** The sizes of an example's axes. */
export type Shape = readonly (number | 'B')[];
