/** What chevrotain says about a statement, said again in plain words. */
import type { IRecognitionException, IToken } from 'chevrotain';
import type { Span } from './ast.ts';
import { problem, type SyntaxProblem } from './syntax-errors.ts';
import { unknownKeyword } from './statement-errors.ts';
import * as T from './tokens.ts';

const spanOf = (token: IToken): Span => ({ start: token.startOffset, end: T.endOf(token) });

export const explainParserError = (
  error: IRecognitionException,
  head: readonly IToken[],
  text: string,
): SyntaxProblem => {
  const [first, last] = [head[0], head.at(-1)];
  if (first === undefined || last === undefined) return problem('NN1021', { start: 0, end: 0 }, 'something is missing');
  if (error.token === first || first.tokenType === T.Identifier) return unknownKeyword(first.image, spanOf(first));
  const at = Number.isNaN(error.token.startOffset) || error.token.image === '' ? undefined : error.token;
  const end = T.endOf(last);
  if (at === undefined) {
    return problem(
      'NN1021',
      { start: Math.max(end - 1, first.startOffset), end },
      `${error.message} (${text.slice(first.startOffset, end)})`,
    );
  }
  return problem('NN1022', spanOf(at), error.message);
};
