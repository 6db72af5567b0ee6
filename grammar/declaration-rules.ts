/** The grammar of what declarations are made of: parameters of a def, types of ports, ranges and choices. */
import type * as Ast from './ast.ts';
import { ExpressionRules, identifier } from './expression-rules.ts';
import * as T from './tokens.ts';

export abstract class DeclarationRules extends ExpressionRules {
  protected readonly parameters = this.RULE('parameters', (): readonly Ast.Parameter[] => {
    this.OR([{ ALT: () => this.CONSUME(T.LParen) }, { ALT: () => this.CONSUME(T.CallParen) }]);
    const parameters: Ast.Parameter[] = [];
    this.MANY_SEP({ SEP: T.Comma, DEF: () => parameters.push(this.SUBRULE(this.parameter)) });
    this.CONSUME(T.RParen);
    return parameters;
  });

  protected readonly parameter = this.RULE('parameter', (): Ast.Parameter => {
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

  protected readonly domain = this.RULE('domain', (): Ast.Domain => {
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

  protected readonly range = this.RULE('range', (): { low: Ast.Expression; high: Ast.Expression; span: Ast.Span } => {
    const low = this.SUBRULE1(this.expression);
    this.CONSUME(T.DotDot);
    const high = this.SUBRULE2(this.expression);
    return this.ACTION(() => ({ low, high, span: { start: low.span.start, end: high.span.end } }));
  });

  protected readonly portType = this.RULE('portType', (): Ast.PortType => {
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
}
