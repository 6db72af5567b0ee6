/** The text of host nodes: numbers as plain TypeScript, arrays as calls of `host`. */
import { InternalError } from '../../diagnostics/types.ts';
import { isLoop } from '../../ir/loops.ts';
import { constantOf, hostCall, isIdentity } from '../../ir/traits.ts';
import type { Dim, Node, Value } from '../../ir/types.ts';
import type { Argument } from '../../ops/rules/call.ts';
import { loopOf } from '../../ops/rules/loop.ts';
import { decimal, literalOf } from './literals.ts';
import { property, quoted } from './names.ts';
import type { Text } from './nesting.ts';
import { atom } from './nesting.ts';

/** How tightly an operator binds, after ECMA-262. */
const BIND = {
  conditional: 1,
  or: 2,
  and: 3,
  equality: 4,
  relational: 5,
  additive: 6,
  multiplicative: 7,
  unary: 8,
  power: 9,
  call: 10,
} as const;

const LEVELS: Readonly<Record<ReturnType<typeof literalOf>['form'], number>> = {
  signed: BIND.unary,
  product: BIND.multiplicative,
  power: BIND.power,
  call: BIND.call,
  word: atom('').level,
};

export const isNumber = (value: Value): boolean => value.type.dtype === 'f64' && value.type.shape.length === 0;

/** Every const of a graph by the value that it makes, and by those that stand for it in bodies of loops. */
export function constantsOf(nodes: readonly Node[]): ReadonlyMap<Value, number> {
  const constants = new Map<Value, number>();
  for (const node of nodes) {
    const constant = constantOf(node);
    for (const output of node.outputs) if (constant !== undefined) constants.set(output, constant);
    if (!isLoop(node)) continue;
    for (const [i, { value }] of loopOf(node).body.inputs.entries()) {
      const known = constants.get(node.inputs[i] ?? value);
      if (known !== undefined) constants.set(value, known);
    }
  }
  return constants;
}

export function constantText(value: number): Text {
  const { text, form } = literalOf(value);
  return { text, level: LEVELS[form] };
}

/** The expression of one f64 node over the texts of its inputs; `shape` writes the shape of its result. */
export function hostText(node: Node, args: readonly Text[], shape: (node: Node) => string = shapeOf): Text {
  const [output] = node.outputs;
  if (output === undefined) throw new InternalError(`${node.op} has no output`);
  if (node.inputs.every(isNumber) && isNumber(output)) return numberText(node, args, shape);
  const [x] = args;
  if (node.op === 'reshape' && isNumber(output) && x !== undefined) return callOf('host.number', x.text);
  const text = arrayCall(node, args, shape);
  return isNumber(output) ? callOf('host.number', text) : { text, level: BIND.call };
}

const callOf = (callee: string, ...args: readonly string[]): Text => ({
  text: `${callee}(${args.join(', ')})`,
  level: BIND.call,
});

const OPERATORS: Readonly<
  Record<string, { readonly sign: string; readonly level: number; readonly boolean?: boolean }>
> = {
  add: { sign: '+', level: BIND.additive },
  sub: { sign: '-', level: BIND.additive },
  mul: { sign: '*', level: BIND.multiplicative },
  div: { sign: '/', level: BIND.multiplicative },
  equal: { sign: '===', level: BIND.equality, boolean: true },
  not_equal: { sign: '!==', level: BIND.equality, boolean: true },
  less: { sign: '<', level: BIND.relational, boolean: true },
  less_equal: { sign: '<=', level: BIND.relational, boolean: true },
  greater: { sign: '>', level: BIND.relational, boolean: true },
  greater_equal: { sign: '>=', level: BIND.relational, boolean: true },
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  abs: 'Math.abs',
  atan: 'Math.atan',
  ceil: 'Math.ceil',
  cos: 'Math.cos',
  exp: 'Math.exp',
  expm1: 'Math.expm1',
  floor: 'Math.floor',
  log: 'Math.log',
  log1p: 'Math.log1p',
  maximum: 'Math.max',
  minimum: 'Math.min',
  sign: 'Math.sign',
  sin: 'Math.sin',
  sqrt: 'Math.sqrt',
  tanh: 'Math.tanh',
};

function numberText(node: Node, args: readonly Text[], shape: (node: Node) => string): Text {
  const [x, y, z] = args;
  if (x === undefined) return callOf('host.number', arrayCall(node, args, shape));
  const operator = OPERATORS[node.op];
  if (operator !== undefined && y !== undefined) return binary(operator, x, y);
  const callee = FUNCTIONS[node.op];
  if (callee !== undefined) return callOf(callee, ...args.map(asNumber));
  if (node.op === 'neg') return { text: `-${wrap(x, BIND.unary + 1)}`, level: BIND.unary };
  if (node.op === 'square') return { text: `${wrap(x, BIND.call)} ** 2`, level: BIND.power };
  if (node.op === 'pow' && y !== undefined) {
    return { text: `${wrap(x, BIND.call)} ** ${wrap(y, BIND.call)}`, level: BIND.power };
  }
  if (node.op === 'not') return { text: `!${bracket(condition(x), BIND.unary)}`, level: BIND.unary, boolean: true };
  if (node.op === 'and' && y !== undefined) return logical('&&', BIND.and, x, y);
  if (node.op === 'or' && y !== undefined) return logical('||', BIND.or, x, y);
  if (node.op === 'where' && y !== undefined && z !== undefined) {
    const test = bracket(condition(x), BIND.conditional + 1);
    return {
      text: `${test} ? ${wrap(y, BIND.conditional + 1)} : ${wrap(z, BIND.conditional)}`,
      level: BIND.conditional,
    };
  }
  if (isIdentity(node) || node.op === 'reshape' || node.op === 'sum') return x;
  return callOf('host.number', arrayCall(node, args, shape));
}

function binary(
  operator: { readonly sign: string; readonly level: number; readonly boolean?: boolean },
  x: Text,
  y: Text,
): Text {
  const { sign, level } = operator;
  const right = wrap(y, level + 1);
  const text = `${mixes(sign, x) ? `(${x.text})` : wrap(x, level)} ${sign} ${right}`;
  return operator.boolean === true ? { text, level, boolean: true } : { text, level };
}

/** `a * b / c` reads better with its brackets: only a chain of one sign goes without them. */
function mixes(sign: string, x: Text): boolean {
  return (
    x.level === BIND.multiplicative && (sign === '*' || sign === '/') && x.text.includes(sign === '*' ? ' / ' : ' * ')
  );
}

function logical(sign: string, level: number, x: Text, y: Text): Text {
  const text = `${bracket(condition(x), level)} ${sign} ${bracket(condition(y), level + 1)}`;
  return { text, level, boolean: true };
}

/** A number as a condition: anything but 0 is true. */
function condition(x: Text): Text {
  if (x.boolean === true) return x;
  return { text: `${bracket(x, BIND.equality + 1)} !== 0`, level: BIND.equality, boolean: true };
}

/** A condition as a number. */
export function asNumber(x: Text): string {
  return x.boolean === true ? `${x.text} ? 1 : 0` : x.text;
}

/** An operand where a number is wanted, in brackets if it binds less tightly than `level`. */
function wrap(x: Text, level: number): string {
  return x.boolean === true ? `(${asNumber(x)})` : bracket(x, level);
}

const bracket = (x: Text, level: number): string => (x.level < level ? `(${x.text})` : x.text);

/** A call of `host`. */
function arrayCall(node: Node, args: readonly Text[], shape: (node: Node) => string): string {
  if (isIdentity(node)) return args.map(asNumber).join();
  const { of = 'host', method, args: given, options } = hostCall(node);
  const write = (argument: Argument): string => {
    switch (argument.kind) {
      case 'value':
        return args.filter((_, i) => node.inputs[i] === argument.value).map(asNumber)[0] ?? '';
      case 'number':
        return sizeText(argument.number);
      case 'numbers':
        return sizesText(argument.numbers);
      case 'shape':
        return shape(node);
      case 'flag':
        return String(argument.flag);
      case 'text':
        return quoted(argument.text);
      case 'function':
      case 'rows':
      case 'stream':
        throw new InternalError(`${node.op} has no call on the host`);
      case 'list':
        return `[${argument.items.map(write).join(', ')}]`;
    }
  };
  const named = Object.entries(options).map(([name, option]) => `${property(name)}: ${write(option)}`);
  return `${of}.${method}(${[...given.map(write), ...(named.length > 0 ? [`{ ${named.join(', ')} }`] : [])].join(', ')})`;
}

const shapeOf = (node: Node): string => sizesText(node.outputs[0]?.type.shape ?? []);

/** A number or a size; the batch size is the variable `B`. */
export const sizeText = (size: Dim): string => (size === 'B' ? 'B' : decimal(size));

export const sizesText = (sizes: readonly Dim[]): string => `[${sizes.map(sizeText).join(', ')}]`;
