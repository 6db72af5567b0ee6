/** From the lexer's tokens to a tree of statements: newlines, braces, brackets, and what a token means by its place. */
import { tokenMatcher, type IToken, type TokenType } from 'chevrotain';
import type { Span } from './ast.ts';
import { keywords, reserved } from './keywords.ts';
import { unknownCharacters } from './statement-errors.ts';
import type { Said } from './sayings.ts';
import { problem, say, type SyntaxCode, type SyntaxProblem } from './syntax-errors.ts';
import * as T from './tokens.ts';

/** One statement's tokens, without the body in braces. */
export interface Piece {
  readonly head: readonly IToken[];
  readonly body: Braces | undefined;
  /** A problem has been reported inside: what the parser says about it would only repeat that. */
  readonly damaged: boolean;
  readonly span: Span;
}

export interface Braces {
  readonly pieces: readonly Piece[];
  readonly span: Span;
}

/** Brackets and braces together; far above what a model needs, far below what overflows a stack. */
const deepest = 100;
/** Operators and nested calls in one expression. */
const longest = 250;

const spanOf = (token: IToken): Span => ({ start: token.startOffset, end: T.endOf(token) });

/** Tokens after which a line goes on. */
const goesOn: ReadonlySet<TokenType> = new Set([T.Equals, T.Comma, T.Arrow, T.DotDot, T.Colon, T.Pipe, T.Not]);
const startsOperand: ReadonlySet<TokenType> = new Set([T.Identifier, T.NumberToken, T.Size, T.StringToken]);
const endsOperand = ({ tokenType, image }: IToken): boolean =>
  startsOperand.has(tokenType) || image === ')' || image === ']' || /^(?:true|false|none)$/.test(image);
const closing: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
]);

interface Frame {
  readonly open: IToken | undefined;
  readonly pieces: Piece[];
  /** The statement whose body this is. */
  readonly head: IToken[];
  readonly damaged: boolean;
}

interface Bracket {
  readonly token: IToken;
  /** How deep the tree gets in what is between two commas, at most. */
  operators: number;
  most: number;
}

class Layout {
  readonly problems: SyntaxProblem[] = [];
  private readonly frames: Frame[] = [{ open: undefined, pieces: [], head: [], damaged: false }];
  private brackets: Bracket[] = [];
  private head: IToken[] = [];
  private damaged = false;
  private operators = 0;
  private tooLong = false;
  private openString = false;
  private readonly text: string;
  private readonly tokens: readonly IToken[];

  constructor(text: string, tokens: readonly IToken[]) {
    this.text = text;
    this.tokens = tokens;
  }

  run(): Piece[] {
    for (let i = 0; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      if (token === undefined) break;
      if (this.frames.length - 1 + this.brackets.length >= deepest && /^[([{]$/.test(token.image)) {
        this.report(say.NN1005.brackets({ most: deepest }), token);
        return this.frames[0]?.pieces ?? [];
      }
      this.take(token, i);
    }
    this.closeBrackets();
    this.endPiece();
    for (const frame of this.frames.slice(1)) {
      if (frame.open !== undefined) {
        this.report(say.NN1015.brace(), frame.open);
      }
    }
    while (this.frames.length > 1) this.closeFrame(this.text.length);
    return this.frames[0]?.pieces ?? [];
  }

  private take(token: IToken, i: number): void {
    switch (token.tokenType) {
      case T.Newline:
        return this.newline(i);
      case T.Semicolon:
        this.closeBrackets();
        return this.endPiece();
      case T.LBrace:
        this.closeBrackets();
        return this.openFrame(token);
      case T.RBrace:
        this.closeBrackets();
        this.endPiece();
        if (this.frames.length > 1) this.closeFrame(T.endOf(token));
        else this.report(say.NN1016.brace(), token);
        return;
      case T.LParen:
      case T.LBracket:
        return this.openBracket(token);
      case T.RParen:
      case T.RBracket:
        return this.closeBracket(token);
      default:
        return this.word(token, i);
    }
  }

  // -------------------------------------------------------------------------------------------- statements

  private newline(i: number): void {
    const next = this.tokens[i + 1];
    // Of several line ends, with comments between, the last decides.
    if (next?.tokenType === T.Newline) return;
    if (this.brackets.length > 0) {
      if (!this.opensStatement(i + 1, true) && !this.openString) return;
      this.closeBrackets();
      return this.endPiece();
    }
    const last = this.head.at(-1);
    if (last === undefined || next === undefined) return this.endPiece();
    if (next.tokenType === T.LBrace) return;
    const open = goesOn.has(last.tokenType) || tokenMatcher(last, T.BinaryOperator);
    const continues = tokenMatcher(next, T.BinaryOperator) || next.image === 'and' || next.image === 'or';
    if ((open || continues) && !this.opensStatement(i + 1, false)) return;
    this.endPiece();
  }

  /** Whether what starts at a line's start can only be a new statement, although the one before is not complete. */
  private opensStatement(i: number, inBrackets: boolean): boolean {
    const first = this.tokens[i];
    const second = this.tokens[i + 1];
    if (first?.tokenType !== T.Identifier || second === undefined) return false;
    if (keywords.has(first.image) && startsOperand.has(second.tokenType) && !reserved.has(second.image)) return true;
    if (second.tokenType !== T.Equals && second.tokenType !== T.Arrow) return false;
    const last = this.head.at(-1);
    if (last === undefined || last.tokenType === T.Comma) return false;
    if (!inBrackets) return true;
    const opener = this.brackets[0]?.token;
    if (opener === undefined || !endsOperand(last)) return false;
    return this.column(first) <= this.indentation(opener);
  }

  private column(token: IToken): number {
    return token.startOffset - (this.text.lastIndexOf('\n', token.startOffset) + 1);
  }

  private indentation(token: IToken): number {
    const start = this.text.lastIndexOf('\n', token.startOffset) + 1;
    return this.text.slice(start, token.startOffset).search(/[^ \t]|$/);
  }

  private endPiece(body?: Braces): void {
    const first = this.head[0];
    const last = this.head.at(-1);
    if (first !== undefined && last !== undefined) {
      const span = { start: first.startOffset, end: body?.span.end ?? T.endOf(last) };
      this.frames.at(-1)?.pieces.push({ head: this.head, body, damaged: this.damaged, span });
    }
    this.head = [];
    this.damaged = false;
    this.operators = 0;
    this.tooLong = false;
    this.openString = false;
  }

  private openFrame(open: IToken): void {
    if (this.head.length === 0) {
      this.report(say.NN1024.nowhere(), open);
    }
    this.frames.push({ open, pieces: [], head: this.head, damaged: this.damaged });
    this.head = [];
    this.damaged = false;
    this.operators = 0;
  }

  private closeFrame(end: number): void {
    const frame = this.frames.pop();
    if (frame?.open === undefined) return;
    this.head = frame.head;
    this.damaged = frame.damaged;
    this.endPiece({ pieces: frame.pieces, span: { start: frame.open.startOffset, end } });
  }

  // -------------------------------------------------------------------------------------------- brackets

  private openBracket(token: IToken): void {
    const last = this.head.at(-1);
    const touches = last !== undefined && T.endOf(last) === token.startOffset;
    const isName = last?.tokenType === T.Identifier;
    const isValue = isName || last?.tokenType === T.RParen || last?.tokenType === T.RBracket;
    if (token.tokenType === T.LParen && touches && isName) this.head.push(T.retyped(token, T.CallParen));
    else if (token.tokenType === T.LBracket && touches && isValue) this.head.push(T.retyped(token, T.IndexBracket));
    else this.head.push(token);
    this.brackets.push({ token, operators: this.operators, most: 0 });
    this.operators = 1;
  }

  private closeBracket(token: IToken): void {
    const bracket = this.brackets.pop();
    if (bracket === undefined) {
      this.report(say.NN1013.bracket({ closing: token.image }), token);
      return;
    }
    this.dropTrailingComma();
    const wanted = closing.get(bracket.token.image);
    if (wanted !== token.image && !this.damaged) {
      this.report(say.NN1014.bracket({ opening: bracket.token.image, closing: token.image, wanted }), token);
    }
    this.head.push(token);
    this.operators = bracket.operators + Math.max(bracket.most, this.operators);
    this.checkLength(token);
  }

  /** `[1, 2,]` is `[1, 2]`. */
  private dropTrailingComma(): void {
    const [before, last] = [this.head.at(-2), this.head.at(-1)];
    if (last?.tokenType !== T.Comma || before === undefined || /^[([,]$/.test(before.image)) return;
    this.head.pop();
  }

  private closeBrackets(): void {
    const bracket = this.brackets.at(-1);
    if (bracket === undefined) return;
    const { token } = bracket;
    this.report(say.NN1012.bracket({ opening: token.image, closing: closing.get(token.image) }), token);
    this.brackets = [];
  }

  private checkLength(token: IToken): void {
    if (this.operators <= longest || this.tooLong) return;
    this.tooLong = true;
    this.report(say.NN1006.operators({ most: longest }), token);
  }

  // -------------------------------------------------------------------------------------------- words

  private word(token: IToken, i: number): void {
    if (this.tooLong) return;
    const placed = this.place(token, i);
    if (placed === undefined) return;
    if (placed.tokenType === T.Comma) {
      const bracket = this.brackets.at(-1);
      if (bracket !== undefined) bracket.most = Math.max(bracket.most, this.operators);
      this.operators = 1;
    } else if (tokenMatcher(placed, T.BinaryOperator) || tokenMatcher(placed, T.Prefix)) {
      this.operators++;
      this.checkLength(placed);
    }
    this.head.push(placed);
  }

  /** The token as what it is at this place; undefined where it is dropped or joins the one before it. */
  private place(token: IToken, i: number): IToken | undefined {
    const last = this.head.at(-1);
    const touches = last !== undefined && T.endOf(last) === token.startOffset;
    const isData = this.head[0]?.tokenType === T.Command && this.head[0].image === 'data';
    if (isData && this.joinsColumn(token, last, touches)) return undefined;
    switch (token.tokenType) {
      case T.Identifier:
        return this.name(token, i, last, touches);
      case T.Star:
        return this.isPathStar(i, last) ? T.retyped(token, T.PathStar) : token;
      case T.LeadingPoint:
        this.report(say.NN1008.before({ number: token.image }), token, false);
        return T.retyped(token, T.NumberToken);
      case T.TrailingPoint:
        this.report(say.NN1008.after({ number: token.image }), token, false);
        return T.retyped(token, T.NumberToken);
      case T.OpenString:
        this.openString = true;
        this.report(say.NN1009.open(), token);
        return T.retyped(token, T.StringToken);
      case T.SingleQuoted:
        this.report(say.NN1010.quotes({ text: token.image.replaceAll("'", '') }), token, false);
        return T.retyped(token, T.StringToken);
      case T.Unknown:
        this.problems.push(unknownCharacters(token.image, spanOf(token)));
        this.damaged = true;
        return undefined;
      default:
        return token;
    }
  }

  private name(token: IToken, i: number, last: IToken | undefined, touches: boolean): IToken {
    if (last?.tokenType === T.Dot) return token;
    if (touches && (last?.tokenType === T.NumberToken || last?.tokenType === T.Size)) {
      const whole = { start: last.startOffset, end: T.endOf(token) };
      const glued = this.text.slice(whole.start, whole.end);
      this.damaged = true;
      this.problems.push(
        problem(say.NN1011.glued({ number: glued.slice(0, -token.image.length), name: token.image }), whole),
      );
    }
    const word = reserved.get(token.image);
    if (word !== undefined) return T.retyped(token, word);
    const next = this.tokens[i + 1];
    if (last === undefined) {
      if (next?.tokenType === T.Equals) return T.retyped(token, T.AssignName);
      if (next?.tokenType === T.Arrow) return T.retyped(token, T.UpdateName);
      const keyword = keywords.get(token.image);
      return keyword === undefined ? token : T.retyped(token, keyword);
    }
    if (token.image === 'in' && this.brackets.length === 0 && endsOperand(last)) {
      const first = this.head[0]?.tokenType;
      const ranged = first === T.Hyper || first === T.Port;
      if (ranged || (first === T.Repeat && this.head.length === 2)) return T.retyped(token, T.In);
    }
    if (token.image === 'log' && last.tokenType === T.In && next !== undefined) {
      const touched = next.startOffset === T.endOf(token);
      if (!touched && (startsOperand.has(next.tokenType) || next.image === '-' || next.image === '(')) {
        return T.retyped(token, T.LogScale);
      }
    }
    return token;
  }

  /** `*` is a name of a selector beside a point, and where a selector starts. */
  private isPathStar(i: number, last: IToken | undefined): boolean {
    const star = this.tokens[i];
    const next = this.tokens[i + 1];
    if (last?.tokenType === T.Dot) return true;
    if (next?.tokenType === T.Dot && star !== undefined && next.startOffset === T.endOf(star)) return true;
    const type = last?.tokenType;
    return type === T.Command || type === T.On || type === T.For || type === T.Updates;
  }

  /** Column patterns of `data`: `pixels=pixel_*` is one name. */
  private joinsColumn(token: IToken, last: IToken | undefined, touches: boolean): boolean {
    const starts = last?.tokenType === T.Equals || last?.tokenType === T.Comma || last?.tokenType === T.LBracket;
    if (token.tokenType === T.Star && starts) {
      this.head.push(T.retyped(token, T.Identifier));
      return true;
    }
    if (last?.tokenType !== T.Identifier || !touches) return false;
    const isPart = token.tokenType === T.Identifier || token.tokenType === T.NumberToken;
    if (token.tokenType !== T.Star && !(isPart && last.image.includes('*'))) return false;
    this.head[this.head.length - 1] = { ...last, image: last.image + token.image };
    return true;
  }

  private report(said: Said<SyntaxCode>, token: IToken, damages = true): void {
    this.problems.push(problem(said, spanOf(token)));
    if (damages) this.damaged = true;
  }
}

/** Cuts the tokens into statements; what is wrong with brackets, braces and words is reported. */
export const arrange = (text: string, tokens: readonly IToken[]): { pieces: Piece[]; problems: SyntaxProblem[] } => {
  const layout = new Layout(text, tokens);
  const pieces = layout.run();
  return { pieces, problems: layout.problems };
};
