/** The text of host nodes: numbers as plain TypeScript, arrays as calls of `host`. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Attr, Node, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { literal, property } from './names.ts';
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

export const isNumber = (value: Value): boolean => value.type.dtype === 'f64' && value.type.shape.length === 0;

/** Whether a node's result is known when all batches have passed. */
export const isTotal = (node: Node): boolean => registry.get(node.op)?.lower.as === 'total';

/** Whether a node has a part on the device: any of its results lies there, or it takes from there what is totalled. */
export const onDevice = (node: Node): boolean =>
  isTotal(node) || node.outputs.some((output) => output.type.dtype !== 'f64');

/** The value of a const node. */
export function constantOf(node: Node): number | undefined {
  const { value } = node.attrs;
  return node.op === 'const' && typeof value === 'number' ? value : undefined;
}

/** Every const of a graph by the value that it makes. */
export function constantsOf(nodes: readonly Node[]): ReadonlyMap<Value, number> {
  const constants = new Map<Value, number>();
  for (const node of nodes) {
    const constant = constantOf(node);
    for (const output of node.outputs) if (constant !== undefined) constants.set(output, constant);
  }
  return constants;
}

export function constantText(value: number): Text {
  const text = literal(value);
  return { text, level: text.startsWith('-') ? BIND.unary : atom('').level };
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
  if (node.op === 'stop_gradient' || node.op === 'cast' || node.op === 'reshape' || node.op === 'sum') return x;
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

/** A call of `host`, whose functions have the ops' names. */
function arrayCall(node: Node, args: readonly Text[], shape: (node: Node) => string): string {
  const numbers = args.map(asNumber);
  const { attrs } = node;
  const [x] = numbers;
  switch (node.op) {
    case 'broadcast':
      return node.inputs.every(isNumber) ? `host.full(${shape(node)}, ${x})` : `host.broadcast(${x}, ${shape(node)})`;
    case 'uniform':
    case 'normal':
    case 'truncated_normal':
      return `draw.${node.op}(${shape(node)})`;
    case 'cast':
    case 'stop_gradient':
      return x ?? '';
    case 'concat':
      return `host.concat([${numbers.join(', ')}], ${attrText(attrs['axis'])})`;
    case 'reshape':
      return `host.reshape(${x}, ${shape(node)})`;
    case 'transpose':
      return `host.transpose(${x}, ${permutationText(node)})`;
    case 'slice':
      return `host.slice(${x}, ${attrText(attrs['begin'])}, ${attrText(attrs['size'])})`;
    case 'pad':
      return `host.pad(${x}, ${pairsText(attrs['padding'])})`;
    case 'arange':
      return `host.arange(${attrText(attrs['size'])})`;
    case 'argmax':
    case 'argmin':
      return `host.${node.op}(${x}, ${attrText(attrs['axis'])})`;
    case 'sum':
    case 'mean':
    case 'max':
    case 'min':
    case 'norm':
    case 'logsumexp':
      return `host.${node.op}(${[x, ...reduceOptions(attrs)].join(', ')})`;
    case 'matmul':
      return `host.matmul(${[...numbers, ...flags({ transposeA: attrs['transposeA'], transposeB: attrs['transposeB'] })].join(', ')})`;
    default:
      return `host.${node.op}(${numbers.join(', ')})`;
  }
}

const shapeOf = (node: Node): string => attrText(node.outputs[0]?.type.shape);

/** `{ axis: [0], keepdims: true }`, or nothing where the reduction is over all axes. */
export function reduceOptions(attrs: Node['attrs']): readonly string[] {
  const { axis, keepdims } = attrs;
  return flags({ axis: axis === 'all' ? undefined : typeof axis === 'number' ? [axis] : axis, keepdims });
}

/** An object literal of the attributes that are set, or nothing. */
export function flags(attrs: Readonly<Record<string, Attr>>): readonly string[] {
  const set = Object.entries(attrs).filter(([, value]) => value !== undefined && value !== false);
  return set.length === 0
    ? []
    : [`{ ${set.map(([key, value]) => `${property(key)}: ${attrText(value)}`).join(', ')} }`];
}

/** A number, a flag or a shape; the batch size is the variable `B`. */
export function attrText(attr: Attr): string {
  if (typeof attr === 'number') return literal(attr);
  if (typeof attr === 'boolean') return String(attr);
  if (isShape(attr)) return `[${attr.map((size) => (size === 'B' ? 'B' : literal(size))).join(', ')}]`;
  throw new InternalError('an attribute has no text');
}

const isShape = (attr: Attr): attr is readonly (number | 'B')[] => Array.isArray(attr);

/** The axes of a transpose; all in reverse order where none are given. */
export function permutationText(node: Node): string {
  const reversed = (node.inputs[0]?.type.shape ?? []).map((_, axis) => axis).toReversed();
  return attrText(node.attrs['permutation'] ?? reversed);
}

/** [[before, after], …] of the flat attribute. */
export function pairsText(attr: Attr): string {
  if (!isShape(attr)) throw new InternalError('padding is no list');
  const pairs = attr.flatMap((before, i) => (i % 2 === 0 ? [`[${before}, ${attr[i + 1] ?? 0}]`] : []));
  return `[${pairs.join(', ')}]`;
}
