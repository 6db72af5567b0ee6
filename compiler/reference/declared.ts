/** What a body declares: its weights and states by path, the definitions that it is made of, what it asks. */
import type { Command, Expression, Span, Statement } from '../../grammar/ast.ts';
import { bare, headOf } from './formula.ts';
import type { Demand, PartRow, WeightRow } from './page.ts';

export interface Declared {
  readonly weights: readonly WeightRow[];
  readonly states: readonly WeightRow[];
  readonly parts: readonly PartRow[];
  readonly asks: readonly Demand[];
}

type TextOf = (of: { readonly span: Span }) => string;

export function declaredBy(statements: readonly Statement[], textOf: TextOf): Declared {
  const walk = new Walk(textOf);
  walk.all(statements, { path: '', when: [] });
  return walk;
}

/** Where a statement stands: the scope of its paths, and the conditions around it. */
interface Place {
  readonly path: string;
  readonly when: readonly string[];
}

class Walk implements Declared {
  readonly weights: WeightRow[] = [];
  readonly states: WeightRow[] = [];
  readonly parts: PartRow[] = [];
  readonly asks: Demand[] = [];
  readonly #textOf: TextOf;
  /** How often a kind, or an unnamed repeat, has stood in a scope: the second `dense` is `dense_1`. */
  readonly #counts = new Map<string, number>();

  constructor(textOf: TextOf) {
    this.#textOf = textOf;
  }

  all(statements: readonly Statement[], place: Place): void {
    for (const statement of statements) this.#one(statement, place);
  }

  #one(statement: Statement, { path, when }: Place): void {
    const textOf = this.#textOf;
    switch (statement.type) {
      case 'weight': {
        const start = statement.init === undefined ? unsaid(statement.shape) : bare(textOf(statement.init));
        this.weights.push({ path: path + statement.name.text, shape: textOf(statement.shape), start, when });
        return;
      }
      case 'state': {
        const shape = statement.shape === undefined ? undefined : textOf(statement.shape);
        this.states.push({ path: path + statement.name.text, shape, start: bare(textOf(statement.value)), when });
        return;
      }
      case 'require': {
        const { condition, message } = statement;
        this.asks.push({ condition: textOf(condition), message, when });
        return;
      }
      case 'if': {
        const condition = textOf(statement.condition);
        this.all(statement.then.statements, { path, when: [...when, condition] });
        this.all(statement.else?.statements ?? [], { path, when: [...when, negated(statement.condition, condition)] });
        return;
      }
      case 'block':
        this.all(statement.body.statements, { path: `${path}${statement.name.text}.`, when });
        return;
      case 'repeat': {
        const name = statement.as?.text ?? this.#counted(path, 'repeat');
        const round = statement.each === undefined ? 'i' : statement.each.text;
        this.all(statement.body.statements, { path: `${path}${name}.{${round}}.`, when });
        return;
      }
      case 'scan':
        this.all(statement.body.statements, { path, when });
        return;
      case 'command':
        this.#use(statement, { path, when });
        return;
      case 'assign':
      case 'update':
      case 'def':
      case 'hyper':
      case 'port':
      case 'phase':
      case 'step':
        return;
    }
  }

  #use({ keyword, args, as }: Command, { path, when }: Place): void {
    const [head] = args;
    const kind = head === undefined ? undefined : headOf(head);
    if (kind === undefined || (keyword !== 'layer' && keyword !== 'optim' && keyword !== 'augment')) return;
    const name = keyword === 'layer' ? (as?.text ?? this.#counted(path, kind)) : kind;
    this.parts.push({ path: path + name, kind, when });
  }

  #counted(scope: string, kind: string): string {
    const key = `${scope}${kind}`;
    const before = this.#counts.get(key) ?? 0;
    this.#counts.set(key, before + 1);
    return before === 0 ? kind : `${kind}_${before}`;
  }
}

/** What a weight starts from whose `init` is not written. */
const unsaid = ({ items }: Extract<Expression, { type: 'list' }>): string =>
  items.length > 1 || items.some((item) => item.type === 'splat') ? 'glorot_uniform' : 'zeros';

const negated = (condition: Expression, text: string): string => {
  if (condition.type === 'binary' && condition.operator === '==') return text.replace('==', '!=');
  return condition.type === 'path' ? `not ${text}` : `not (${text})`;
};
