/** The tokens of the text of a graph. */
import type { Span } from '../../grammar/ast.ts';
import { InternalError } from '../diagnostics/types.ts';

export interface Token {
  readonly kind: 'value' | 'string' | 'number' | 'origin' | 'word';
  /** As written. */
  readonly text: string;
  /** The content of a string, the name of a value; of one without a word a colon, and its op. */
  readonly value: string;
  readonly origin: OriginText | undefined;
  /** From 1. */
  readonly line: number;
}

export interface OriginText {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly scope: string | undefined;
  readonly span: Span;
  /** Of the statement, if it is given. */
  readonly statement: Span | undefined;
}

const quoted = String.raw`"(?:[^"\\\n]|\\.)*"`;
const plain = String.raw`[\w./-]+`;
const range = String.raw`\d+\.\.\d+`;
const pattern = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    `# (?<file>${quoted}|${plain}):(?<at>\\d+) (?<what>${quoted}|${plain})(?:@(?<scope>${quoted}|${plain}))? (?<span>${range})(?: in (?<statement>${range}))?`,
    `%(?<name>${quoted}|[\\w.∂]+|:\\w*)(?:~\\d+)?`,
    `(?<string>${quoted})`,
    String.raw`(?<number>-?(?:Infinity|NaN|\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?!\w))`,
    String.raw`(?<word>\w+|[{}()[\]:,=@])`,
  ].join('|'),
  'uy',
);

export function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) throw new InternalError(`line ${line} of the text of a graph has an odd character`);
    const groups = match.groups ?? {};
    if (groups['space'] === undefined) tokens.push(token(match[0], groups, line));
    line += match[0].split('\n').length - 1;
    at += match[0].length;
  }
  return tokens;
}

function token(text: string, groups: Readonly<Record<string, string | undefined>>, line: number): Token {
  const { name, string, number, file = '', at, what = '', scope, span = '', statement } = groups;
  const made = { text, line, value: '', origin: undefined };
  if (name !== undefined) return { ...made, kind: 'value', value: unquoted(name) };
  if (string !== undefined) return { ...made, kind: 'string', value: unquoted(string) };
  if (number !== undefined) return { ...made, kind: 'number' };
  if (at === undefined) return { ...made, kind: 'word' };
  const origin: OriginText = {
    file: unquoted(file),
    line: Number(at),
    what: unquoted(what),
    scope: scope === undefined ? undefined : unquoted(scope),
    span: spanOf(span),
    statement: statement === undefined ? undefined : spanOf(statement),
  };
  return { ...made, kind: 'origin', origin };
}

function unquoted(text: string): string {
  return text.startsWith('"') ? String(JSON.parse(text)) : text;
}

function spanOf(range: string): Span {
  const [start = 0, end = 0] = range.split('..').map(Number);
  return { start, end };
}
