/**
 * The formatter: the same statements with spaces, indentation and blank lines as they should be.
 *
 * An author's own line breaks are kept, as gofmt keeps them: a line is broken where it was broken, statements that
 * `;` joins stay joined, and a body on one line stays there, as long as the line does not get too long. All else is
 * decided here: two spaces a level in braces, four on a line that goes on (two for each bracket that ends its line),
 * at most one blank line, two spaces before a comment that ends a line; nothing is aligned.
 */
import type { IToken } from 'chevrotain';
import type { File } from './ast.ts';
import { arrange, type Braces, type Piece } from './layout.ts';
import { Spacing } from './spacing.ts';
import * as T from './tokens.ts';

const width = 120;
const indentation = '  ';

/** The text of a file that has no syntax problem, formatted. `text` is what `file` was parsed from. */
export const print = (file: File, text: string): string => {
  const { tokens } = T.tokenize(text);
  const printer = new Printer(text, file);
  printer.sequence({ pieces: arrange(text, tokens).pieces, span: file.span }, 0);
  return printer.lines.map((line) => line + '\n').join('');
};

class Printer {
  readonly lines: string[] = [];
  private readonly text: string;
  private readonly file: File;
  private nextComment = 0;

  constructor(text: string, file: File) {
    this.text = text;
    this.file = file;
  }

  /** The statements of a body or of the file, each line by line, with the comments between them. */
  sequence(braces: Braces, level: number): void {
    const { pieces, span } = braces;
    let end = span.start;
    let first = true;
    for (let i = 0; i < pieces.length;) {
      const group = this.joined(pieces, i);
      const [start, last] = [group[0], group.at(-1)];
      if (start === undefined || last === undefined) return;
      this.commentsBefore(start.span.start, level, end, first);
      first &&= this.lines.length === 0 || this.lines.at(-1)?.endsWith('{') === true;
      if (!first && this.isBlank(this.lastEnd(end), start.span.start)) this.lines.push('');
      this.group(group, level);
      end = last.span.end;
      first = false;
      i += group.length;
      this.trailingComment(pieces[i]?.span.start ?? span.end, end);
    }
    this.commentsBefore(span.end, level, end, first);
  }

  // ------------------------------------------------------------------------------------------ comments

  /** Where the last comment or statement before a place ended. */
  private lastEnd(end: number): number {
    const comment = this.file.comments[this.nextComment - 1];
    return Math.max(end, comment?.span.end ?? 0);
  }

  private isBlank(from: number, to: number): boolean {
    return (this.text.slice(from, to).match(/\r\n|\r|\n/g)?.length ?? 0) > 1;
  }

  /** Comments on lines of their own that stand before a place. */
  private commentsBefore(place: number, level: number, end: number, first: boolean): void {
    let isFirst = first;
    for (;;) {
      const comment = this.file.comments[this.nextComment];
      if (comment === undefined || comment.span.start >= place) return;
      if (!isFirst && this.isBlank(this.lastEnd(end), comment.span.start)) this.lines.push('');
      this.lines.push(indentation.repeat(level) + this.comment(this.nextComment));
      this.nextComment++;
      isFirst = false;
    }
  }

  /** A comment that ends the line of what was just printed. */
  private trailingComment(place: number, end: number): void {
    const comment = this.file.comments[this.nextComment];
    if (comment === undefined || comment.span.start >= place) return;
    if (/[\r\n]/.test(this.text.slice(end, comment.span.start))) return;
    this.append('  ' + this.comment(this.nextComment));
    this.nextComment++;
  }

  private comment(i: number): string {
    const comment = this.file.comments[i];
    return comment === undefined ? '' : this.text.slice(comment.span.start, comment.span.end).trimEnd();
  }

  /** Whether a comment stands before a place; those before what is being printed have been printed. */
  private hasComment(place: number): boolean {
    const comment = this.file.comments[this.nextComment];
    return comment !== undefined && comment.span.start < place;
  }

  private append(text: string): void {
    this.lines[this.lines.length - 1] = (this.lines.at(-1) ?? '') + text;
  }

  // ------------------------------------------------------------------------------------------ statements

  /** The statements from i on that stand on one line; an `if` takes its `else` along. */
  private joined(pieces: readonly Piece[], i: number): readonly Piece[] {
    let end = i + 1;
    for (; end < pieces.length; end++) {
      const [last, next] = [pieces[end - 1], pieces[end]];
      if (last === undefined || next === undefined) break;
      if (isElse(next)) continue;
      const between = this.text.slice(last.span.end, next.span.start);
      if (/[\r\n]/.test(between) || !this.isOneLine(last) || !this.isOneLine(next)) break;
    }
    return pieces.slice(i, end);
  }

  private isOneLine(piece: Piece): boolean {
    return !/[\r\n]/.test(this.text.slice(piece.span.start, piece.span.end));
  }

  private group(group: readonly Piece[], level: number): void {
    const indent = indentation.repeat(level);
    if (group.every((piece) => this.isOneLine(piece)) && !this.hasComment(group.at(-1)?.span.end ?? 0)) {
      const lines = this.inline(group, indent);
      if (lines.every((line) => line.length <= width) || (group.length === 1 && group[0]?.body === undefined)) {
        this.lines.push(...lines);
        return;
      }
    }
    for (const [i, piece] of group.entries()) {
      const [last, next] = [group[i - 1], group[i + 1]];
      if (last !== undefined && isElse(piece)) {
        const broken = this.hasComment(piece.span.start);
        if (broken) {
          this.trailingComment(piece.span.start, last.span.end);
          this.commentsBefore(piece.span.start, level, last.span.end, true);
        }
        this.piece(piece, level, broken ? indent : ' ', !broken);
      } else this.piece(piece, level, indent, false);
      if (next !== undefined && !isElse(next)) this.trailingComment(next.span.start, piece.span.end);
    }
  }

  /** Everything on one line, but an `else` that started a line of its own. */
  private inline(group: readonly Piece[], indent: string): string[] {
    const lines: string[] = [];
    let line = indent;
    for (const [i, piece] of group.entries()) {
      const last = group[i - 1];
      if (last !== undefined) {
        const breaks = /[\r\n]/.test(this.text.slice(last.span.end, piece.span.start));
        if (isElse(piece) && breaks) {
          lines.push(line);
          line = indent;
        } else line += isElse(piece) ? ' ' : '; ';
      }
      line += this.inlinePiece(piece);
    }
    return [...lines, line];
  }

  private inlinePiece(piece: Piece): string {
    const head = this.flat(piece.head);
    if (piece.body === undefined) return head;
    const inner = this.inline(piece.body.pieces, '');
    return inner.join('') === '' ? `${head} {}` : `${head} { ${inner.join(' ')} }`;
  }

  private flat(head: readonly IToken[]): string {
    const spacing = new Spacing(head);
    return head.map((token, i) => (spacing.before(i) ? ' ' : '') + token.image).join('');
  }

  /** One statement on lines of its own, its body too. */
  private piece(piece: Piece, level: number, start: string, continues: boolean): void {
    if (continues) this.append(start);
    else this.lines.push(start);
    if (this.isOneLine(piece)) {
      const flat = this.inlinePiece(piece);
      if (piece.body === undefined || (this.lines.at(-1) ?? '').length + flat.length <= width) return this.append(flat);
    }
    this.head(piece.head, level);
    const { body } = piece;
    if (body === undefined) return;
    const isEmpty = body.pieces.length === 0 && !this.hasComment(body.span.end);
    if (isEmpty) return this.append(' {}');
    this.append(' {');
    this.trailingComment(body.pieces[0]?.span.start ?? body.span.end, body.span.start);
    this.sequence(body, level + 1);
    this.lines.push(indentation.repeat(level) + '}');
  }

  /** The tokens of one statement, broken where the author broke them. */
  private head(head: readonly IToken[], level: number): void {
    const spacing = new Spacing(head);
    /** For each open bracket, whether it ended its line. */
    const open: boolean[] = [];
    for (const [i, token] of head.entries()) {
      const last = head[i - 1];
      const spaced = spacing.before(i);
      const closes = token.image === ')' || token.image === ']';
      if (closes) open.pop();
      const end = last === undefined ? token.startOffset : T.endOf(last);
      if (/[\r\n]/.test(this.text.slice(end, token.startOffset))) {
        this.trailingComment(token.startOffset, end);
        const ended = open.filter((bracket) => bracket).length;
        const goesOn = closes || ended > 0 ? ended : 2;
        this.commentsBefore(token.startOffset, level + goesOn, end, true);
        this.lines.push(indentation.repeat(level + goesOn) + token.image);
      } else this.append((spaced ? ' ' : '') + token.image);
      const next = head[i + 1];
      if (token.image === '(' || token.image === '[') {
        open.push(next !== undefined && /[\r\n]/.test(this.text.slice(T.endOf(token), next.startOffset)));
      }
    }
  }
}

const isElse = (piece: Piece): boolean => piece.head[0]?.tokenType === T.Else;
