/** Expressions of each element: calls of one and of two values, operators, conditions and what they choose. */
import { internalOps } from '../../../compiler/language/language-functions.ts';
import type { Op } from '../../../compiler/ops/define.ts';
import { registry } from '../../../compiler/ops/index.ts';
import { library } from '../../library.ts';
import { bare, broadcastShape, mostElements, sizeOf } from '../draft.ts';
import type { Draft, Val } from '../draft.ts';
import {
  counted,
  extent,
  integers,
  listText,
  made,
  moved,
  number,
  numeric,
  offset,
  positive,
  tamed,
} from './values.ts';

/** What the functions of the library and of the registry are called with, found by their declarations. */
const callable = [...registry.values()].filter(
  (op) => !internalOps.has(op.name) && op.elementwise && op.vjp !== 'none',
);

const inputsOf = (op: Op): number => op.inputs.length;

const operators: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'mod', 'pow', 'neg']);

const unaries = callable.filter((op) => inputsOf(op) === 1 && !operators.has(op.name)).map((op) => op.name);

const binaries = callable.filter((op) => inputsOf(op) === 2 && !operators.has(op.name)).map((op) => op.name);

const stepped = [...registry.values()]
  .filter((op) => !internalOps.has(op.name) && op.elementwise && op.vjp === 'none' && inputsOf(op) === 1)
  .map((op) => op.name)
  .filter((name) => name !== 'not');

/** Those of the library that do not act on each element alone. */
const ofAxes: ReadonlySet<string> = new Set(
  [
    'variance std l2_normalize softmax log_softmax rms orthogonalize split_heads join_heads chance',
    'prod cumprod cummax cummin any all median diff tril triu rotary diag diagonal trace',
  ]
    .join(' ')
    .split(' '),
);

/** Those that are not defined everywhere, grow fast, or have no derivative. */
const ofSome: ReadonlySet<string> = new Set(
  'log2 log10 exp2 reciprocal rsqrt bernoulli isnan isinf isfinite trunc thresholded_relu hard_shrink cubic'.split(' '),
);

/** Functions of the library that take one value, and may take more by name. */
const activations = library
  .names('fn')
  .filter((name) => {
    const [first, ...rest] = library.find('fn', name)?.parameters ?? [];
    const fits = first?.words.has('value') === true && first.parameter.default === undefined;
    return fits && rest.every(({ parameter }) => parameter.default !== undefined);
  })
  .filter((name) => !ofAxes.has(name) && !ofSome.has(name));

export const activationNames: readonly string[] = [
  ...activations,
  ...['relu', 'tanh', 'sigmoid', 'softplus', 'softmax', 'log_softmax'],
];

export function unary(d: Draft, depth: number): Val {
  const name = d.random.pick([...unaries, 'neg', 'stop_gradient']);
  const x = tamed(d, d.operand(depth));
  if (name === 'neg') return made({ text: `(-${x.text})`, shape: x.shape, from: [x], low: -x.high, high: -x.low });
  const call = (of: Val, low: number, high: number): Val =>
    made({ text: `${name}(${bare(of.text)})`, shape: of.shape, from: [of], low, high, flat: name === 'stop_gradient' });
  switch (name) {
    case 'log':
    case 'sqrt': {
      const p = positive(d, x);
      return call(p, -2, 4);
    }
    case 'log1p':
      return call(positive(d, x), 0, 3);
    case 'acosh':
      return call(made({ text: `(1.1 + abs(${bare(x.text)}))`, shape: x.shape, from: [x], low: 1.1, high: 9 }), 0, 4);
    case 'exp':
    case 'expm1':
      return call(tamed(d, x, 2), -1, 8);
    case 'square':
      return call(tamed(d, x, 2), 0, 4);
    case 'relu':
    case 'abs':
    case 'stop_gradient':
    case 'softplus':
      return call(x, Math.min(x.low, 0), extent(x) + 1);
    case 'sin':
    case 'cos':
    case 'tanh':
    case 'erf':
      return call(x, -1, 1);
    case 'atan':
    case 'asinh':
      return call(x, -extent(x), extent(x));
    case 'sinh':
    case 'cosh':
      return call(tamed(d, x, 2), -4, 4);
    case 'sigmoid':
      return call(x, 0, 1);
    default: {
      // An op that this does not know gets what most functions take, and its result is tamed.
      const tame = made({ text: `(0.6 + 0.3 * sin(${bare(x.text)}))`, shape: x.shape, from: [x], low: 0.3, high: 0.9 });
      return tamed(d, call(tame, -100, 100));
    }
  }
}

export function activation(d: Draft, depth: number): Val {
  const name = d.random.pick(activations);
  const x = tamed(d, d.operand(depth));
  const bound = 1.76 * extent(x) + 1;
  // A number parameter takes a value without axes.
  const scalars = numeric(d).filter(({ shape }) => shape.length === 0);
  const parameters = library.find('fn', name)?.parameters.slice(1) ?? [];
  const named = parameters.filter(({ name: key }) => key === 'slope' || key === 'alpha');
  const learned =
    scalars.length > 0 && named.length > 0 && d.random.chance(0.5) ? tamed(d, d.random.pick(scalars), 1) : undefined;
  // Away from 0, by which celu would divide.
  const args = learned === undefined ? '' : named.map(({ name: key }) => `, ${key}=${learned.text} + 1.2`).join('');
  const from = learned === undefined ? [x] : [x, learned];
  return made({ text: `${name}(${bare(x.text)}${args})`, shape: x.shape, from, low: -bound, high: bound });
}

/** Something that meets the value by NumPy's rule. */
function partner(d: Draft, value: Val, depth: number): Val {
  const other = d.operand(depth);
  const shape = broadcastShape(value.shape, other.shape);
  if (shape !== undefined && sizeOf(shape) <= mostElements) return other;
  const same = numeric(d).filter((each) => broadcastShape(value.shape, each.shape) !== undefined);
  const fits = same.filter((each) => sizeOf(broadcastShape(value.shape, each.shape) ?? []) <= mostElements);
  const how = d.random.whole(0, 3);
  if (how <= 1 && fits.length > 0) return d.random.pick(fits);
  if (how === 2) return literal(d, value.known === true ? undefined : value.shape.at(-1));
  return scalar(d, other);
}

/** A number, or a list of them that meets the last axis. */
function literal(d: Draft, last: number | undefined): Val {
  const draw = (): number => d.random.number(-1.5, 1.5);
  if (last === undefined || !d.random.chance(0.3)) return number(draw());
  const text = listText(Array.from({ length: last }, draw));
  return made({ text, shape: [last], from: [], low: -1.5, high: 1.5 });
}

/** One number of the value, or from it. */
function scalar(d: Draft, value: Val): Val {
  if (value.shape.length === 0) return value;
  if (d.random.chance(0.5)) return moved(value, `${d.random.pick(['mean', 'max', 'min'])}(${bare(value.text)})`, []);
  const at = value.shape.map((size) => (d.random.chance(0.3) ? -d.random.whole(1, size) : d.random.whole(0, size - 1)));
  return moved(value, `${value.text}${listText(at)}`, []);
}

export function arithmetic(d: Draft, depth: number): Val | undefined {
  const a = tamed(d, d.operand(depth));
  const b = tamed(d, partner(d, a, depth));
  const shape = broadcastShape(a.shape, b.shape);
  if (shape === undefined) return undefined;
  const [left, right] = d.random.chance(0.5) ? [a, b] : [b, a];
  const from = [left, right];
  switch (d.random.pick(['+', '+', '-', '-', '*', '*', '*', '/', '^', '^2', '%'])) {
    case '+':
      return made({ text: `(${left.text} + ${right.text})`, shape, from, low: a.low + b.low, high: a.high + b.high });
    case '-':
      return made({
        text: `(${left.text} - ${right.text})`,
        shape,
        from,
        low: left.low - right.high,
        high: left.high - right.low,
      });
    case '*': {
      const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
      return made({
        text: `(${left.text} * ${right.text})`,
        shape,
        from,
        low: Math.min(...corners),
        high: Math.max(...corners),
      });
    }
    case '/': {
      const by = positive(d, right);
      const bound = extent(left) / 0.2;
      return made({ text: `(${left.text} / ${by.text})`, shape, from: [left, by], low: -bound, high: bound });
    }
    case '^': {
      const base = positive(d, tamed(d, left, 1));
      return made({ text: `(${base.text}^${tamed(d, right, 2).text})`, shape, from: [left, right], low: 0, high: 30 });
    }
    case '^2': {
      const power = d.random.pick([2, 2, 3, 1, 0]);
      return made({ text: `(${tamed(d, a, 2).text}^${power})`, shape: a.shape, from: [a], low: -8, high: 8 });
    }
    default: {
      const by = positive(d, right);
      const x = `(1.37 * ${left.text} + ${offset(d)})`;
      return made({ text: `(${x} % ${by.text})`, shape, from: [left, by], low: 0, high: by.high });
    }
  }
}

export function binaryCall(d: Draft, depth: number): Val | undefined {
  const a = tamed(d, d.operand(depth));
  const b = tamed(d, partner(d, a, depth));
  const shape = broadcastShape(a.shape, b.shape);
  if (shape === undefined) return undefined;
  const low = Math.min(a.low, b.low) - 1;
  const high = Math.max(a.high, b.high) + 1;
  const name = d.random.pick([...binaries, 'logaddexp', 'clip', 'clip']);
  if (name === 'clip') {
    const bounds = [d.random.number(-1, -0.1), d.random.number(0.1, 1)];
    return made({ text: `clip(${bare(a.text)}, ${bounds.join(', ')})`, shape: a.shape, from: [a], low, high });
  }
  return made({ text: `${name}(${bare(a.text)}, ${b.text} + ${offset(d)})`, shape, from: [a, b], low, high });
}

/** A condition: 1 or 0. */
export function mask(d: Draft, depth: number): Val | undefined {
  const ids = integers(d);
  const way = d.random.whole(0, 9);
  if (way <= 2 && ids.length > 0) {
    const of = d.random.pick(ids);
    const meets = ids.filter(({ shape }) => broadcastShape(shape, of.shape) !== undefined);
    if (d.random.chance(0.3)) {
      const other = d.random.chance(0.6) ? d.random.pick(meets) : counted(d);
      const shape = broadcastShape(of.shape, other.shape);
      if (shape !== undefined && sizeOf(shape) <= mostElements)
        return made({
          text: `(${of.text} ${d.random.pick(['==', '!=', '<'])} ${other.text})`,
          shape,
          from: [of, other],
          low: 0,
          high: 1,
          flat: true,
        });
    }
    const to = d.random.whole(0, 3);
    const text = `(${of.text} ${d.random.pick(['==', '!=', '<', '<=', '>', '>='])} ${to})`;
    return made({ text, shape: of.shape, from: [of], low: 0, high: 1, flat: true });
  }
  if (way <= 4 && depth > 1) {
    const [a, b] = [mask(d, depth - 1), mask(d, depth - 1)];
    const shape = a === undefined || b === undefined ? undefined : broadcastShape(a.shape, b.shape);
    if (a !== undefined && b !== undefined && shape !== undefined)
      return made({
        text: `(${a.text} ${d.random.pick(['and', 'or'])} ${b.text})`,
        shape,
        from: [a, b],
        low: 0,
        high: 1,
        flat: true,
      });
    if (a !== undefined)
      return made({ text: `(not ${a.text})`, shape: a.shape, from: [a], low: 0, high: 1, flat: true });
    return b;
  }
  const a = d.operand(depth);
  const b = partner(d, a, depth);
  const shape = broadcastShape(a.shape, b.shape);
  // What is known while compiling decides there, whatever shape the rest has.
  if (shape === undefined || (shape.length === 0 && a.known === true && b.known === true)) return undefined;
  const text = `(${a.text} ${d.random.pick(['<', '<=', '>', '>='])} ${b.text} + ${offset(d)})`;
  return made({ text, shape, from: [a, b], low: 0, high: 1, flat: true });
}

export function selection(d: Draft, depth: number): Val | undefined {
  const condition = mask(d, depth);
  if (condition === undefined) return undefined;
  const a = partner(d, condition, depth);
  const between = broadcastShape(condition.shape, a.shape);
  if (between === undefined) return undefined;
  const b = partner(d, { ...a, shape: between }, depth);
  const shape = broadcastShape(between, b.shape);
  if (shape === undefined) return undefined;
  return made({
    text: `where(${bare(condition.text)}, ${bare(a.text)}, ${bare(b.text)})`,
    shape,
    from: [condition, a, b],
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
  });
}

export function stepwise(d: Draft, depth: number): Val {
  const x = tamed(d, d.operand(depth));
  const text = `${d.random.pick(stepped)}(1.37 * ${x.text} + ${offset(d)})`;
  return made({ text, shape: x.shape, from: [x], low: -7, high: 7, flat: true });
}
