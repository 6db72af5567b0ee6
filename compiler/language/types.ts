/** The types of a def's parameters, as written or as their defaults say. */
import type { Definition, Expression, Parameter } from '../../grammar/ast.ts';

const words = [
  'int',
  'number',
  'bool',
  'size',
  'fn',
  'kind',
  'init',
  'value',
  'logits',
  'list',
  'string',
  'selector',
] as const;
export type TypeWord = (typeof words)[number];

export interface ParameterType {
  readonly name: string;
  readonly words: ReadonlySet<TypeWord>;
  /** Words that stand for themselves: `valid|same`. */
  readonly symbols: readonly string[];
  /** Whether it takes anything (`x = none` without a type). */
  readonly anything: boolean;
  readonly none: boolean;
  readonly variadic: boolean;
  readonly parameter: Parameter;
}

export function isTypeWord(word: string): word is TypeWord {
  return words.some((known) => known === word);
}

/** What a body may read as a value without having made it. */
const values: ReadonlySet<string> = new Set(['it', 'target', 'param', 'grad']);

/** `isFunction` and `isInit` tell what a default's name means where nothing else is written. */
export function parameterTypes(
  definition: Definition,
  isFunction: (name: string) => boolean,
  isInit: (name: string) => boolean,
): readonly ParameterType[] {
  const types: ParameterType[] = [];
  for (const parameter of definition.parameters) {
    const base = {
      name: parameter.name.text,
      variadic: parameter.variadic,
      none: parameter.default?.type === 'none',
      parameter,
    };
    if (parameter.types !== undefined) {
      const written = parameter.types.map((word) => word.text);
      types.push({
        ...base,
        words: new Set(written.filter(isTypeWord)),
        symbols: written.filter((word) => !isTypeWord(word)),
        anything: false,
      });
      continue;
    }
    const inferred = parameter.default === undefined ? undeclared(definition) : infer(parameter.default, types);
    if (inferred === 'anything') types.push({ ...base, words: new Set(), symbols: [], anything: true });
    else types.push({ ...base, words: inferred, symbols: [], anything: false });
  }
  return types;

  function infer(expression: Expression, earlier: readonly ParameterType[]): ReadonlySet<TypeWord> | 'anything' {
    switch (expression.type) {
      case 'number':
      case 'ratio':
      case 'unary':
      case 'binary':
      case 'index':
      case 'call':
        return new Set(['number']);
      case 'boolean':
        return new Set(['bool']);
      case 'none':
        return 'anything';
      case 'string':
        return new Set(['string']);
      case 'list':
        return new Set(['list']);
      case 'size':
        return new Set(['size']);
      case 'group':
        return infer(expression.of, earlier);
      case 'path': {
        const name = expression.parts[0]?.text ?? '';
        const same = earlier.find((type) => type.name === name);
        if (same !== undefined) return same.anything ? 'anything' : same.words;
        if (values.has(name)) return new Set(['value']);
        if (isInit(name) && !isFunction(name)) return new Set(['init']);
        if (isFunction(name)) return new Set(['fn']);
        return new Set(['number']);
      }
    }
  }
}

/** A parameter without type or default: a value in a fn, loss or metric, a number elsewhere. */
function undeclared(definition: Definition): ReadonlySet<TypeWord> {
  switch (definition.sort) {
    case 'fn':
    case 'loss':
    case 'metric':
      return new Set(['value']);
    case 'layer':
    case 'penalty':
    case 'optim':
    case 'schedule':
    case 'init':
    case 'reparam':
    case 'augment':
      return new Set(['number']);
  }
}

/** A type in words, for messages: `a whole number`, `valid or same`. */
export function describeType(type: ParameterType): string {
  if (type.anything) return 'anything';
  const parts = [...[...type.words].map((word) => phrase[word]), ...type.symbols.map((symbol) => `\`${symbol}\``)];
  return [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter((part) => part !== '').join(' or ');
}

const phrase: Readonly<Record<TypeWord, string>> = {
  int: 'a whole number',
  number: 'a number',
  bool: '`true` or `false`',
  size: 'a size such as 3 or 3x3',
  fn: 'a function',
  kind: 'a kind',
  init: 'an initialiser',
  value: 'a value',
  logits: 'a value (logits)',
  list: 'a list',
  string: 'a string',
  selector: 'a selector',
};
