/** What comments of the emitted file quote: statements of the user's spec. Line numbers would change with every comment. */
import type { Origin } from '../../ir/types.ts';

/** Characters of a statement that a comment has room for. */
const LONGEST = 60;

/** A string of the language, or a comment: a `#` within a string starts none. */
const STRING_OR_COMMENT = /"(?:[^"\\\r\n]|\\[^\r\n])*"|#[^\r\n]*/g;

export class Quotes {
  readonly #spec: string;
  readonly #texts = new Map<number, string>();

  constructor(spec: string) {
    this.#spec = spec;
  }

  /** The user's own statement that led to something: `layer dense 128 relu`. */
  of({ statement, what }: Origin): string {
    if (statement === undefined) return commentText(what);
    const known = this.#texts.get(statement.start) ?? cut(onOneLine(this.#spec.slice(statement.start, statement.end)));
    this.#texts.set(statement.start, known);
    return known;
  }
}

/** What a quote does not say by itself: which of the definitions behind the statement something belongs to. */
export function partQuoted({ what }: Origin, quote: string): string {
  const says = quote.split(/\W+/).includes(what) || /\W/.test(what);
  return says ? quote : `${what}, in ${quote}`;
}

/** A comment in a definition that says a derivative, and by what it is. */
const DERIVATIVE = /^[^"\n]*#\s*(∂\S+\/∂(\w+) = .*)$/gmu;

/** What the definition that something is part of says of its derivative by a value: `∂cost/∂logits = …`. */
export function derivativeQuoted({ source: { text }, span }: Origin, by: string): string | undefined {
  const start = Math.max(text.lastIndexOf('\ndef ', span.start), 0);
  const next = text.indexOf('\ndef ', span.start);
  const definition = text.slice(start, next < 0 ? text.length : next);
  const said = [...definition.matchAll(DERIVATIVE)].find(([, , of]) => of === by)?.[1];
  return said === undefined ? undefined : commentText(said.trim());
}

/** Code of the language on one line of a comment, without its own comments. */
export function onOneLine(code: string): string {
  const bare = code.replace(STRING_OR_COMMENT, (part) => (part.startsWith('#') ? '' : part));
  return commentText(bare.replace(/\s+/g, ' ').trim());
}

/** A text cut where it is long. */
function cut(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST) return text;
  const start = characters.slice(0, LONGEST - 1).join('');
  return `${start.trimEnd()}…`;
}

/** A text of the user's within a comment: on one line, in the order in which it is read, and without the comment's end. */
export const commentText = (text: string): string =>
  text
    .replace(
      /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('*/', '* /');

/**
 * Quotes over lines that come one after the other: a statement stands above the first of its own. Where statements that
 * say the same have a line each, it stands once above all of them.
 */
export class Headings {
  readonly #quotes: Quotes;
  #last: { readonly start: number; readonly quote: string; lines: number } | undefined;

  constructor(quotes: Quotes) {
    this.#quotes = quotes;
  }

  /** What stands above a line, or undefined where it would be what stands above the line before. */
  above(origin: Origin): string | undefined {
    const { statement } = origin;
    if (statement === undefined) return undefined;
    const last = this.#last;
    if (last?.start === statement.start) {
      last.lines += 1;
      return undefined;
    }
    const quote = this.#quotes.of(origin);
    this.#last = { start: statement.start, quote, lines: 1 };
    return quote === last?.quote && last.lines === 1 ? undefined : quote;
  }
}
