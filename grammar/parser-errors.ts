/** What stopped the parser in a statement, in plain words: the mistake that is most likely, then what to write. */
import type { IRecognitionException, IToken } from 'chevrotain';
import { tokenMatcher } from 'chevrotain';
import type { Span } from './ast.ts';
import { forms, spoken } from './expectations.ts';
import { keywords, reserved } from './keywords.ts';
import { problem, say, type SyntaxProblem } from './syntax-errors.ts';
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
  first: IToken,
  head: readonly IToken[],
  hasBody: boolean,
): SyntaxProblem => {
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
    end: T.endOf(head.at(-1) ?? first),
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
  problem(say.NN1030.comment(), { start: first.startOffset, end: T.endOf(second) });

/** What is wrong with a statement's first word. */
const wrongStart = (first: IToken, head: readonly IToken[]): SyntaxProblem | undefined => {
  const span = spanOf(first);
  const word = first.image;
  if (first.tokenType === T.Else) return problem(say.NN1025.first(), span);
  const second = head[1];
  if (reserved.has(word)) {
    if (second?.tokenType !== T.Equals && second?.tokenType !== T.Arrow) return unknownKeyword(word, span);
    return problem(say.NN1018.reserved({ word }), span);
  }
  if (first.tokenType !== T.Identifier) {
    if (first.tokenType === T.Slash && second?.tokenType === T.Slash) return comment(first, second);
    if (/^[A-Za-z_]/.test(word)) return undefined;
    return problem(say.NN1017.sign({ sign: word }), span);
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
      return problem(say.NN1032.target(), target);
    }
    last = token;
  }
  if (second?.tokenType === T.CallParen) {
    return problem(say.NN1017.call({ name: word }), span);
  }
  return unknownKeyword(word, span);
};

/** Mistakes that are known by where they are met, the surest first. */
const guesses: readonly Guess[] = [
  (_, at) => {
    if (at.tokenType !== T.Arrow) return undefined;
    return problem(say.NN1019.arrow(), spanOf(at));
  },
  (_, at) => {
    if (at.tokenType !== T.StarStar) return undefined;
    return problem(say.NN1030.power(), spanOf(at));
  },
  ({ previous }, at) => {
    if (at.tokenType !== T.Slash || previous?.tokenType !== T.Slash) return undefined;
    return comment(previous, at);
  },
  ({ next }, at) => {
    if (at.tokenType !== T.Pipe || next?.tokenType !== T.Pipe) return undefined;
    return problem(say.NN1030.or(), { start: at.startOffset, end: T.endOf(next) });
  },
  ({ first, expected, previous }, at) => {
    if (at.tokenType !== T.Equals || expected === 'StringToken') return undefined;
    if (previous?.tokenType === T.Equals) return undefined;
    if (first.tokenType === T.If || first.tokenType === T.Require) {
      return problem(say.NN1030.comparison(), spanOf(at));
    }
    return undefined;
  },
  (stop, at) => {
    const isName =
      stop.expected === 'end' ? false : spoken.get(stop.expected) === 'a name' || valueRules.has(stop.expected);
    if (!isName || !reserved.has(at.image)) return undefined;
    return problem(say.NN1018.reserved({ word: at.image }), spanOf(at));
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
      return problem(say.NN1020.calculation({ mended }), span);
    }
    if (expected !== 'end' || !tokenMatcher(at, T.BinaryOperator)) return undefined;
    const mended = `(${written(head, index - 1, -1)} ${at.image} ${written(head, index + 1, 1)})`;
    return problem(say.NN1020.calculation({ mended }), spanOf(at));
  },
  ({ first, expected, previous }, at) => {
    if (expected !== 'end' || previous?.tokenType !== T.Identifier || first.tokenType === T.Command) return undefined;
    if (at.tokenType !== T.LParen && at.tokenType !== T.LBracket) return undefined;
    const [name, bracket] = [previous.image, at.image];
    const mended = at.tokenType === T.LParen ? `${name}(…)` : `${name}[…]`;
    return problem(say.NN1022.space({ name, bracket, mended }), spanOf(at));
  },
  ({ expected, previous }, at) => {
    if ((expected !== 'RParen' && expected !== 'RBracket') || previous === undefined) return undefined;
    const closing = expected === 'RParen' ? ')' : ']';
    if (at.tokenType === T.Equals) return problem(say.NN1030.equals(), spanOf(at));
    return problem(say.NN1021.comma({ closing, before: previous.image, after: at.image }), spanOf(at));
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
  problem(saidOf(first, previous, at), spanOf(at));

/** What is left over, by what it may have been meant as. */
const saidOf = (first: IToken, previous: IToken | undefined, at: IToken) => {
  const word = at.image;
  if (previous?.image === 'layer') return say.NN1022.layer({ word });
  if (keywords.has(word)) return say.NN1022.statement({ word });
  if (first.tokenType === T.Command)
    return at.tokenType === T.Equals ? say.NN1022.equals({ word }) : say.NN1022.word({ word });
  const isNamed = first.tokenType === T.Block || first.tokenType === T.Phase || first.tokenType === T.Step;
  if (!isNamed && at.tokenType === T.Identifier && previous?.tokenType === T.Identifier)
    return say.NN1022.operator({ word, previous: previous.image });
  return say.NN1022.word({ word, form: forms.get(first.image) });
};

const missing = ({ first, previous, at, expected, end, hasBody }: Stop): SyntaxProblem => {
  if (first.tokenType === T.Require && previous?.tokenType === T.StringToken && at === undefined) {
    return problem(say.NN1021.condition({ form: forms.get(first.image) }), spanOf(previous));
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
  return problem(say.NN1021.part({ what, where, form: forms.get(first.image) }), span);
};
