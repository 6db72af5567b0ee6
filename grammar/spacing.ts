/** Where the formatter puts a space between two tokens of a statement. */
import { tokenMatcher, type IToken, type TokenType } from 'chevrotain';
import * as T from './tokens.ts';

const opening: ReadonlySet<TokenType> = new Set([T.LParen, T.LBracket, T.CallParen, T.IndexBracket]);
const closing: ReadonlySet<TokenType> = new Set([T.RParen, T.RBracket]);
const neverSpacedBefore: ReadonlySet<TokenType> = new Set([
  ...[T.RParen, T.RBracket, T.Comma, T.Colon, T.CallParen, T.IndexBracket, T.Dot, T.DotDot, T.Ellipsis, T.Pipe],
]);
const neverSpacedAfter: ReadonlySet<TokenType> = new Set([...opening, T.Dot, T.DotDot, T.Pipe]);
const endsOperand: ReadonlySet<TokenType> = new Set([
  ...[T.Identifier, T.NumberToken, T.Size, T.StringToken, T.RParen, T.RBracket, T.True, T.False, T.None],
]);
/** Statements in which `=` at the outer level gives a thing its value; elsewhere it names an argument. */
const gives: ReadonlySet<TokenType> = new Set([T.AssignName, T.Hyper, T.Port, T.State, T.Def]);

/** Follows one statement's tokens and says, before each but the first, whether a space belongs there. */
export class Spacing {
  private readonly head: readonly IToken[];
  private readonly brackets: TokenType[] = [];
  /** Whether the next token touches, since the one before asked for it: a unary minus, a splat, a tight operator. */
  private touching = false;
  /** Whether a parameter's type has been written since the last comma. */
  private typed = false;
  private carries = false;

  constructor(head: readonly IToken[]) {
    this.head = head;
  }

  /** How many brackets are open before the token that comes next. */
  get depth(): number {
    return this.brackets.length;
  }

  before(i: number): boolean {
    const [token, last] = [this.head[i], this.head[i - 1]];
    if (token === undefined) return false;
    const tight = this.isTight(token, i);
    const spaced = last !== undefined && !this.touching && !tight && !this.touches(last, token);
    this.follow(token, i, tight);
    return spaced;
  }

  private touches(last: IToken, token: IToken): boolean {
    if (neverSpacedAfter.has(last.tokenType)) return true;
    if (neverSpacedBefore.has(token.tokenType)) return last.tokenType !== T.Comma;
    return last.tokenType === T.Colon && this.brackets.at(-1) === T.IndexBracket;
  }

  /** An operator or `=` that stands without spaces around it. */
  private isTight(token: IToken, i: number): boolean {
    if (token.tokenType === T.Equals) return !this.isSpacedEquals(i);
    if (!tokenMatcher(token, T.BinaryOperator) || this.isPrefix(i)) return false;
    const inner = this.brackets.at(-1);
    if (/^[a-z]/.test(token.image)) return false;
    if (token.image === '^' || inner === T.IndexBracket) return true;
    if (token.image !== '*' && token.image !== '/') return false;
    return inner === T.LBracket || (token.image === '/' && this.isRatio(i));
  }

  /** `1/25` as a whole value, and every `/` among a statement's arguments. */
  private isRatio(i: number): boolean {
    if (this.brackets.length === 0 && this.head[0]?.tokenType === T.Command) return true;
    const [left, right] = [this.head[i - 1], this.head[i + 1]];
    if (left?.tokenType !== T.NumberToken || right?.tokenType !== T.NumberToken) return false;
    const [before, after] = [this.head[i - 2], this.head[i + 2]];
    const startsValue = before !== undefined && (opening.has(before.tokenType) || /^[=,]$/.test(before.image));
    return startsValue && (after === undefined || !tokenMatcher(after, T.BinaryOperator));
  }

  /** `-`, `not` and `*` before an operand, not between two. */
  private isPrefix(i: number): boolean {
    const [token, last] = [this.head[i], this.head[i - 1]];
    if (token === undefined || !(tokenMatcher(token, T.Prefix) || token.tokenType === T.Star)) return false;
    if (token.tokenType === T.Minus && this.brackets.length === 0 && this.head[0]?.tokenType === T.Command) return true;
    return last === undefined || !endsOperand.has(last.tokenType);
  }

  private isSpacedEquals(i: number): boolean {
    const first = this.head[0]?.tokenType;
    if (this.brackets.length === 0) {
      if (first === T.Scan) return this.carries && /^(with|,)$/.test(this.head[i - 2]?.image ?? '');
      return first !== undefined && gives.has(first);
    }
    return first === T.Def && this.brackets.length === 1 && this.brackets[0] !== T.LBracket && this.typed;
  }

  private follow(token: IToken, i: number, tight: boolean): void {
    this.touching = (tight || this.isPrefix(i)) && token.image !== 'not';
    if (token.tokenType === T.With) this.carries = true;
    if (token.tokenType === T.Comma && this.brackets.length === 1) this.typed = false;
    if (token.tokenType === T.Colon && this.brackets.length === 1) this.typed = true;
    if (opening.has(token.tokenType)) {
      this.brackets.push(token.tokenType);
      this.typed = false;
    } else if (closing.has(token.tokenType)) this.brackets.pop();
  }
}
