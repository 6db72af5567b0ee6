/** The words of the language: token types, and the lexer that cuts a text into them. */
import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';

// Token types that layout.ts gives to tokens by their place; the lexer never makes them.
const placed = (name: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories });

/** What may stand between two operands. */
export const BinaryOperator = placed('BinaryOperator');
/** What may stand before an operand. */
export const Prefix = placed('Prefix');

export const Command = placed('Command');
export const Def = placed('Def');
export const Hyper = placed('Hyper');
export const Port = placed('Port');
export const Weight = placed('Weight');
export const State = placed('State');
export const Require = placed('Require');
export const Block = placed('Block');
export const Repeat = placed('Repeat');
export const If = placed('If');
export const Else = placed('Else');
export const Scan = placed('Scan');
export const Phase = placed('Phase');
export const Step = placed('Step');
/** A name at a statement's start with `=` after it. */
export const AssignName = placed('AssignName');
/** A name at a statement's start with `<-` after it. */
export const UpdateName = placed('UpdateName');

export const From = placed('From');
export const As = placed('As');
export const On = placed('On');
export const For = placed('For');
export const Over = placed('Over');
export const With = placed('With');
export const Updates = placed('Updates');
export const True = placed('True');
export const False = placed('False');
export const None = placed('None');
export const And = placed('And', [BinaryOperator]);
export const Or = placed('Or', [BinaryOperator]);
export const Not = placed('Not', [Prefix]);
/** `in` where it is a clause: in `hyper`, `input`, `target`, `noise` and `repeat x in xs`. */
export const In = placed('In');
/** `log` in `in log 1e-4..1e-1`. */
export const LogScale = placed('LogScale');
/** `(` that touches the name before it. */
export const CallParen = placed('CallParen');
/** `[` that touches the value before it. */
export const IndexBracket = placed('IndexBracket');
/** `*` as a name of a selector: `encoder.*.kernel`. */
export const PathStar = placed('PathStar');

// ------------------------------------------------------------------------------------------ what the lexer makes

const after = (text: string, offset: number, pattern: RegExp): RegExpExecArray | null => {
  pattern.lastIndex = offset;
  return pattern.exec(text);
};
const followsPoint = (tokens: readonly IToken[], offset: number): boolean => {
  const last = tokens.at(-1);
  return last?.tokenType === Dot && last.startOffset + 1 === offset;
};
const digits = Array.from('0123456789');

export const Comment = createToken({ name: 'Comment', pattern: /#[^\r\n]*/, group: 'comments' });
const Space = createToken({ name: 'Space', pattern: /[ \t\f\v\u00A0\uFEFF]+/, group: Lexer.SKIPPED });
export const Newline = createToken({ name: 'Newline', pattern: /[\r\n]+/, line_breaks: true });
export const Identifier = createToken({ name: 'Identifier', pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
/** Tried before numbers: `3x3`, `2x2x2`. */
export const Size = createToken({ name: 'Size', pattern: /[0-9]+(?:x[0-9]+)+/ });
/** Digits on both sides of a point; in `encoder.0.1` each point divides. */
export const NumberToken = createToken({
  name: 'NumberToken',
  pattern: (text: string, offset: number, tokens: readonly IToken[]) =>
    after(text, offset, followsPoint(tokens, offset) ? /[0-9]+/y : /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y),
  start_chars_hint: digits,
  line_breaks: false,
});
/** `1.`, a mistake that is named. */
export const TrailingPoint = createToken({
  name: 'TrailingPoint',
  pattern: (text: string, offset: number, tokens: readonly IToken[]) =>
    followsPoint(tokens, offset) ? null : after(text, offset, /[0-9]+\.(?![.0-9])/y),
  start_chars_hint: digits,
  line_breaks: false,
});
/** `.5`, a mistake that is named. */
export const LeadingPoint = createToken({
  name: 'LeadingPoint',
  pattern: (text: string, offset: number) =>
    offset > 0 && /[A-Za-z0-9_)\]*.]/.test(text.charAt(offset - 1)) ? null : after(text, offset, /\.[0-9]+/y),
  start_chars_hint: ['.'],
  line_breaks: false,
});
export const StringToken = createToken({ name: 'StringToken', pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/ });
/** A string whose line ends before it does. */
export const OpenString = createToken({ name: 'OpenString', pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/ });
/** `'…'`, a mistake that is named. */
export const SingleQuoted = createToken({ name: 'SingleQuoted', pattern: /'[^'\r\n]*'?/ });
export const Semicolon = createToken({ name: 'Semicolon', pattern: ';' });
export const LBrace = createToken({ name: 'LBrace', pattern: '{' });
export const RBrace = createToken({ name: 'RBrace', pattern: '}' });
export const LParen = createToken({ name: 'LParen', pattern: '(' });
export const RParen = createToken({ name: 'RParen', pattern: ')' });
export const LBracket = createToken({ name: 'LBracket', pattern: '[' });
export const RBracket = createToken({ name: 'RBracket', pattern: ']' });
export const Comma = createToken({ name: 'Comma', pattern: ',' });
export const Colon = createToken({ name: 'Colon', pattern: ':' });
export const Pipe = createToken({ name: 'Pipe', pattern: '|' });
export const Ellipsis = createToken({ name: 'Ellipsis', pattern: '...' });
export const DotDot = createToken({ name: 'DotDot', pattern: '..' });
export const Dot = createToken({ name: 'Dot', pattern: '.' });
/** `<-`, one token even in `x<-1`. */
export const Arrow = createToken({ name: 'Arrow', pattern: '<-' });
const operator = (name: string, pattern: string, categories: TokenType[] = [BinaryOperator]): TokenType =>
  createToken({ name, pattern, categories });
export const EqualEqual = operator('EqualEqual', '==');
const NotEqual = operator('NotEqual', '!=');
const LessEqual = operator('LessEqual', '<=');
const GreaterEqual = operator('GreaterEqual', '>=');
const Less = operator('Less', '<');
const Greater = operator('Greater', '>');
export const Equals = createToken({ name: 'Equals', pattern: '=' });
const Plus = operator('Plus', '+');
export const Minus = operator('Minus', '-', [BinaryOperator, Prefix]);
export const StarStar = createToken({ name: 'StarStar', pattern: '**' });
export const Star = operator('Star', '*');
export const Slash = operator('Slash', '/');
const Percent = operator('Percent', '%');
const At = operator('At', '@');
const Caret = operator('Caret', '^');
/** Any other character. */
export const Unknown = createToken({ name: 'Unknown', pattern: /[^\sA-Za-z0-9_"'#;{}()[\],:.=<>+\-*/%@^|]+|!/ });

/** In the order in which they are tried. */
const lexed: TokenType[] = [
  Space,
  Newline,
  Comment,
  Identifier,
  Size,
  TrailingPoint,
  NumberToken,
  StringToken,
  OpenString,
  SingleQuoted,
  Semicolon,
  LBrace,
  RBrace,
  LParen,
  RParen,
  LBracket,
  RBracket,
  Comma,
  Colon,
  Pipe,
  Ellipsis,
  DotDot,
  LeadingPoint,
  Dot,
  Arrow,
  EqualEqual,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Less,
  Greater,
  Equals,
  Plus,
  Minus,
  StarStar,
  Star,
  Slash,
  Percent,
  At,
  Caret,
  Unknown,
];

/** All token types, for the parser. */
export const vocabulary: TokenType[] = [
  ...lexed,
  ...[BinaryOperator, Prefix, Command, Def, Hyper, Port, Weight, State, Require, Block, Repeat, If, Else, Scan],
  ...[Phase, Step, AssignName, UpdateName, From, As, On, For, Over, With, Updates, True, False, None, And, Or, Not],
  ...[In, LogScale, CallParen, IndexBracket, PathStar],
];

/** The lexer, which the tests build with its validations. */
export const makeLexer = (skipValidations: boolean): Lexer =>
  new Lexer(lexed, { positionTracking: 'onlyOffset', ensureOptimizations: false, skipValidations });

const lexer = makeLexer(true);

export const tokenize = (text: string): { tokens: IToken[]; comments: IToken[] } => {
  const result = lexer.tokenize(text);
  return { tokens: result.tokens, comments: result.groups.comments ?? [] };
};

export const endOf = (token: IToken): number => token.startOffset + token.image.length;

/** The token as another type: itself, changed, since there are many and each belongs to one text. */
export const retyped = (token: IToken, type: TokenType): IToken => {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
  return token;
};
