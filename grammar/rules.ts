/** The grammar of one statement: chevrotain rules over the tokens that layout.ts has placed. */
import { EmbeddedActionsParser, type IOrAlt, type IToken } from 'chevrotain';
import type * as Ast from './ast.ts';
import { expectations } from './expectations.ts';
import { isCommandKeyword, isSort } from './keywords.ts';
import { binaryOperator, resolve, type Operand, type OperatorToken } from './operators.ts';
import { problem, type SyntaxProblem } from './syntax-errors.ts';
import { clauseProblem, unknownSort } from './statement-errors.ts';
import * as T from './tokens.ts';

type List = Extract<Ast.Expression, { type: 'list' }>;

/** What stands beside the head of a statement: its body in braces, and the comment above it. */
export interface Surroundings {
  readonly body: Ast.Body;
  readonly hasBody: boolean;
  readonly documentation: string | undefined;
}

const spanOf = (token: IToken): Ast.Span => ({ start: token.startOffset, end: T.endOf(token) });
const identifier = (token: IToken): Ast.Identifier => ({ text: token.image, span: spanOf(token) });
const number = (token: IToken): Ast.Expression => {
  return { type: 'number', value: Number(token.image), text: token.image, span: spanOf(token) };
};
const unquoted = (image: string): string => image.replace(/^["']|["']$/g, '').replace(/\\(["\\])/g, '$1');

/** Alternatives that capture nothing are made once: chevrotain's closures are otherwise most of a parse's garbage. */
export class StatementParser extends EmbeddedActionsParser {
  /** What was noticed while a statement parsed well. */
  noticed: SyntaxProblem[] = [];
  private surroundings: Surroundings = {
    body: { type: 'body', statements: [], span: { start: 0, end: 0 } },
    hasBody: false,
    documentation: undefined,
  };

  constructor(skipValidations: boolean) {
    super(T.vocabulary, { maxLookahead: 2, skipValidations, errorMessageProvider: expectations });
    this.performSelfAnalysis();
  }

  /** Parses one statement; undefined when it is wrong: then `errors` says why. */
  read(head: readonly IToken[], surroundings: Surroundings): Ast.Statement | undefined {
    this.surroundings = surroundings;
    this.noticed = [];
    this.input = [...head];
    return this.statement();
  }

  private since(start: number): Ast.Span {
    return { start, end: T.endOf(this.LA(0)) };
  }

  /** The span of a whole statement whose head has just been read. */
  private whole(start: number): Ast.Span {
    return { start, end: this.surroundings.hasBody ? this.surroundings.body.span.end : T.endOf(this.LA(0)) };
  }

  // ------------------------------------------------------------------------------------------ statements

  private readonly anyStatement: IOrAlt<Ast.Statement>[] = [
    { ALT: () => this.SUBRULE(this.command) },
    { ALT: () => this.SUBRULE(this.definition) },
    { ALT: () => this.SUBRULE(this.hyper) },
    { ALT: () => this.SUBRULE(this.port) },
    { ALT: () => this.SUBRULE(this.weight) },
    { ALT: () => this.SUBRULE(this.state) },
    { ALT: () => this.SUBRULE(this.update) },
    { ALT: () => this.SUBRULE(this.assignment) },
    { ALT: () => this.SUBRULE(this.requirement) },
    { ALT: () => this.SUBRULE(this.block) },
    { ALT: () => this.SUBRULE(this.repetition) },
    { ALT: () => this.SUBRULE(this.condition) },
    { ALT: () => this.SUBRULE(this.scan) },
    { ALT: () => this.SUBRULE(this.phase) },
    { ALT: () => this.SUBRULE(this.step) },
  ];

  readonly statement = this.RULE('statement', (): Ast.Statement => this.OR(this.anyStatement));

  private readonly command = this.RULE('command', (): Ast.Statement => {
    const keyword = this.CONSUME(T.Command);
    const args: Ast.Argument[] = [];
    let from: readonly Ast.Expression[] | undefined;
    let on: Ast.Selector | undefined;
    let target: Ast.Selector | undefined;
    let as: Ast.Identifier | undefined;
    let late: IToken | undefined;
    this.MANY(() => {
      const first = this.LA(1);
      this.OR([
        {
          ALT: () => {
            const argument = this.SUBRULE(this.namedArgument);
            late = first;
            args.push(argument);
          },
        },
        {
          ALT: () => {
            const value = this.SUBRULE(this.argument);
            this.ACTION(() => {
              if (late !== undefined) this.noticeLate(value);
              args.push({ name: undefined, value, span: value.span });
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.From);
            this.ACTION(() => this.noticeClause(keyword, first, from !== undefined));
            from = this.SUBRULE(this.arguments_);
            late = first;
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.On);
            this.ACTION(() => this.noticeClause(keyword, first, on !== undefined));
            on = this.SUBRULE1(this.selector);
            late = first;
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.For);
            this.ACTION(() => this.noticeClause(keyword, first, target !== undefined));
            target = this.SUBRULE2(this.selector);
            late = first;
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.As);
            this.ACTION(() => this.noticeClause(keyword, first, as !== undefined));
            as = identifier(this.CONSUME(T.Identifier));
            late = first;
          },
        },
      ]);
    });
    return this.ACTION((): Ast.Statement => {
      const word = isCommandKeyword(keyword.image) ? keyword.image : 'layer';
      const span = this.whole(keyword.startOffset);
      return { type: 'command', keyword: word, keywordSpan: spanOf(keyword), args, from, on, for: target, as, span };
    });
  });

  private readonly definition = this.RULE('definition', (): Ast.Statement => {
    const start = this.CONSUME(T.Def);
    const sort = this.CONSUME1(T.Identifier);
    const name = this.CONSUME2(T.Identifier);
    let parameters: readonly Ast.Parameter[] = [];
    this.OPTION(() => {
      parameters = this.SUBRULE(this.parameters);
    });
    let short: Ast.Expression | undefined;
    this.OPTION1(() => {
      this.CONSUME(T.Equals);
      short = this.SUBRULE(this.expression);
    });
    return this.ACTION((): Ast.Statement => {
      if (!isSort(sort.image)) this.noticed.push(unknownSort(sort.image, spanOf(sort)));
      return {
        type: 'def',
        sort: isSort(sort.image) ? sort.image : 'fn',
        name: identifier(name),
        parameters,
        body: short ?? this.surroundings.body,
        documentation: this.surroundings.documentation,
        span: this.whole(start.startOffset),
      };
    });
  });

  private readonly parameters = this.RULE('parameters', (): readonly Ast.Parameter[] => {
    this.OR([{ ALT: () => this.CONSUME(T.LParen) }, { ALT: () => this.CONSUME(T.CallParen) }]);
    const parameters: Ast.Parameter[] = [];
    this.MANY_SEP({ SEP: T.Comma, DEF: () => parameters.push(this.SUBRULE(this.parameter)) });
    this.CONSUME(T.RParen);
    return parameters;
  });

  private readonly parameter = this.RULE('parameter', (): Ast.Parameter => {
    const name = this.CONSUME1(T.Identifier);
    let types: Ast.Identifier[] | undefined;
    let variadic = false;
    let value: Ast.Expression | undefined;
    this.OPTION1(() => {
      this.CONSUME(T.Colon);
      const words: Ast.Identifier[] = [];
      this.AT_LEAST_ONE_SEP({ SEP: T.Pipe, DEF: () => words.push(identifier(this.CONSUME2(T.Identifier))) });
      types = words;
      this.OPTION2(() => {
        this.CONSUME(T.Ellipsis);
        variadic = true;
      });
    });
    this.OPTION3(() => {
      this.CONSUME(T.Equals);
      value = this.SUBRULE(this.expression);
    });
    return this.ACTION(() => {
      return { name: identifier(name), types, variadic, default: value, span: this.since(name.startOffset) };
    });
  });

  private readonly hyper = this.RULE('hyper', (): Ast.Statement => {
    const start = this.CONSUME(T.Hyper);
    const name = this.CONSUME(T.Identifier);
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    let domain: Ast.Domain | undefined;
    this.OPTION(() => {
      this.CONSUME(T.In);
      domain = this.SUBRULE(this.domain);
    });
    return this.ACTION((): Ast.Statement => {
      return { type: 'hyper', name: identifier(name), value, domain, span: this.whole(start.startOffset) };
    });
  });

  private readonly domain = this.RULE('domain', (): Ast.Domain => {
    return this.OR<Ast.Domain>([
      {
        // A range between lists means nothing, so `[` is a list of choices.
        IGNORE_AMBIGUITIES: true,
        ALT: () => {
          const list = this.SUBRULE(this.list);
          return this.ACTION((): Ast.Domain => ({ type: 'choices', items: list.items, span: list.span }));
        },
      },
      {
        ALT: () => {
          const first = this.LA(1);
          let scale: 'linear' | 'log' = 'linear';
          this.OPTION(() => {
            this.CONSUME(T.LogScale);
            scale = 'log';
          });
          const range = this.SUBRULE(this.range);
          return this.ACTION((): Ast.Domain => {
            return { type: 'range', scale, low: range.low, high: range.high, span: this.since(first.startOffset) };
          });
        },
      },
    ]);
  });

  private readonly range = this.RULE('range', (): { low: Ast.Expression; high: Ast.Expression; span: Ast.Span } => {
    const low = this.SUBRULE1(this.expression);
    this.CONSUME(T.DotDot);
    const high = this.SUBRULE2(this.expression);
    return this.ACTION(() => ({ low, high, span: { start: low.span.start, end: high.span.end } }));
  });

  private readonly port = this.RULE('port', (): Ast.Statement => {
    const role = this.CONSUME(T.Port);
    const name = this.CONSUME(T.Identifier);
    this.CONSUME(T.Colon);
    const portType = this.SUBRULE(this.portType);
    let range: { low: Ast.Expression; high: Ast.Expression; span: Ast.Span } | undefined;
    let distribution: Ast.Expression | undefined;
    this.OPTION1(() => {
      this.CONSUME(T.In);
      range = this.SUBRULE(this.range);
    });
    this.OPTION2(() => {
      this.CONSUME(T.Equals);
      distribution = this.SUBRULE(this.expression);
    });
    return this.ACTION((): Ast.Statement => {
      const word = role.image === 'target' ? 'target' : role.image === 'noise' ? 'noise' : 'input';
      const span = this.whole(role.startOffset);
      return { type: 'port', role: word, name: identifier(name), portType, range, distribution, span };
    });
  });

  private readonly portType = this.RULE('portType', (): Ast.PortType => {
    const kind = this.CONSUME(T.Identifier);
    let items: readonly Ast.Item[] = [];
    let positions: readonly Ast.Item[] | undefined;
    this.OPTION1(() => {
      items = this.SUBRULE1(this.list, { LABEL: 'shape' }).items;
      this.OPTION2(() => {
        positions = this.SUBRULE2(this.list).items;
      });
    });
    return this.ACTION(() => ({ kind: identifier(kind), items, positions, span: this.since(kind.startOffset) }));
  });

  private readonly weight = this.RULE('weight', (): Ast.Statement => {
    const start = this.CONSUME(T.Weight);
    const name = this.CONSUME(T.Identifier);
    this.CONSUME(T.Colon);
    const shape = this.SUBRULE(this.list);
    let init: Ast.Argument | undefined;
    this.OPTION(() => {
      init = this.SUBRULE(this.namedArgument);
    });
    return this.ACTION((): Ast.Statement => {
      if (init !== undefined && init.name?.text !== 'init') {
        const span = init.name?.span ?? init.span;
        this.noticed.push(problem('NN1022', span, 'a weight takes `init=` and nothing else'));
      }
      const span = this.whole(start.startOffset);
      return { type: 'weight', name: identifier(name), shape, init: init?.value, span };
    });
  });

  private readonly state = this.RULE('state', (): Ast.Statement => {
    const start = this.CONSUME(T.State);
    const name = this.CONSUME(T.Identifier);
    let shape: List | undefined;
    this.OPTION(() => {
      this.CONSUME(T.Colon);
      shape = this.SUBRULE(this.list);
    });
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Ast.Statement => {
      return { type: 'state', name: identifier(name), shape, value, span: this.whole(start.startOffset) };
    });
  });

  private readonly update = this.RULE('update', (): Ast.Statement => {
    const name = this.CONSUME(T.UpdateName);
    this.CONSUME(T.Arrow);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Ast.Statement => {
      return { type: 'update', name: identifier(name), value, span: this.whole(name.startOffset) };
    });
  });

  private readonly assignment = this.RULE('assignment', (): Ast.Statement => {
    const name = this.CONSUME(T.AssignName);
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Ast.Statement => {
      return { type: 'assign', name: identifier(name), value, span: this.whole(name.startOffset) };
    });
  });

  private readonly requirement = this.RULE('requirement', (): Ast.Statement => {
    const start = this.CONSUME(T.Require);
    const condition = this.SUBRULE(this.expression);
    const message = this.CONSUME(T.StringToken);
    return this.ACTION((): Ast.Statement => {
      return { type: 'require', condition, message: unquoted(message.image), span: this.whole(start.startOffset) };
    });
  });

  private readonly block = this.RULE('block', (): Ast.Statement => {
    const start = this.CONSUME(T.Block);
    const name = this.CONSUME(T.Identifier);
    return this.ACTION((): Ast.Statement => {
      const { body } = this.surroundings;
      return { type: 'block', name: identifier(name), body, span: this.whole(start.startOffset) };
    });
  });

  private readonly repetition = this.RULE('repetition', (): Ast.Statement => {
    const start = this.CONSUME(T.Repeat);
    let each: Ast.Identifier | undefined;
    let as: Ast.Identifier | undefined;
    this.OPTION1(() => {
      each = identifier(this.CONSUME1(T.Identifier));
      this.CONSUME(T.In);
    });
    const count = this.SUBRULE(this.expression);
    this.OPTION2(() => {
      this.CONSUME(T.As);
      as = identifier(this.CONSUME2(T.Identifier));
    });
    return this.ACTION((): Ast.Statement => {
      const { body } = this.surroundings;
      return { type: 'repeat', count, each, as, body, span: this.whole(start.startOffset) };
    });
  });

  private readonly condition = this.RULE('condition', (): Ast.Statement => {
    const start = this.CONSUME(T.If);
    const condition = this.SUBRULE(this.expression);
    return this.ACTION((): Ast.Statement => {
      const { body } = this.surroundings;
      return { type: 'if', condition, then: body, else: undefined, span: this.whole(start.startOffset) };
    });
  });

  private readonly scan = this.RULE('scan', (): Ast.Statement => {
    const start = this.CONSUME(T.Scan);
    const names: Ast.Identifier[] = [];
    const over: Ast.Expression[] = [];
    const carried: { name: Ast.Identifier; value: Ast.Expression }[] = [];
    this.AT_LEAST_ONE_SEP1({ SEP: T.Comma, DEF: () => names.push(identifier(this.CONSUME1(T.Identifier))) });
    this.CONSUME(T.Over);
    this.AT_LEAST_ONE_SEP2({ SEP: T.Comma, DEF: () => over.push(this.SUBRULE1(this.expression)) });
    this.CONSUME(T.With);
    this.AT_LEAST_ONE_SEP3({
      SEP: T.Comma,
      DEF: () => {
        const name = identifier(this.CONSUME2(T.Identifier));
        this.CONSUME(T.Equals);
        carried.push({ name, value: this.SUBRULE2(this.expression) });
      },
    });
    const named = this.SUBRULE(this.namedArguments);
    return this.ACTION((): Ast.Statement => {
      const { body } = this.surroundings;
      return { type: 'scan', names, over, carried, named, body, span: this.whole(start.startOffset) };
    });
  });

  private readonly phase = this.RULE('phase', (): Ast.Statement => {
    const start = this.CONSUME(T.Phase);
    const name = this.CONSUME(T.Identifier);
    const named = this.SUBRULE(this.namedArguments);
    return this.ACTION((): Ast.Statement => {
      const { body } = this.surroundings;
      return { type: 'phase', name: identifier(name), named, body, span: this.whole(start.startOffset) };
    });
  });

  private readonly step = this.RULE('step', (): Ast.Statement => {
    const start = this.CONSUME(T.Step);
    const name = this.CONSUME(T.Identifier);
    this.CONSUME(T.Updates);
    const updates = this.SUBRULE(this.selector);
    const named = this.SUBRULE(this.namedArguments);
    return this.ACTION((): Ast.Statement => {
      const { body } = this.surroundings;
      return { type: 'step', name: identifier(name), updates, named, body, span: this.whole(start.startOffset) };
    });
  });

  // ------------------------------------------------------------------------------------------ arguments

  private readonly namedArguments = this.RULE('namedArguments', (): readonly Ast.Argument[] => {
    const named: Ast.Argument[] = [];
    this.MANY(() => named.push(this.SUBRULE(this.namedArgument)));
    return named;
  });

  private readonly namedArgument = this.RULE('namedArgument', (): Ast.Argument => {
    const name = this.CONSUME(T.Identifier);
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.argument);
    return this.ACTION(() => ({ name: identifier(name), value, span: this.since(name.startOffset) }));
  });

  private readonly arguments_ = this.RULE('arguments', (): readonly Ast.Expression[] => {
    const values: Ast.Expression[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => values.push(this.SUBRULE(this.argument)) });
    return values;
  });

  /** An argument of a statement: a calculation needs parentheses here. */
  private readonly argument = this.RULE('argument', (): Ast.Expression => this.OR(this.anyArgument));

  private readonly anyArgument: IOrAlt<Ast.Expression>[] = [
    { ALT: () => this.SUBRULE(this.ratio) },
    { ALT: () => this.SUBRULE(this.literal) },
    { ALT: () => this.SUBRULE(this.indexed) },
  ];

  /** `[-]number{/number}`. */
  private readonly ratio = this.RULE('ratio', (): Ast.Expression => {
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
      const help = 'a difference needs parentheses: `(a - 1)`; a negative number is written without a space: `-1`';
      this.noticed.push(problem('NN1031', spanOf(minus), 'this `-` could be meant in two ways', help));
    }
    return { type: 'unary', operator: '-', of: value, span: { start: minus.startOffset, end: value.span.end } };
  }

  private readonly selector = this.RULE('selector', (): Ast.Selector => {
    const path = this.SUBRULE(this.path);
    return this.ACTION(() => ({ parts: path.parts, span: path.span }));
  });

  private noticeLate(value: Ast.Expression): void {
    const help = 'write it before the `name=` arguments and before `from`, `on`, `for` and `as`';
    this.noticed.push(problem('NN1026', value.span, 'this argument comes too late', help));
  }

  private noticeClause(keyword: IToken, clause: IToken, twice: boolean): void {
    const wrong = clauseProblem(keyword.image, clause.image, spanOf(clause), twice);
    if (wrong !== undefined) this.noticed.push(wrong);
  }

  // ------------------------------------------------------------------------------------------ expressions

  /** One flat row of operands and operators; operators.ts makes the tree. */
  readonly expression = this.RULE('expression', (): Ast.Expression => {
    const first = this.SUBRULE1(this.operand);
    const rest: { operator: OperatorToken<Ast.BinaryOperator>; operand: Operand }[] = [];
    this.MANY(() => {
      const operator = this.CONSUME(T.BinaryOperator);
      const operand = this.SUBRULE2(this.operand);
      rest.push({ operator: { operator: binaryOperator(operator.image), span: spanOf(operator) }, operand });
    });
    return this.ACTION(() =>
      resolve({ first, rest }, (span) => {
        const help = 'compare two at a time: `a < b and b < c`';
        this.noticed.push(problem('NN1027', span, 'comparisons do not chain', help));
      }),
    );
  });

  private readonly operand = this.RULE('operand', (): Operand => {
    const prefixes: OperatorToken<Ast.UnaryOperator>[] = [];
    this.MANY(() => {
      const prefix = this.CONSUME(T.Prefix);
      prefixes.push({ operator: prefix.image === 'not' ? 'not' : '-', span: spanOf(prefix) });
    });
    const value = this.SUBRULE(this.primary);
    return { prefixes, value };
  });

  private readonly primary = this.RULE('primary', (): Ast.Expression => this.OR(this.anyPrimary));

  private readonly anyPrimary: IOrAlt<Ast.Expression>[] = [
    { ALT: () => number(this.CONSUME(T.NumberToken)) },
    { ALT: () => this.SUBRULE(this.literal) },
    { ALT: () => this.SUBRULE(this.indexed) },
  ];

  private readonly literal = this.RULE('literal', (): Ast.Expression => this.OR(this.anyLiteral));

  private readonly anyLiteral: IOrAlt<Ast.Expression>[] = [
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
  private readonly indexed = this.RULE('indexed', (): Ast.Expression => {
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

  private readonly anyIndexed: IOrAlt<Ast.Expression>[] = [
    { ALT: () => this.SUBRULE(this.pathOrCall) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.group) },
  ];

  private readonly pathOrCall = this.RULE('pathOrCall', (): Ast.Expression => {
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

  private readonly callArguments = this.RULE('callArguments', (): readonly Ast.Argument[] => {
    const args: Ast.Argument[] = [];
    this.CONSUME(T.CallParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => args.push(this.SUBRULE(this.callArgument)) });
    this.CONSUME(T.RParen);
    return args;
  });

  private readonly callArgument = this.RULE('callArgument', (): Ast.Argument => {
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

  private readonly path = this.RULE('path', (): Ast.PathExpression => {
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

  private readonly group = this.RULE('group', (): Ast.Expression => {
    const open = this.CONSUME(T.LParen);
    const of = this.SUBRULE(this.expression);
    this.CONSUME(T.RParen);
    return this.ACTION((): Ast.Expression => ({ type: 'group', of, span: this.since(open.startOffset) }));
  });

  private readonly anyBracket: IOrAlt<IToken>[] = [
    { ALT: () => this.CONSUME(T.LBracket) },
    { ALT: () => this.CONSUME(T.IndexBracket) },
  ];

  private readonly list = this.RULE('list', (): List => {
    const items: Ast.Item[] = [];
    const open = this.OR(this.anyBracket);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => items.push(this.SUBRULE(this.item)) });
    this.CONSUME(T.RBracket);
    return this.ACTION((): List => ({ type: 'list', items, span: this.since(open.startOffset) }));
  });

  private readonly item = this.RULE('item', (): Ast.Item => {
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

  private readonly indexItem = this.RULE('indexItem', (): Ast.IndexItem => {
    const first = this.LA(1);
    let start: Ast.Expression | undefined;
    let end: Ast.Expression | undefined;
    let isSlice = false;
    this.OR([
      {
        ALT: () => {
          this.CONSUME1(T.Colon);
          isSlice = true;
          this.OPTION1(() => {
            end = this.SUBRULE1(this.expression);
          });
        },
      },
      {
        ALT: () => {
          start = this.SUBRULE2(this.expression);
          this.OPTION2(() => {
            this.CONSUME2(T.Colon);
            isSlice = true;
            this.OPTION3(() => {
              end = this.SUBRULE3(this.expression);
            });
          });
        },
      },
    ]);
    return this.ACTION((): Ast.IndexItem => {
      if (start !== undefined && !isSlice) return start;
      return { type: 'slice', start, end, span: this.since(first.startOffset) };
    });
  });
}
