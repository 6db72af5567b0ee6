/** Mistakes of syntax, as the parser reports them. */
import type { Span } from './ast.ts';
import { syntaxMessages } from './messages.ts';
import { sayings } from './sayings.ts';
import type { Said } from './sayings.ts';

export type SyntaxCode = keyof typeof syntaxMessages;

export interface SyntaxProblem extends Said<SyntaxCode> {
  readonly span: Span;
}

/** `say.NN1018.reserved({ word: 'layer' })`. */
export const say = sayings(syntaxMessages);

/** Words of the user's that a message quotes are cut where they get long. */
const shortened = (message: string): string =>
  message.length < 120 ? message : message.replace(/`([^`]{40})[^`]{10,}`/g, '`$1…`');

export const problem = (said: Said<SyntaxCode>, span: Span): SyntaxProblem => ({
  ...said,
  message: shortened(said.message),
  ...(said.help === undefined ? {} : { help: shortened(said.help) }),
  span,
});
