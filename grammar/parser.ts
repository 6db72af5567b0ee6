/** Parses a `.nn` text: lexer → layout → the rules of each statement → the tree, with every problem of the text. */
import type { IToken } from 'chevrotain';
import type { Body, Comment, File, Statement } from './ast.ts';
import { explainParserError } from './parser-errors.ts';
import { arrange, type Piece } from './layout.ts';
import { StatementParser } from './statement-rules.ts';
import { problem, say, type SyntaxProblem } from './syntax-errors.ts';
import { unreadable } from './unreadable.ts';
import * as T from './tokens.ts';

/** One instance serves all calls: building it is slow, and each statement resets it. */
const statements = new StatementParser(true);

const mostProblems = 100;
/** `else if` in a row; each nests in the one before it. */
const longestChain = 100;

export const parse = (text: string): { file: File; problems: readonly SyntaxProblem[] } => {
  const span = { start: 0, end: text.length };
  const wrong = unreadable(text);
  if (wrong !== undefined) return { file: { statements: [], comments: [], span }, problems: [wrong] };
  const { tokens, comments } = T.tokenize(text);
  if (tokens.every((token) => token.tokenType === T.Newline || token.tokenType === T.Semicolon)) {
    const empty = problem(say.NN1001.empty(), span);
    return { file: { statements: [], comments: commentsOf(text, comments), span }, problems: [empty] };
  }
  const layout = arrange(text, tokens);
  const assembler = new Assembler(documentationOf(text, tokens, comments));
  const file: File = { statements: assembler.statements(layout.pieces), comments: commentsOf(text, comments), span };
  const problems = [...layout.problems, ...assembler.problems].sort((a, b) => a.span.start - b.span.start);
  return { file, problems: problems.slice(0, mostProblems) };
};

const noBody: Body = { type: 'body', statements: [], span: { start: 0, end: 0 } };

class Assembler {
  readonly problems: SyntaxProblem[] = [];
  private readonly documentation: ReadonlyMap<number, string>;

  constructor(documentation: ReadonlyMap<number, string>) {
    this.documentation = documentation;
  }

  statements(pieces: readonly Piece[]): readonly Statement[] {
    const result: Statement[] = [];
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i];
      if (piece === undefined) break;
      const branches: Piece[] = [];
      if (piece.head[0]?.tokenType === T.If) {
        for (let next = pieces[i + 1]; next?.head[0]?.tokenType === T.Else; next = pieces[i + 1]) {
          branches.push(next);
          i++;
        }
      }
      const statement = branches.length === 0 ? this.statement(piece, piece.head) : this.chain(piece, branches);
      if (statement !== undefined) result.push(statement);
    }
    return result;
  }

  private body(piece: Piece): Body | undefined {
    if (piece.body === undefined) return undefined;
    return { type: 'body', statements: this.statements(piece.body.pieces), span: piece.body.span };
  }

  private statement(piece: Piece, head: readonly IToken[]): Statement | undefined {
    const first = head[0];
    if (first === undefined) return undefined;
    const body = this.body(piece);
    if (piece.damaged || this.problems.length >= mostProblems) return undefined;
    const statement = statements.read(head, {
      body: body ?? noBody,
      hasBody: body !== undefined,
      documentation: this.documentation.get(first.startOffset),
    });
    const [error] = statements.errors;
    if (error !== undefined || statement === undefined) {
      if (error !== undefined) this.problems.push(explainParserError(error, first, head, body !== undefined));
      return undefined;
    }
    this.problems.push(...statements.noticed);
    this.checkBody(statement, head, body);
    return statement;
  }

  private checkBody(statement: Statement, head: readonly IToken[], body: Body | undefined): void {
    const [first, last] = [head[0], head.at(-1)];
    if (first === undefined || last === undefined) return;
    const word = first.image;
    const takes = 'body' in statement || 'then' in statement;
    const short = statement.type === 'def' && statement.body.type !== 'body';
    if (body === undefined && takes && !short) {
      const end = T.endOf(last);
      const said = statement.type === 'def' ? say.NN1023.def() : say.NN1023.statement({ word });
      this.problems.push(problem(said, { start: first.startOffset, end }));
    }
    if (body !== undefined && (!takes || short)) {
      const said = short ? say.NN1024.def() : say.NN1024.statement({ word });
      const span = { start: body.span.start, end: body.span.start + 1 };
      this.problems.push(problem(said, span));
    }
  }

  /** `if a { … } else if b { … } else { … }`: each `else if` is a body of one statement. */
  private chain(first: Piece, branches: readonly Piece[]): Statement | undefined {
    let otherwise: Body | undefined;
    const long = branches[longestChain];
    if (long !== undefined) {
      this.problems.push(problem(say.NN1005.chain({ most: longestChain }), long.span));
      return undefined;
    }
    for (const [i, piece] of [...branches.entries()].reverse()) {
      const isLast = i === branches.length - 1;
      const statement = this.branch(piece, otherwise, isLast);
      if (statement !== undefined) otherwise = statement;
    }
    const statement = this.statement(first, first.head);
    if (statement?.type !== 'if') return undefined;
    return {
      ...statement,
      else: otherwise,
      span: { start: statement.span.start, end: otherwise?.span.end ?? statement.span.end },
    };
  }

  private branch(piece: Piece, otherwise: Body | undefined, isLast: boolean): Body | undefined {
    const [word, second, ...rest] = piece.head;
    if (word === undefined) return undefined;
    if (second === undefined) {
      if (!isLast) this.problems.push(problem(say.NN1025.again(), piece.span));
      const body = this.body(piece);
      if (body === undefined) this.problems.push(problem(say.NN1023.statement({ word: 'else' }), piece.span));
      return body;
    }
    const isIf = second.image === 'if';
    if (!isIf) {
      const span = { start: second.startOffset, end: T.endOf(second) };
      this.problems.push(problem(say.NN1022.elseCondition(), span));
      return this.body(piece);
    }
    const inner = this.statement(piece, [T.retyped(second, T.If), ...rest]);
    if (inner?.type !== 'if') return undefined;
    const span = { start: inner.span.start, end: otherwise?.span.end ?? inner.span.end };
    return { type: 'body', statements: [{ ...inner, else: otherwise, span }], span };
  }
}

const commentsOf = (text: string, comments: readonly IToken[]): readonly Comment[] =>
  comments.map((token) => {
    const documentation = token.image.startsWith('##');
    const ownLine = startsLine(text, token.startOffset);
    const span = { start: token.startOffset, end: T.endOf(token) };
    return { text: token.image.slice(documentation ? 2 : 1), documentation, ownLine, span };
  });

/** Looks back over blanks and semicolons alone, so that many comments stay cheap. */
const startsLine = (text: string, offset: number): boolean => {
  let at = offset - 1;
  while (at >= 0 && /[ \t;\uFEFF]/.test(text.charAt(at))) at--;
  return at < 0 || /[\r\n]/.test(text.charAt(at));
};

/** For each `def`, by its offset, the `##` lines directly above it. */
const documentationOf = (
  text: string,
  tokens: readonly IToken[],
  comments: readonly IToken[],
): ReadonlyMap<number, string> => {
  const found = new Map<number, string>();
  let next = 0;
  for (const token of tokens) {
    if (token.tokenType === T.Newline || token.tokenType === T.Semicolon) continue;
    const lines: string[] = [];
    let end = 0;
    const isNextLine = (offset: number): boolean => /^(?:\r\n|\r|\n)[ \t;]*$/.test(text.slice(end, offset));
    for (; ; next++) {
      const comment = comments[next];
      if (comment === undefined || comment.startOffset > token.startOffset) break;
      const isPart = comment.image.startsWith('##') && startsLine(text, comment.startOffset);
      if (!isPart || (lines.length > 0 && !isNextLine(comment.startOffset))) lines.length = 0;
      if (isPart) lines.push(comment.image.slice(2).replace(/^ /, '').trimEnd());
      end = T.endOf(comment);
    }
    if (token.image === 'def' && lines.length > 0 && isNextLine(token.startOffset)) {
      found.set(token.startOffset, lines.join('\n'));
    }
  }
  return found;
};
