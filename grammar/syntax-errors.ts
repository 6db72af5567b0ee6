/** The mistakes of syntax: their codes, and what is said about each in plain words. */
import type { Span } from './ast.ts';

/** What each code is about; the catalogue of diagnostics explains them at length. */
export const syntaxCodes = {
  NN1001: 'the file has no statement',
  NN1002: 'the file is not text',
  NN1003: 'the file is not UTF-8',
  NN1004: 'the file is too large',
  NN1005: 'nested too deeply',
  NN1006: 'an expression is too long',
  NN1007: 'a character that the language does not know',
  NN1008: 'a number without a digit on one side of its point',
  NN1009: 'a string that does not end',
  NN1010: 'a string in single quotes',
  NN1011: 'a number that runs into a name',
  NN1012: 'a bracket that is never closed',
  NN1013: 'a closing bracket without an opening one',
  NN1014: 'brackets of different kinds',
  NN1015: 'a brace that is never closed',
  NN1016: 'a closing brace without an opening one',
  NN1017: 'a statement that starts with an unknown word',
  NN1018: 'a reserved word as a name',
  NN1019: '`<-` inside an expression',
  NN1020: 'a calculation as an argument, without parentheses',
  NN1021: 'something is missing',
  NN1022: 'something is left over',
  NN1023: 'a statement without its body',
  NN1024: 'a body where none belongs',
  NN1025: '`else` without `if`',
  NN1026: 'an argument after the named ones',
  NN1027: 'comparisons in a chain',
  NN1028: 'an unknown sort of definition',
  NN1029: 'a clause that does not belong to its statement',
  NN1030: 'an operator of another language',
  NN1031: 'a minus sign that could be meant in two ways',
  NN1032: 'a position of a path that cannot be assigned',
} as const;

export type SyntaxCode = keyof typeof syntaxCodes;

export interface SyntaxProblem {
  readonly code: SyntaxCode;
  readonly message: string;
  readonly span: Span;
  readonly help?: string;
}

/** Words of the user's that a message quotes are cut where they get long. */
const shortened = (message: string): string =>
  message.length < 120 ? message : message.replace(/`([^`]{40})[^`]{10,}`/g, '`$1…`');

export const problem = (code: SyntaxCode, span: Span, message: string, help?: string): SyntaxProblem =>
  help === undefined
    ? { code, message: shortened(message), span }
    : { code, message: shortened(message), span, help: shortened(help) };
