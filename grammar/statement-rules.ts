/** The grammar of one statement: chevrotain rules over the tokens that layout.ts has placed. */
import type { IOrAlt, IToken } from 'chevrotain';
import type * as Ast from './ast.ts';
import { DeclarationRules } from './declaration-rules.ts';
import { identifier, spanOf, unquoted, type List } from './expression-rules.ts';
import { isCommandKeyword, isSort } from './keywords.ts';
import { clauseProblem, unknownSort } from './statement-errors.ts';
import { problem, say } from './syntax-errors.ts';
import * as T from './tokens.ts';

/** What stands beside the head of a statement: its body in braces, and the comment above it. */
export interface Surroundings {
  readonly body: Ast.Body;
  readonly hasBody: boolean;
  readonly documentation: string | undefined;
}

export class StatementParser extends DeclarationRules {
  private surroundings: Surroundings = {
    body: { type: 'body', statements: [], span: { start: 0, end: 0 } },
    hasBody: false,
    documentation: undefined,
  };

  constructor(skipValidations: boolean) {
    super(skipValidations);
    this.performSelfAnalysis();
  }

  /** Parses one statement; undefined when it is wrong: then `errors` says why. */
  read(head: readonly IToken[], surroundings: Surroundings): Ast.Statement | undefined {
    this.surroundings = surroundings;
    this.noticed = [];
    this.input = [...head];
    return this.statement();
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
        this.noticed.push(problem(say.NN1022.weight(), span));
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

  private noticeLate(value: Ast.Expression): void {
    this.noticed.push(problem(say.NN1026.late(), value.span));
  }

  private noticeClause(keyword: IToken, clause: IToken, twice: boolean): void {
    const wrong = clauseProblem(keyword.image, clause.image, spanOf(clause), twice);
    if (wrong !== undefined) this.noticed.push(wrong);
  }
}
