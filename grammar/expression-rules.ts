/** The grammar of expressions and of statements' arguments. */
import { EmbeddedActionsParser, type IOrAlt, type IToken } from 'chevrotain';
import type * as Ast from './ast.ts';
import { expectations } from './expectations.ts';
import { binaryOperator, resolve, type Operand, type OperatorToken } from './operators.ts';
import { problem, say, type SyntaxProblem } from './syntax-errors.ts';
import * as T from './tokens.ts';

export type List = Extract<Ast.Expression, { type: 'list' }>;

export const spanOf = (token: IToken): Ast.Span => ({ start: token.startOffset, end: T.endOf(token) });
export const identifier = (token: IToken): Ast.Identifier => ({ text: token.image, span: spanOf(token) });
const number = (token: IToken): Ast.Expression => {
  return { type: 'number', value: Number(token.image), text: token.image, span: spanOf(token) };
};
export const unquoted = (image: string): string => image.replace(/^["']|["']$/g, '').replace(/\\(["\\])/g, '$1');

/** Alternatives that capture nothing are made once: chevrotain's closures are otherwise most of a parse's garbage. */
export abstract class ExpressionRules extends EmbeddedActionsParser {
  /** What was noticed while a statement parsed well. */
  noticed: SyntaxProblem[] = [];

  constructor(skipValidations: boolean) {
    super(T.vocabulary, { maxLookahead: 2, skipValidations, errorMessageProvider: expectations });
  }

  /** What was read from a place up to the last token. */
  protected since(start: number): Ast.Span {
    return { start, end: T.endOf(this.LA(0)) };
  }

  // ------------------------------------------------------------------------------------------ arguments

  protected readonly namedArguments = this.RULE('namedArguments', (): readonly Ast.Argument[] => {
    const named: Ast.Argument[] = [];
    this.MANY(() => named.push(this.SUBRULE(this.namedArgument)));
    return named;
  });

  protected readonly namedArgument = this.RULE('namedArgument', (): Ast.Argument => {
    const name = this.CONSUME(T.Identifier);
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.argument);
    return this.ACTION(() => ({ name: identifier(name), value, span: this.since(name.startOffset) }));
  });

  protected readonly arguments_ = this.RULE('arguments', (): readonly Ast.Expression[] => {
    const values: Ast.Expression[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => values.push(this.SUBRULE(this.argument)) });
    return values;
  });

  /** An argument of a statement: a calculation needs parentheses here. */
  protected readonly argument = this.RULE('argument', (): Ast.Expression => this.OR(this.anyArgument));

  protected readonly anyArgument: IOrAlt<Ast.Expression>[] = [
    { ALT: () => this.SUBRULE(this.ratio) },
    { ALT: () => this.SUBRULE(this.literal) },
    { ALT: () => this.SUBRULE(this.indexed) },
  ];

  /** `[-]number{/number}`. */
  protected readonly ratio = this.RULE('ratio', (): Ast.Expression => {
    let minus: IToken | undefined;
    this.OPTION(() => {
      minus = this.CONSUME(T.Minus);
    });
    const first = this.CONSUME1(T.NumberToken);
    const rest: Ast.Expression[] = [];
    this.MANY(() => {
      this.CONSUME(T.Slash);
      rest.push(number(this.CONSUME2(T.NumberToken)));
    });
    return this.ACTION((): Ast.Expression => {
      const value = this.negated(number(first), minus);
      if (rest.length === 0) return value;
      return { type: 'ratio', parts: [value, ...rest], span: this.since(value.span.start) };
    });
  });

  private negated(value: Ast.Expression, minus: IToken | undefined): Ast.Expression {
    if (minus === undefined) return value;
    if (T.endOf(minus) !== value.span.start) {
      this.noticed.push(problem(say.NN1031.minus(), spanOf(minus)));
    }
    return { type: 'unary', operator: '-', of: value, span: { start: minus.startOffset, end: value.span.end } };
  }

  protected readonly selector = this.RULE('selector', (): Ast.Selector => {
    const path = this.SUBRULE(this.path);
    return this.ACTION(() => ({ parts: path.parts, span: path.span }));
  });

  // ------------------------------------------------------------------------------------------ expressions

  /** One flat row of operands and operators; operators.ts makes the tree. */
  protected readonly expression = this.RULE('expression', (): Ast.Expression => {
    const first = this.SUBRULE1(this.operand);
    const rest: { operator: OperatorToken<Ast.BinaryOperator>; operand: Operand }[] = [];
    this.MANY(() => {
      const operator = this.CONSUME(T.BinaryOperator);
      const operand = this.SUBRULE2(this.operand);
      rest.push({ operator: { operator: binaryOperator(operator.image), span: spanOf(operator) }, operand });
    });
    return this.ACTION(() =>
      resolve({ first, rest }, (span) => {
        this.noticed.push(problem(say.NN1027.chain(), span));
      }),
    );
  });

  protected readonly operand = this.RULE('operand', (): Operand => {
    const prefixes: OperatorToken<Ast.UnaryOperator>[] = [];
    this.MANY(() => {
      const prefix = this.CONSUME(T.Prefix);
      prefixes.push({ operator: prefix.image === 'not' ? 'not' : '-', span: spanOf(prefix) });
    });
    const value = this.SUBRULE(this.primary);
    return { prefixes, value };
  });

  protected readonly primary = this.RULE('primary', (): Ast.Expression => this.OR(this.anyPrimary));

  protected readonly anyPrimary: IOrAlt<Ast.Expression>[] = [
    { ALT: () => number(this.CONSUME(T.NumberToken)) },
    { ALT: () => this.SUBRULE(this.literal) },
    { ALT: () => this.SUBRULE(this.indexed) },
  ];

  protected readonly literal = this.RULE('literal', (): Ast.Expression => this.OR(this.anyLiteral));

  protected readonly anyLiteral: IOrAlt<Ast.Expression>[] = [
    {
      ALT: () => {
        const token = this.CONSUME(T.Size);
        return { type: 'size', sizes: token.image.split('x').map(Number), span: spanOf(token) };
      },
    },
    {
      ALT: () => {
        const token = this.CONSUME(T.StringToken);
        return { type: 'string', value: unquoted(token.image), span: spanOf(token) };
      },
    },
    { ALT: () => ({ type: 'boolean', value: true, span: spanOf(this.CONSUME(T.True)) }) },
    { ALT: () => ({ type: 'boolean', value: false, span: spanOf(this.CONSUME(T.False)) }) },
    { ALT: () => ({ type: 'none', span: spanOf(this.CONSUME(T.None)) }) },
  ];

  /** A name, call, list or group, and what is indexed out of it. */
  protected readonly indexed = this.RULE('indexed', (): Ast.Expression => {
    let value = this.OR(this.anyIndexed);
    this.MANY(() => {
      const items: Ast.IndexItem[] = [];
      this.CONSUME(T.IndexBracket);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.indexItem)) });
      this.CONSUME(T.RBracket);
      this.ACTION(() => {
        value = { type: 'index', of: value, items, span: this.since(value.span.start) };
      });
    });
    return value;
  });

  protected readonly anyIndexed: IOrAlt<Ast.Expression>[] = [
    { ALT: () => this.SUBRULE(this.pathOrCall) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.group) },
  ];

  protected readonly pathOrCall = this.RULE('pathOrCall', (): Ast.Expression => {
    const path = this.SUBRULE(this.path);
    let args: readonly Ast.Argument[] | undefined;
    this.OPTION(() => {
      args = this.SUBRULE(this.callArguments);
    });
    return this.ACTION((): Ast.Expression => {
      if (args === undefined) return path;
      return { type: 'call', callee: path, args, span: this.since(path.span.start) };
    });
  });

  protected readonly callArguments = this.RULE('callArguments', (): readonly Ast.Argument[] => {
    const args: Ast.Argument[] = [];
    this.CONSUME(T.CallParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => args.push(this.SUBRULE(this.callArgument)) });
    this.CONSUME(T.RParen);
    return args;
  });

  protected readonly callArgument = this.RULE('callArgument', (): Ast.Argument => {
    let name: IToken | undefined;
    const first = this.LA(1);
    this.OPTION(() => {
      name = this.CONSUME(T.Identifier);
      this.CONSUME(T.Equals);
    });
    const value = this.SUBRULE(this.expression);
    return this.ACTION(() => {
      return { name: name === undefined ? undefined : identifier(name), value, span: this.since(first.startOffset) };
    });
  });

  protected readonly path = this.RULE('path', (): Ast.PathExpression => {
    const parts: Ast.Identifier[] = [];
    this.OR1([
      { ALT: () => parts.push(identifier(this.CONSUME1(T.Identifier))) },
      { ALT: () => parts.push(identifier(this.CONSUME1(T.PathStar))) },
      { ALT: () => parts.push(identifier(this.CONSUME1(T.StarStar))) },
    ]);
    this.MANY(() => {
      this.CONSUME(T.Dot);
      this.OR2([
        { ALT: () => parts.push(identifier(this.CONSUME2(T.Identifier))) },
        { ALT: () => parts.push(identifier(this.CONSUME2(T.NumberToken))) },
        { ALT: () => parts.push(identifier(this.CONSUME2(T.PathStar))) },
        { ALT: () => parts.push(identifier(this.CONSUME2(T.StarStar))) },
      ]);
    });
    return this.ACTION(() => {
      const [first, last] = [parts[0], parts.at(-1)];
      return { type: 'path', parts, span: { start: first?.span.start ?? 0, end: last?.span.end ?? 0 } };
    });
  });

  protected readonly group = this.RULE('group', (): Ast.Expression => {
    const open = this.CONSUME(T.LParen);
    const of = this.SUBRULE(this.expression);
    this.CONSUME(T.RParen);
    return this.ACTION((): Ast.Expression => ({ type: 'group', of, span: this.since(open.startOffset) }));
  });

  protected readonly anyBracket: IOrAlt<IToken>[] = [
    { ALT: () => this.CONSUME(T.LBracket) },
    { ALT: () => this.CONSUME(T.IndexBracket) },
  ];

  protected readonly list = this.RULE('list', (): List => {
    const items: Ast.Item[] = [];
    const open = this.OR(this.anyBracket);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.item)) });
    this.CONSUME(T.RBracket);
    return this.ACTION((): List => ({ type: 'list', items, span: this.since(open.startOffset) }));
  });

  protected readonly item = this.RULE('item', (): Ast.Item => {
    let star: IToken | undefined;
    this.OPTION(() => {
      star = this.CONSUME(T.Star);
    });
    const of = this.SUBRULE(this.expression);
    return this.ACTION((): Ast.Item => {
      if (star === undefined) return of;
      return { type: 'splat', of, span: { start: star.startOffset, end: of.span.end } };
    });
  });

  protected readonly indexItem = this.RULE('indexItem', (): Ast.IndexItem => {
    const first = this.LA(1);
    let start: Ast.Expression | undefined;
    let tail: SliceTail | undefined;
    let isRest = false;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Ellipsis);
          isRest = true;
        },
      },
      {
        ALT: () => {
          tail = this.SUBRULE1(this.sliceTail);
        },
      },
      {
        ALT: () => {
          start = this.SUBRULE(this.expression);
          this.OPTION(() => {
            tail = this.SUBRULE2(this.sliceTail);
          });
        },
      },
    ]);
    return this.ACTION((): Ast.IndexItem => {
      const span = this.since(first.startOffset);
      if (isRest) return { type: 'rest', span };
      if (start !== undefined && tail === undefined) return start;
      return { type: 'slice', start, end: tail?.end, step: tail?.step, span };
    });
  });

  /** `:end:step` behind where a slice starts. */
  private readonly sliceTail = this.RULE('sliceTail', (): SliceTail => {
    let end: Ast.Expression | undefined;
    let step: Ast.Expression | undefined;
    this.CONSUME1(T.Colon);
    this.OPTION1(() => {
      end = this.SUBRULE1(this.expression);
    });
    this.OPTION2(() => {
      this.CONSUME2(T.Colon);
      this.OPTION3(() => {
        step = this.SUBRULE2(this.expression);
      });
    });
    return { end, step };
  });
}

interface SliceTail {
  readonly end: Ast.Expression | undefined;
  readonly step: Ast.Expression | undefined;
}
