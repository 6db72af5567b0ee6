/** What stopped the parser in a statement, in plain words: the mistake that is most likely, then what to write. */
import type { IRecognitionException, IToken } from 'chevrotain';
import { tokenMatcher } from 'chevrotain';
import type { Span } from './ast.ts';
import { forms, spoken } from './expectations.ts';
import { keywords, reserved } from './keywords.ts';
import { problem, type SyntaxProblem } from './syntax-errors.ts';
import { unknownKeyword } from './statement-errors.ts';
import * as T from './tokens.ts';

const spanOf = (token: IToken): Span => ({ start: token.startOffset, end: T.endOf(token) });

/** Where the parser stopped in a statement. */
interface Stop {
  readonly first: IToken;
  readonly previous: IToken | undefined;
  /** Undefined at the statement's end. */
  readonly at: IToken | undefined;
  readonly next: IToken | undefined;
  /** The tokens of the statement, and how many of them had been read. */
  readonly head: readonly IToken[];
  readonly index: number;
  /** The name of the token or rule that was expected; `end` where the statement was complete. */
  readonly expected: string;
  readonly end: number;
  readonly hasBody: boolean;
}

type Guess = (stop: Stop, at: IToken) => SyntaxProblem | undefined;

export const explainParserError = (
  error: IRecognitionException,
  head: readonly IToken[],
  hasBody: boolean,
): SyntaxProblem => {
  const [first, last] = [head[0], head.at(-1)];
  if (first === undefined || last === undefined)
    return problem('NN1021', { start: 0, end: 0 }, 'a statement is missing');
  const stopped = head.findIndex((token) => token.startOffset === error.token.startOffset);
  const index = stopped < 0 ? head.length : stopped;
  const expected = error.name === 'NotAllInputParsedException' ? 'end' : error.message;
  const stop: Stop = {
    first,
    previous: head[index - 1],
    at: head[index],
    next: head[index + 1],
    head,
    index,
    expected,
    end: T.endOf(last),
    hasBody,
  };
  const start = wrongStart(first, head);
  if (start !== undefined) return start;
  if (stop.at !== undefined) {
    for (const guess of guesses) {
      const found = guess(stop, stop.at);
      if (found !== undefined) return found;
    }
  }
  return expected === 'end' && stop.at !== undefined ? leftOver(stop, stop.at) : missing(stop);
};

/** `// …` */
const comment = (first: IToken, second: IToken): SyntaxProblem =>
  problem('NN1030', { start: first.startOffset, end: T.endOf(second) }, 'a comment starts with `#`');

/** What is wrong with a statement's first word. */
const wrongStart = (first: IToken, head: readonly IToken[]): SyntaxProblem | undefined => {
  const span = spanOf(first);
  const word = first.image;
  if (first.tokenType === T.Else) return problem('NN1025', span, '`else` without an `if` before it');
  const second = head[1];
  if (reserved.has(word)) {
    if (second?.tokenType !== T.Equals && second?.tokenType !== T.Arrow) return unknownKeyword(word, span);
    return problem('NN1018', span, `\`${word}\` is a reserved word`, 'choose another name');
  }
  if (first.tokenType !== T.Identifier) {
    if (first.tokenType === T.Slash && second?.tokenType === T.Slash) return comment(first, second);
    if (/^[A-Za-z_]/.test(word)) return undefined;
    const help = 'a statement starts with a keyword (`layer`, `loss`, …) or with `name = `';
    return problem('NN1017', span, `a statement cannot start with \`${word}\``, help);
  }
  let depth = 0;
  let last: IToken | undefined;
  for (const token of head) {
    if (/^[([]$/.test(token.image)) depth++;
    if (/^[)\]]$/.test(token.image)) depth--;
    if (
      depth === 0 &&
      (token.tokenType === T.Equals || token.tokenType === T.Arrow) &&
      /^[.[(]$/.test(second?.image ?? '')
    ) {
      const target = { start: first.startOffset, end: last === undefined ? token.startOffset : T.endOf(last) };
      return problem('NN1032', target, 'only a whole name can be given a value', 'values never change; name a new one');
    }
    last = token;
  }
  if (second?.tokenType === T.CallParen) {
    return problem(
      'NN1017',
      span,
      `\`${word}(…)\` is no statement`,
      `name its result: \`y = ${word}(…)\`, or \`it = …\``,
    );
  }
  return unknownKeyword(word, span);
};

/** Mistakes that are known by where they are met, the surest first. */
const guesses: readonly Guess[] = [
  (_, at) => {
    if (at.tokenType !== T.Arrow) return undefined;
    const help = 'write `x < -1` with a space; `name <- value` is a statement of its own';
    return problem('NN1019', spanOf(at), '`<-` updates a state, and cannot stand in an expression', help);
  },
  (_, at) => {
    if (at.tokenType !== T.StarStar) return undefined;
    return problem('NN1030', spanOf(at), 'a power is written `^`', 'write `x^2`');
  },
  ({ previous }, at) => {
    if (at.tokenType !== T.Slash || previous?.tokenType !== T.Slash) return undefined;
    return comment(previous, at);
  },
  ({ next }, at) => {
    if (at.tokenType !== T.Pipe || next?.tokenType !== T.Pipe) return undefined;
    return problem(
      'NN1030',
      { start: at.startOffset, end: T.endOf(next) },
      '`||` is not an operator here',
      'write `or`',
    );
  },
  ({ first, expected, previous }, at) => {
    if (at.tokenType !== T.Equals || expected === 'StringToken') return undefined;
    if (previous?.tokenType === T.Equals) return undefined;
    if (first.tokenType === T.If || first.tokenType === T.Require) {
      return problem('NN1030', spanOf(at), '`=` names an argument or a value', 'write `==` to compare');
    }
    return undefined;
  },
  (stop, at) => {
    const isName =
      stop.expected === 'end' ? false : spoken.get(stop.expected) === 'a name' || valueRules.has(stop.expected);
    if (!isName || !reserved.has(at.image)) return undefined;
    return problem('NN1018', spanOf(at), `\`${at.image}\` is a reserved word`, 'choose another name');
  },
  ({ first, previous, head, index, expected }, at) => {
    if (first.tokenType !== T.Command) return undefined;
    const left = previous?.image ?? '';
    const afterSign = expected === 'NumberToken' && (left === '-' || left === '/');
    if (afterSign && previous !== undefined) {
      const span = { start: previous.startOffset, end: T.endOf(at) };
      const mended =
        left === '-'
          ? `(-${written(head, index, 1)})`
          : `(${written(head, index - 2, -1)} / ${written(head, index, 1)})`;
      return problem('NN1020', span, 'a calculation as an argument needs parentheses', `write \`${mended}\``);
    }
    if (expected !== 'end' || !tokenMatcher(at, T.BinaryOperator)) return undefined;
    const mended = `(${written(head, index - 1, -1)} ${at.image} ${written(head, index + 1, 1)})`;
    return problem('NN1020', spanOf(at), 'a calculation as an argument needs parentheses', `write \`${mended}\``);
  },
  ({ first, expected, previous }, at) => {
    if (expected !== 'end' || previous?.tokenType !== T.Identifier || first.tokenType === T.Command) return undefined;
    if (at.tokenType !== T.LParen && at.tokenType !== T.LBracket) return undefined;
    const written = at.tokenType === T.LParen ? `${previous.image}(…)` : `${previous.image}[…]`;
    const message = `there is a space between \`${previous.image}\` and its \`${at.image}\``;
    return problem('NN1022', spanOf(at), message, `write \`${written}\``);
  },
  ({ expected, previous }, at) => {
    if ((expected !== 'RParen' && expected !== 'RBracket') || previous === undefined) return undefined;
    const closing = expected === 'RParen' ? ')' : ']';
    if (at.tokenType === T.Equals) {
      return problem(
        'NN1030',
        spanOf(at),
        '`=` cannot stand here',
        'write `==` to compare, `name=value` for an argument',
      );
    }
    const message = `\`,\` or \`${closing}\` is missing before \`${at.image}\``;
    return problem('NN1021', spanOf(at), message, `\`${previous.image}\` and \`${at.image}\` stand side by side`);
  },
];

/** An operand as it is shown in a help: a name or number, brackets cut short. */
const written = (head: readonly IToken[], i: number, direction: 1 | -1): string => {
  const [token, beside] = [head[i], head[i + 1]];
  if (token === undefined || !/^[\w"]/.test(token.image)) return '…';
  if (direction === 1 && beside?.tokenType === T.CallParen) return `${token.image}(…)`;
  if (direction === 1 && beside?.tokenType === T.IndexBracket) return `${token.image}[…]`;
  return token.image;
};

/** Rules that were looking for a value. */
const valueRules: ReadonlySet<string> = new Set([
  ...['expression', 'operand', 'primary', 'plain', 'literal', 'indexed', 'argument', 'ratio', 'indexItem', 'item'],
  ...['callArgument', 'domain', 'range', 'group', 'callArguments', 'arguments', 'requirement'],
]);

const leftOver = ({ first, previous }: Stop, at: IToken): SyntaxProblem =>
  problem(
    'NN1022',
    spanOf(at),
    `\`${at.image}\` is left over: the statement was complete before it`,
    leftOverHelp(first, previous, at),
  );

const leftOverHelp = (first: IToken, previous: IToken | undefined, at: IToken): string | undefined => {
  if (previous?.image === 'layer') return 'a layer is a statement: its result gets a name by `layer dense 10 as x`';
  if (keywords.has(at.image)) return 'a second statement needs a `;` or a line of its own';
  if (first.tokenType === T.Command) {
    return at.tokenType === T.Equals ? '`=` stands between an argument’s name and its value: `lr=0.1`' : undefined;
  }
  const isNamed = first.tokenType === T.Block || first.tokenType === T.Phase || first.tokenType === T.Step;
  if (!isNamed && at.tokenType === T.Identifier && previous?.tokenType === T.Identifier) {
    return `an operator is missing, or a call: \`${previous.image}(${at.image})\``;
  }
  return form(first);
};

const form = (first: IToken): string | undefined => {
  const written = forms.get(first.image);
  return written === undefined ? undefined : `it is written like \`${written}\``;
};

const missing = ({ first, previous, at, expected, end, hasBody }: Stop): SyntaxProblem => {
  if (first.tokenType === T.Require && previous?.tokenType === T.StringToken && at === undefined) {
    return problem('NN1021', spanOf(previous), 'a condition is missing before the message', form(first));
  }
  const isType = previous?.tokenType === T.Colon && expected === 'Identifier';
  const what = valueRules.has(expected) ? 'a value' : isType ? 'a type' : (spoken.get(expected) ?? 'something');
  const span = at === undefined ? { start: previous?.startOffset ?? end - 1, end } : spanOf(at);
  const where =
    at !== undefined
      ? `before \`${at.image}\``
      : hasBody
        ? 'before `{`'
        : previous === undefined
          ? 'here'
          : `after \`${previous.image}\``;
  return problem('NN1021', span, `${what} is missing ${where}`, form(first));
};
