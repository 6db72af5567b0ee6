/** A diagnostic as data: the facts of one mistake, at the user's own characters. */
import type { Span } from '../../grammar/ast.ts';
import type { Code } from './catalog.ts';
import type { Facts } from './say.ts';

/** A source text with the name under which it is shown (relative to the working folder, or `std/layers/dense.nn`). */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface Label {
  readonly source: Source;
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic {
  readonly code: Code;
  /** Which case of the code it is, and what is known of it. */
  readonly variant?: string;
  readonly facts?: Facts;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The place that is wrong (`^^^`). */
  readonly primary: Label;
  /** What it is wrong against (`---`): declarations, definitions, the call of a def. */
  readonly secondary: readonly Label[];
  readonly help: string | undefined;
}

/** Collects the diagnostics of one run. */
export interface Sink {
  report(diagnostic: Diagnostic): void;
}

/** A mistake of the compiler itself, never of the user. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}
