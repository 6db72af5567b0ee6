/** Checks the names in a definition's body without using it: every path it could take, whatever its arguments are. */
import type { Argument, Expression, IndexItem, Item, Sort, Span, Statement } from '../../grammar/ast.ts';
import { registry } from '../ops/index.ts';
import type { Entry } from '../language/entry.ts';
import type { Library } from '../language/library.ts';
import type { Reporter, Site } from '../language/report.ts';
import type { ParameterType } from '../language/types.ts';
import { say } from '../diagnostics/say.ts';
import type { Told } from '../diagnostics/say.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { meantBy } from '../language/elsewhere.ts';

/** What a body sees besides its own names. */
const seen: Readonly<Record<Sort, readonly string[]>> = {
  layer: ['it', 'in', 'training'],
  reparam: ['it', 'training'],
  loss: ['it', 'target'],
  metric: ['it', 'target'],
  augment: ['it', 'in', 'target'],
  penalty: ['it', 'param'],
  optim: ['it', 'param', 'grad', 'grad_norm', 'lr', 't', 'decays'],
  schedule: ['it', 't', 'T', 'W', 'u'],
  init: ['it', 'shape', 'fan_in', 'fan_out'],
  fn: ['it'],
};

export interface NameCheck {
  readonly library: Library;
  readonly reporter: Reporter;
  readonly site: Site;
  readonly hypers: readonly string[];
}

/** What the definition uses, with the place of each use. */
export type Uses = readonly { readonly entry: Entry; readonly span: Span }[];

export function checkNames(entry: Entry, check: NameCheck): Uses {
  const { definition } = entry;
  const walker = new Walker(entry, check);
  const names = new Set([...seen[definition.sort], ...check.hypers, 'pi']);
  const types = new Map(entry.parameters.map((type) => [type.name, type]));
  for (const type of entry.parameters) {
    if (type.parameter.default !== undefined) walker.argument(type.parameter.default, type, names);
    names.add(type.name);
  }
  walker.types = types;
  const { body } = definition;
  if (body.type === 'body') walker.statements(body.statements, names);
  else walker.expression(body, names);
  return walker.uses;
}

class Walker {
  readonly #entry: Entry;
  readonly #check: NameCheck;
  types: ReadonlyMap<string, ParameterType> = new Map();
  readonly uses: { readonly entry: Entry; readonly span: Span }[] = [];

  constructor(entry: Entry, check: NameCheck) {
    this.#entry = entry;
    this.#check = check;
  }

  /** Names made on the way are added: what is below sees them. */
  statements(statements: readonly Statement[], names: Set<string>): void {
    for (const statement of statements) this.statement(statement, names);
  }

  statement(statement: Statement, names: Set<string>): void {
    switch (statement.type) {
      case 'assign':
        this.expression(statement.value, names);
        names.add(statement.name.text);
        return;
      case 'update':
        this.expression(statement.value, names);
        return;
      case 'weight':
        this.expression(statement.shape, names);
        if (statement.init !== undefined) this.initialiser(statement.init, names);
        names.add(statement.name.text);
        return;
      case 'state':
        if (statement.shape !== undefined) this.expression(statement.shape, names);
        this.initialiser(statement.value, names);
        names.add(statement.name.text);
        return;
      case 'require':
        this.expression(statement.condition, names);
        return;
      case 'if':
        this.expression(statement.condition, names);
        this.statements(statement.then.statements, names);
        if (statement.else !== undefined) this.statements(statement.else.statements, names);
        return;
      case 'repeat': {
        this.expression(statement.count, names);
        const inside = new Set(names);
        if (statement.each !== undefined) inside.add(statement.each.text);
        this.statements(statement.body.statements, inside);
        return;
      }
      case 'scan': {
        for (const over of statement.over) this.expression(over, names);
        for (const { value } of statement.carried) this.expression(value, names);
        for (const { name } of statement.carried) names.add(name.text);
        const inside = new Set([...names, ...statement.names.map((name) => name.text)]);
        this.statements(statement.body.statements, inside);
        return;
      }
      case 'command':
        if (statement.keyword === 'layer' || statement.keyword === 'optim' || statement.keyword === 'augment') {
          this.use(statement.keyword, statement.args, names);
        }
        if (statement.keyword === 'reuse') this.reuse(statement.args, names);
        if (statement.keyword === 'layer' || statement.keyword === 'reuse')
          for (const from of statement.from ?? []) this.expression(from, names);
        if (statement.as !== undefined) names.add(statement.as.text);
        return;
      case 'block':
      case 'def':
      case 'hyper':
      case 'port':
      case 'phase':
      case 'step':
        return;
    }
  }

  /** `layer KIND arguments`: the kind, and the names of its arguments. */
  use(sort: 'layer' | 'optim' | 'augment', args: readonly Argument[], names: ReadonlySet<string>): void {
    const [head, ...rest] = args;
    const path = head?.value.type === 'call' ? head.value.callee : head?.value;
    const word = path?.type === 'path' && path.parts.length === 1 ? path.parts[0] : undefined;
    if (word === undefined) return;
    if (names.has(word.text) && this.types.has(word.text)) {
      for (const arg of rest) this.loose(arg.value, names);
      return;
    }
    const { library } = this.#check;
    const kind = library.find(sort, word.text);
    if (kind !== undefined) {
      this.uses.push({ entry: kind, span: word.span });
      this.bound(kind, [...(head?.value.type === 'call' ? head.value.args : []), ...rest], names, sort === 'layer');
      return;
    }
    if (sort === 'layer' && library.isFunction(word.text)) {
      for (const arg of rest) this.loose(arg.value, names);
      return;
    }
    const candidates = [...library.names(sort), ...(sort === 'layer' ? library.functionNames() : [])];
    const near = meantBy(word.text, sort, library, candidates);
    this.report(say.NN2002.word({ noun: sort, name: word.text, near }), word.span);
  }

  /** `reuse NAME`: of the body's own layers, which have their names from `as`. */
  reuse([first]: readonly Argument[], names: ReadonlySet<string>): void {
    const word = first?.value.type === 'path' && first.value.parts.length === 1 ? first.value.parts[0] : undefined;
    if (word === undefined || names.has(word.text)) return;
    const near = nearest(word.text, names);
    this.report(say.NN2030.inDefinition({ name: word.text, near }), word.span);
  }

  /** Arguments at the types of the parameters that they meet. */
  bound(kind: Entry, args: readonly Argument[], names: ReadonlySet<string>, inputsApart: boolean): void {
    const named = new Set(args.flatMap((arg) => (arg.name === undefined ? [] : [arg.name.text])));
    const isInput = (type: ParameterType) =>
      inputsApart && type.parameter.default === undefined && (type.words.has('value') || type.words.has('logits'));
    const places = kind.parameters.filter((type) => !named.has(type.name) && !isInput(type));
    for (const arg of args) {
      const given = arg.name;
      const type =
        given === undefined
          ? places[0]?.variadic === true
            ? places[0]
            : places.shift()
          : kind.parameters.find((each) => each.name === given.text);
      if (given !== undefined && type === undefined) {
        const near = nearest(
          given.text,
          kind.parameters.map((each) => each.name),
        );
        this.report(say.NN2003.bound({ definition: kind.name, name: given.text, near }), given.span);
      }
      if (type === undefined) this.loose(arg.value, names);
      else this.argument(arg.value, type, names);
    }
  }

  /** An argument: a bare name may be a word, a function or a kind, as the parameter's type says. */
  argument(expression: Expression, type: ParameterType, names: ReadonlySet<string>): void {
    if (type.words.has('selector')) return;
    if (type.words.has('init')) {
      this.initialiser(expression, names);
      return;
    }
    const bare = expression.type === 'path' && expression.parts.length === 1 ? expression.parts[0] : undefined;
    if (bare === undefined) {
      if (type.words.has('kind') || type.words.has('fn')) this.loose(expression, names);
      else this.expression(expression, names);
      return;
    }
    const { library } = this.#check;
    const known =
      names.has(bare.text) ||
      type.symbols.includes(bare.text) ||
      library.isFunction(bare.text) ||
      (type.words.has('kind') && library.sortsOf(bare.text).length > 0);
    if (known) return;
    const functions = type.words.has('fn') || type.anything ? library.functionNames() : [];
    const kinds = type.words.has('kind') ? library.names(this.#entry.sort) : [];
    const name = bare.text;
    const candidates = [...names, ...type.symbols, ...functions, ...kinds];
    const wanted = type.words.has('kind') ? this.#entry.sort : type.words.has('fn') ? 'fn' : undefined;
    const near = wanted === undefined ? nearest(name, candidates) : meantBy(name, wanted, library, candidates);
    const told = type.words.has('kind')
      ? say.NN2002.word({ noun: 'kind', name, near })
      : type.words.has('fn')
        ? say.NN2010.name({ name, near, sorts: [] })
        : say.NN2001.argument({ name, near });
    this.report(told, bare.span);
  }

  initialiser(expression: Expression, names: ReadonlySet<string>): void {
    const { library } = this.#check;
    const path = expression.type === 'call' ? expression.callee : expression;
    const word = path.type === 'path' && path.parts.length === 1 ? path.parts[0] : undefined;
    if (word !== undefined && !names.has(word.text)) {
      const init = library.find('init', word.text);
      if (init !== undefined) {
        if (expression.type === 'call') this.bound(init, expression.args, names, false);
        return;
      }
      if (expression.type === 'path') {
        const near = meantBy(word.text, 'init', library, [...library.names('init'), ...names]);
        this.report(say.NN2002.word({ noun: 'initialiser', name: word.text, near }), word.span);
        return;
      }
    }
    this.expression(expression, names);
  }

  /** An expression in a place whose type is not known: calls inside are checked, bare names are not. */
  loose(expression: Expression, names: ReadonlySet<string>): void {
    if (expression.type === 'path') return;
    if (expression.type === 'group') this.loose(expression.of, names);
    else if (expression.type === 'call') for (const arg of expression.args) this.loose(arg.value, names);
    else this.expression(expression, names);
  }

  expression(expression: Expression, names: ReadonlySet<string>): void {
    switch (expression.type) {
      case 'number':
      case 'boolean':
      case 'none':
      case 'string':
      case 'size':
        return;
      case 'ratio':
        for (const part of expression.parts) this.expression(part, names);
        return;
      case 'path':
        this.path(expression.parts, expression.span, names);
        return;
      case 'list':
        this.items(expression.items, names);
        return;
      case 'call':
        this.call(expression, names);
        return;
      case 'index':
        this.expression(expression.of, names);
        for (const part of expression.items.flatMap(expressionsIn)) this.expression(part, names);
        return;
      case 'unary':
      case 'group':
        this.expression(expression.of, names);
        return;
      case 'binary':
        if (
          (expression.operator === '==' || expression.operator === '!=') &&
          this.comparesWord(expression.left, expression.right, names)
        )
          return;
        this.expression(expression.left, names);
        this.expression(expression.right, names);
        return;
    }
  }

  /** `pad == same`: a word of the parameter's type, or, which is reported, what is neither that nor a name. */
  comparesWord(left: Expression, right: Expression, names: ReadonlySet<string>): boolean {
    const word = (side: Expression) => (side.type === 'path' && side.parts.length === 1 ? side.parts[0] : undefined);
    const [a, b] = [word(left), word(right)];
    if (a === undefined || b === undefined) return false;
    for (const [parameter, symbol] of [
      [a, b],
      [b, a],
    ] as const) {
      const symbols = this.types.get(parameter.text)?.symbols ?? [];
      if (symbols.length === 0) continue;
      if (symbols.includes(symbol.text)) return true;
      if (names.has(symbol.text)) continue;
      const near = nearest(symbol.text, symbols);
      const facts = { parameter: parameter.text, name: symbol.text, near, words: symbols };
      this.report(say.NN2001.word(facts), symbol.span);
      return true;
    }
    return false;
  }

  items(items: readonly Item[], names: ReadonlySet<string>): void {
    for (const item of items) this.expression(item.type === 'splat' ? item.of : item, names);
  }

  path(parts: readonly { readonly text: string; readonly span: Span }[], span: Span, names: ReadonlySet<string>): void {
    const [first, ...rest] = parts;
    // A longer path is that of a weight, which is known when the layers are applied.
    if (first === undefined || rest.length > 0) return;
    const { library } = this.#check;
    if (names.has(first.text) || library.isFunction(first.text)) return;
    const { name, sort } = this.#entry.definition;
    const near = nearest(first.text, names);
    this.report(say.NN2001.inDefinition({ name: first.text, near, sort, sees: seen[sort] }), span, name.text);
  }

  call(expression: Extract<Expression, { type: 'call' }>, names: ReadonlySet<string>): void {
    const { callee, args } = expression;
    const { library } = this.#check;
    // No function has a dot in its name: `np.concatenate`.
    const name = callee.parts.map((part) => part.text).join('.');
    const parameter = this.types.get(name);
    const passed = parameter !== undefined && (parameter.words.has('fn') || parameter.anything);
    const entry = passed
      ? undefined
      : (library.find('fn', name) ??
        library.find('loss', name) ??
        library.find('metric', name) ??
        library.find('schedule', name));
    if (entry !== undefined && (entry.sort === 'fn' || !registry.has(name))) {
      this.uses.push({ entry, span: callee.span });
      this.bound(entry, args, names, false);
      return;
    }
    for (const arg of args) this.expression(arg.value, names);
    if (passed || library.isFunction(name)) return;
    const near = meantBy(name, 'fn', library, library.functionNames());
    this.report(say.NN2010.name({ name, near, sorts: [] }), callee.span);
  }

  /** Reports what is wrong in every use; inside a path of the body, `inside` is what that is part of. */
  report(told: Told, span: Span, inside?: string): void {
    const { reporter, site } = this.#check;
    reporter.report(told, {
      site: inside === undefined ? site : { ...site, what: inside },
      span,
      fault: 'definition',
    });
  }
}

/** What is written in the brackets of an index. */
export function expressionsIn(item: IndexItem): readonly Expression[] {
  if (item.type === 'rest') return [];
  if (item.type !== 'slice') return [item];
  return [item.start, item.end, item.step].filter((part) => part !== undefined);
}
