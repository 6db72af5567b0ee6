/** Random expressions that have a type: every function of the language, over values of every shape. */
import { standardLibrary } from '../../compiler/language/library.ts';
import { internalOps } from '../../compiler/language/language-functions.ts';
import type { Op } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';
import { bare, broadcastShape, mostElements, ownersOf, sameShape, sizeOf } from './draft.ts';
import type { Draft, Shape, Val } from './draft.ts';

export const library = standardLibrary(std, parse);

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

interface Made {
  readonly text: string;
  readonly shape: Shape;
  readonly from: readonly Val[];
  readonly low: number;
  readonly high: number;
  readonly dtype?: 'f32' | 'i32';
  readonly perExample?: boolean;
  /** Without a derivative. */
  readonly flat?: boolean;
  readonly classes?: number | undefined;
}

export function made({ text, shape, from, low, high, dtype = 'f32', perExample, flat = false, classes }: Made): Val {
  return {
    text,
    shape,
    dtype,
    perExample: perExample ?? from.some((value) => value.perExample),
    low,
    high,
    owners: flat ? new Set() : ownersOf(...from),
    known: from.length > 0 && from.every((value) => value.known === true),
    ...(classes === undefined ? {} : { classes }),
  };
}

/** The same value in another shape or order. */
const moved = (of: Val, text: string, shape: Shape): Val => ({ ...of, text, shape });

export const number = (value: number): Val => ({
  text: value < 0 ? `(${value})` : String(value),
  shape: [],
  dtype: 'f32',
  perExample: false,
  low: value,
  high: value,
  owners: new Set(),
  known: true,
});

export const paddingModes = ['constant', 'reflect', 'symmetric', 'edge', 'wrap'];

const listText = (items: readonly (number | string)[]): string => `[${items.join(', ')}]`;

/** Numbers, not integers. */
export const numeric = (d: Draft): readonly Val[] => d.values.filter(({ dtype }) => dtype === 'f32');
const integers = (d: Draft): readonly Val[] => d.values.filter(({ dtype }) => dtype === 'i32');

const extent = ({ low, high }: Val): number => Math.max(Math.abs(low), Math.abs(high));

/** Within ±limit: rounding stays small, and nothing overflows. */
export function tamed(d: Draft, value: Val, limit = 4): Val {
  if (extent(value) <= limit) return value;
  const name = d.random.pick(['sin', 'tanh', 'erf', 'softsign', 'cos']);
  return made({ text: `${name}(${bare(value.text)})`, shape: value.shape, from: [value], low: -1, high: 1 });
}

/** Above 0 by at least a little, whatever the weights come to be. */
export function positive(d: Draft, value: Val): Val {
  const by = d.random.number(0.2, 0.6);
  const ways: readonly (() => Made)[] = [
    () => ({
      text: `(${value.text}^2 + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: extent(value) ** 2 + by,
    }),
    () => ({
      text: `(abs(${bare(value.text)}) + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: extent(value) + by,
    }),
    () => ({
      text: `(sigmoid(${bare(value.text)}) + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: 1 + by,
    }),
    () => ({ text: `exp(sin(${bare(value.text)}))`, shape: value.shape, from: [value], low: 0.36, high: 2.72 }),
    () => ({
      text: `(softplus(${bare(value.text)}) + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: extent(value) + 1 + by,
    }),
  ];
  return made(d.random.pick(ways)());
}

/** Where a step may lie: not where values meet by their structure, so that rounding does not decide. */
const offset = (d: Draft): string => (d.random.number(0.1, 0.4) + 0.003).toFixed(3);

/** What there is to start from. */
export function leaf(d: Draft): Val {
  const known = numeric(d);
  if (known.length === 0) return number(0.5);
  const weighted = known.filter(({ owners }) => owners.size > 0);
  const way = d.random.whole(0, 9);
  if (way < 4) return d.random.pick(known.slice(-3));
  return d.random.pick(way < 7 && weighted.length > 0 ? weighted : known);
}

type Production = (d: Draft, depth: number) => Val | undefined;

/** Each kind of expression, with how often it is drawn. */
const productions: readonly (readonly [number, Production])[] = [
  [5, unary],
  [2, activation],
  [6, arithmetic],
  [2, binaryCall],
  [2, selection],
  [2, mask],
  [1, stepwise],
  [5, reduction],
  [6, view],
  [3, joined],
  [5, product],
  [2, rows],
  [2, oneHot],
  [1, counted],
  [2, overBatch],
  [1, filled],
  [1, normalised],
  [1, einstein],
  [1, random],
];
const drawn: readonly Production[] = productions.flatMap(([times, production]) =>
  Array.from({ length: times }, () => production),
);

/** Numbers of some shape. */
export function expression(d: Draft, depth: number): Val {
  if (depth > 0) {
    for (let tries = 0; tries < 4; tries++) {
      const value = d.random.pick(drawn)(d, depth);
      if (value !== undefined && sizeOf(value.shape) <= mostElements) return tamed(d, value, 8);
    }
  }
  return leaf(d);
}

const operand = (d: Draft, depth: number): Val => expression(d, depth - d.random.whole(1, 2));

function unary(d: Draft, depth: number): Val {
  const name = d.random.pick([...unaries, 'neg', 'stop_gradient']);
  const x = tamed(d, operand(d, depth));
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

function activation(d: Draft, depth: number): Val {
  const name = d.random.pick(activations);
  const x = tamed(d, operand(d, depth));
  const bound = 1.76 * extent(x) + 1;
  // A number parameter takes a value without axes.
  const scalars = numeric(d).filter(({ shape }) => shape.length === 0);
  const parameters = library.find('fn', name)?.parameters.slice(1) ?? [];
  const named = parameters.filter(({ name: key }) => key === 'slope' || key === 'alpha');
  const learned =
    scalars.length > 0 && named.length > 0 && d.random.chance(0.5) ? tamed(d, d.random.pick(scalars), 1) : undefined;
  const args = learned === undefined ? '' : named.map(({ name: key }) => `, ${key}=${bare(learned.text)}`).join('');
  const from = learned === undefined ? [x] : [x, learned];
  return made({ text: `${name}(${bare(x.text)}${args})`, shape: x.shape, from, low: -bound, high: bound });
}

/** Something that meets the value by NumPy's rule. */
export function partner(d: Draft, value: Val, depth: number): Val {
  const other = operand(d, depth);
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

function arithmetic(d: Draft, depth: number): Val | undefined {
  const a = tamed(d, operand(d, depth));
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

function binaryCall(d: Draft, depth: number): Val | undefined {
  const a = tamed(d, operand(d, depth));
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
function mask(d: Draft, depth: number): Val | undefined {
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
  const a = operand(d, depth);
  const b = partner(d, a, depth);
  const shape = broadcastShape(a.shape, b.shape);
  // What is known while compiling decides there, whatever shape the rest has.
  if (shape === undefined || (shape.length === 0 && a.known === true && b.known === true)) return undefined;
  const text = `(${a.text} ${d.random.pick(['<', '<=', '>', '>='])} ${b.text} + ${offset(d)})`;
  return made({ text, shape, from: [a, b], low: 0, high: 1, flat: true });
}

function selection(d: Draft, depth: number): Val | undefined {
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

function stepwise(d: Draft, depth: number): Val {
  const x = tamed(d, operand(d, depth));
  const text = `${d.random.pick(stepped)}(1.37 * ${x.text} + ${offset(d)})`;
  return made({ text, shape: x.shape, from: [x], low: -7, high: 7, flat: true });
}

/** Axes of a reduction as they are written, and the shape that they leave. */
function axesOf(d: Draft, shape: Shape): { readonly args: string; readonly left: Shape; readonly count: number } {
  const rank = shape.length;
  const keep = d.random.chance(0.4);
  const kept = keep ? ', keepdims=true' : '';
  if (rank === 0 || d.random.chance(0.25)) {
    return { args: keep ? kept : '', left: keep ? shape.map(() => 1) : [], count: sizeOf(shape) };
  }
  const several = rank > 1 && d.random.chance(0.3);
  const axes = several ? d.random.some([...shape.keys()], 0.6) : [d.random.whole(0, rank - 1)];
  const chosen = axes.length > 0 ? axes : [0];
  const written = chosen.map((axis) => (d.random.chance(0.5) ? axis - rank : axis));
  const [only] = written;
  const left = shape.flatMap((size, axis) => (chosen.includes(axis) ? (keep ? [1] : []) : [size]));
  const count = sizeOf(shape.filter((_, axis) => chosen.includes(axis)));
  return { args: `, axis=${several ? listText(written) : String(only)}${kept}`, left, count };
}

function reduction(d: Draft, depth: number): Val {
  const x = tamed(d, operand(d, depth), 2);
  const { args, left, count } = axesOf(d, x.shape);
  const bound = extent(x);
  const name = d.random.pick(['sum', 'sum', 'mean', 'max', 'min', 'logsumexp', 'norm', 'variance', 'std']);
  const call = (of: Val, low: number, high: number): Val =>
    tamed(d, made({ text: `${name}(${bare(of.text)}${args})`, shape: left, from: [of], low, high }));
  switch (name) {
    case 'sum':
      return call(x, -bound * count, bound * count);
    case 'norm': {
      const p = positive(d, x);
      return call(p, 0, p.high * Math.sqrt(count));
    }
    case 'logsumexp':
      return call(x, x.low, x.high + Math.log(count));
    case 'variance':
      return call(x, 0, bound ** 2);
    // Where all are equal it has a kink.
    case 'std':
      return count > 1 ? call(x, 0, bound) : x;
    default:
      return call(x, x.low, x.high);
  }
}

function view(d: Draft, depth: number): Val | undefined {
  const x = operand(d, depth);
  return viewOf(d, x);
}

/** The same elements elsewhere: numbers or integers. */
export function viewOf(d: Draft, x: Val): Val | undefined {
  const { shape } = x;
  const rank = shape.length;
  switch (d.random.pick(['reshape', 'reshape', 'transpose', 'index', 'index', 'slice', 'broadcast', 'pad', 'unit'])) {
    case 'reshape':
      return reshaped(d, x, otherShape(d, shape));
    case 'unit': {
      const at = d.random.whole(0, rank);
      return reshaped(d, x, shape.toSpliced(at, 0, 1));
    }
    case 'transpose': {
      if (rank < 2) return undefined;
      if (d.random.chance(0.4)) return moved(x, `transpose(${bare(x.text)})`, shape.toReversed());
      const order = d.random.shuffled([...shape.keys()]);
      return moved(
        x,
        `transpose(${bare(x.text)}, ${listText(order)})`,
        order.map((axis) => shape[axis] ?? 1),
      );
    }
    case 'index':
    case 'slice':
      return sliced(d, x);
    case 'broadcast': {
      const lead = d.random.chance(0.5) ? [d.random.whole(1, 3)] : [];
      const sizes = [
        ...lead,
        ...shape.map((size) => (size === 1 && d.random.chance(0.6) ? d.random.whole(2, 3) : size)),
      ];
      return sizes.length === 0 ? undefined : moved(x, `broadcast(${bare(x.text)}, ${listText(sizes)})`, sizes);
    }
    default: {
      if (rank === 0 || x.dtype === 'i32') return undefined;
      const around = shape.map(() => [d.random.whole(0, 1), d.random.whole(0, 1)]);
      const sizes = shape.map((size, axis) => size + (around[axis] ?? []).reduce((sum, n) => sum + n, 0));
      const low = Math.min(0, x.low);
      // What an axis of two places and more can be padded with by one place.
      const mode = d.random.chance(0.4) && shape.every((size) => size > 1) ? d.random.pick(paddingModes) : 'constant';
      const written = mode === 'constant' ? '' : `, mode=${mode}`;
      return {
        ...moved(x, `pad(${bare(x.text)}, ${listText(around.map(listText))}${written})`, sizes),
        low,
        high: Math.max(0, x.high),
      };
    }
  }
}

function reshaped(d: Draft, x: Val, shape: Shape): Val {
  const written: (number | string)[] = [...shape];
  if (shape.length > 0 && d.random.chance(0.3)) written[d.random.whole(0, shape.length - 1)] = -1;
  return moved(x, `reshape(${bare(x.text)}, ${listText(written)})`, shape);
}

/** Another shape of so many elements. */
function otherShape(d: Draft, shape: Shape): Shape {
  const factors: number[] = [];
  let rest = sizeOf(shape);
  for (let tries = 0; tries < 3 && rest > 1; tries++) {
    const divisors = [1, 2, 3, 4, 6].filter((n) => rest % n === 0);
    const factor = d.random.pick(divisors);
    factors.push(factor);
    rest /= factor;
  }
  return rest > 1 || factors.length === 0 ? [...factors, rest] : factors;
}

function sliced(d: Draft, x: Val): Val | undefined {
  if (x.shape.length === 0) return undefined;
  const count = d.random.whole(1, x.shape.length);
  const left: number[] = [];
  const steps = x.shape.map((size, axis) => {
    if (axis >= count) {
      left.push(size);
      return undefined;
    }
    if (d.random.chance(0.45))
      return String(d.random.chance(0.3) ? -d.random.whole(1, size) : d.random.whole(0, size - 1));
    const start = d.random.whole(0, size - 1);
    const end = d.random.whole(start + 1, size);
    if (d.random.chance(0.25)) {
      // From the first to the last of them, or from the last to the first.
      const by = d.random.whole(1, 3);
      left.push(Math.ceil((end - start) / by));
      const isTurned = d.random.chance(0.5);
      return isTurned ? `${end - 1}:${start === 0 ? '' : start - 1}:-${by}` : `${start}:${end}:${by}`;
    }
    left.push(end - start);
    const open = d.random.chance(0.3);
    return `${start === 0 && open ? '' : start}:${end === size && open ? '' : end === size ? end : end - size}`;
  });
  return moved(x, `${x.text}[${steps.filter((step) => step !== undefined).join(', ')}]`, left);
}

/** Values of one shape, stacked or in a row. */
function joined(d: Draft, depth: number): Val | undefined {
  const x = operand(d, depth);
  const stack = d.random.chance(0.5);
  if (!stack && x.shape.length === 0) return undefined;
  const alike = numeric(d).filter(({ shape }) => sameShape(shape, x.shape));
  const others = Array.from({ length: d.random.whole(1, 2) }, () => {
    const tries = Array.from({ length: 3 }, () => operand(d, depth - 1));
    return tries.find(({ shape }) => sameShape(shape, x.shape)) ?? (alike.length > 0 ? d.random.pick(alike) : x);
  });
  const all = d.random.shuffled([x, ...others]);
  const bounds = { low: Math.min(...all.map(({ low }) => low)), high: Math.max(...all.map(({ high }) => high)) };
  const items = all.map(({ text }) => bare(text)).join(', ');
  const rank = x.shape.length;
  if (stack) {
    const axis = d.random.whole(0, rank);
    const written = d.random.chance(0.3) ? '' : `, axis=${d.random.chance(0.5) ? axis : axis - rank - 1}`;
    const at = written === '' ? 0 : axis;
    return made({
      text: `stack([${items}]${written})`,
      shape: x.shape.toSpliced(at, 0, all.length),
      from: all,
      ...bounds,
    });
  }
  const axis = d.random.whole(0, rank - 1);
  const shape = x.shape.map((size, at) => (at === axis ? size * all.length : size));
  const written =
    axis === rank - 1 && d.random.chance(0.5) ? '' : `, axis=${d.random.chance(0.5) ? axis : axis - rank}`;
  return made({ text: `concat([${items}]${written})`, shape, from: all, ...bounds });
}

function product(d: Draft, depth: number): Val | undefined {
  const known = numeric(d).filter(({ shape }) => shape.length > 0);
  const a = tamed(d, operand(d, depth), 2);
  const inner = a.shape.at(-1);
  if (inner === undefined) return undefined;
  const direct = [...known, ...known.flatMap(transposed)].filter(
    (b) => (b.shape.length < 2 ? b.shape[0] : b.shape.at(-2)) === inner,
  );
  const weights = direct.filter(({ perExample }) => !perExample);
  const choice = weights.length > 0 && d.random.chance(0.6) ? weights : direct;
  const b = tamed(d, choice.length > 0 ? d.random.pick(choice) : a, 2);
  const shape = productShape(a.shape, b.shape);
  if (shape === undefined || sizeOf(shape) > mostElements) return undefined;
  const bound = extent(a) * extent(b) * inner;
  const text = d.random.chance(0.85) ? `(${a.text} @ ${b.text})` : `matmul(${bare(a.text)}, ${bare(b.text)})`;
  return tamed(d, made({ text, shape, from: [a, b], low: -bound, high: bound }));
}

function transposed(x: Val): readonly Val[] {
  if (x.shape.length !== 2) return [];
  return [moved(x, `transpose(${bare(x.text)})`, x.shape.toReversed())];
}

/** NumPy's rule for `a @ b`. */
export function productShape(a: Shape, b: Shape): Shape | undefined {
  const [m, n] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b];
  if (m.length === 0 || n.length === 0 || m.at(-1) !== n.at(-2)) return undefined;
  const lead = broadcastShape(m.slice(0, -2), n.slice(0, -2));
  if (lead === undefined) return undefined;
  return [...lead, ...(a.length === 1 ? [] : m.slice(-2, -1)), ...(b.length === 1 ? [] : n.slice(-1))];
}

/** Integers: those that come in, those that an argmax gives, choices and rows of them. */
function indices(d: Draft, count: number, depth: number): Val | undefined {
  const known = integers(d).filter(({ low, high }) => low >= 0 && high < count);
  if (known.length > 0 && d.random.chance(0.2)) return chosen(d, d.random.pick(known), known, count, depth);
  if (known.length > 0 && d.random.chance(0.6)) {
    const of = d.random.pick(known);
    return d.random.chance(0.3) ? (viewOf(d, of) ?? of) : of;
  }
  const x = operand(d, depth);
  const axis = x.shape.findIndex((size) => size <= count);
  return axis < 0 ? undefined : argument(d, x, axis);
}

/** One integer or another, or several side by side. */
function chosen(d: Draft, of: Val, known: readonly Val[], count: number, depth: number): Val {
  const { low, shape } = of;
  const alike = known.filter((each) => sameShape(each.shape, shape));
  const other = d.random.pick(alike);
  const high = Math.max(of.high, other.high);
  const join = { from: [of, other], low, high, dtype: 'i32' as const, flat: true };
  const items = `[${bare(of.text)}, ${bare(other.text)}]`;
  const last = shape.at(-1);
  switch (d.random.pick(['stack', 'concat', 'where', 'where'])) {
    case 'stack':
      return made({ ...join, text: `stack(${items})`, shape: [2, ...shape] });
    case 'concat':
      if (last !== undefined)
        return made({ ...join, text: `concat(${items})`, shape: [...shape.slice(0, -1), 2 * last] });
      break;
    default: {
      const condition = mask(d, depth - 1);
      if (condition === undefined || broadcastShape(condition.shape, shape)?.join() !== shape.join()) break;
      const limit = d.random.whole(0, Math.min(count - 1, 3));
      const rest = d.random.chance(0.5) ? bare(other.text) : String(limit);
      const text = `where(${bare(condition.text)}, ${bare(of.text)}, ${rest})`;
      return made({
        ...join,
        text,
        shape,
        high: Math.max(high, limit),
        perExample: condition.perExample || of.perExample || other.perExample,
      });
    }
  }
  return of;
}

function argument(d: Draft, x: Val, axis: number): Val {
  const size = x.shape[axis] ?? 1;
  return made({
    text: `${d.random.pick(['argmax', 'argmin'])}(${bare(x.text)}, axis=${d.random.chance(0.5) ? axis : axis - x.shape.length})`,
    shape: x.shape.toSpliced(axis, 1),
    from: [x],
    low: 0,
    high: size - 1,
    dtype: 'i32',
    flat: true,
  });
}

export function integer(d: Draft, depth: number): Val | undefined {
  return indices(d, 6, depth);
}

function rows(d: Draft, depth: number): Val | undefined {
  const tables = numeric(d).filter(({ shape, perExample }) => !perExample && shape.length > 0);
  if (tables.length === 0) return undefined;
  const table = d.random.pick(tables);
  const ids = indices(d, table.shape[0] ?? 1, depth);
  if (ids === undefined) return undefined;
  return made({
    text: `gather(${bare(table.text)}, ${bare(ids.text)})`,
    shape: [...ids.shape, ...table.shape.slice(1)],
    from: [table, ids],
    low: table.low,
    high: table.high,
  });
}

function oneHot(d: Draft, depth: number): Val | undefined {
  const ids = indices(d, 100, depth);
  if (ids === undefined) return undefined;
  const classes = d.random.whole(2, 4);
  return made({
    text: `one_hot(${bare(ids.text)}, ${classes})`,
    shape: [...ids.shape, classes],
    from: [ids],
    low: 0,
    high: 1,
    flat: true,
  });
}

function counted(d: Draft): Val {
  const count = d.random.whole(1, 4);
  return made({ text: `arange(${count})`, shape: [count], from: [], low: 0, high: count - 1 });
}

function filled(d: Draft): Val {
  const shape = someShape(d, 2);
  const name = d.random.pick(['zeros', 'ones']);
  return made({ text: `${name}(${listText(shape)})`, shape, from: [], low: 0, high: 1 });
}

function overBatch(d: Draft, depth: number): Val {
  const x = tamed(d, operand(d, depth), 2);
  if (d.random.chance(0.2)) {
    const high = (x.high - x.low) ** 2 / 4;
    return made({
      text: `batch_variance(${bare(x.text)})`,
      shape: x.shape,
      from: [x],
      low: 0,
      high,
      perExample: false,
    });
  }
  const mean = d.random.chance(0.7);
  const text = mean ? `batch_mean(${bare(x.text)})` : `(0.1 * batch_sum(${bare(x.text)}))`;
  return made({ text, shape: x.shape, from: [x], low: x.low, high: x.high, perExample: false });
}

function normalised(d: Draft, depth: number): Val | undefined {
  const x = tamed(d, operand(d, depth));
  if (x.shape.length === 0) return undefined;
  const axis = d.random.whole(0, x.shape.length - 1);
  if (d.random.chance(0.3)) return ofLine(d, tamed(d, x, 1), axis);
  const name = d.random.pick(['softmax', 'log_softmax', 'l2_normalize']);
  const safe = name === 'l2_normalize' ? positive(d, x) : x;
  const written =
    axis === x.shape.length - 1 && d.random.chance(0.4)
      ? ''
      : `, axis=${d.random.chance(0.5) ? axis : axis - x.shape.length}`;
  return made({
    text: `${name}(${bare(safe.text)}${written})`,
    shape: x.shape,
    from: [safe],
    low: name === 'log_softmax' ? -8 : 0,
    high: 1,
  });
}

/** What the library makes of the numbers along an axis, of which none is greater than 1. */
function ofLine(d: Draft, x: Val, axis: number): Val {
  const last = x.shape.at(-1) ?? 1;
  const lead = x.shape.slice(0, -1);
  const k = d.random.whole(1, last);
  const ways: readonly (readonly [call: string, shape: Shape, bound: number])[] = [
    [`prod(X, axis=${axis - d.random.pick([0, x.shape.length])})`, x.shape.toSpliced(axis, 1), 1],
    [`cumprod(X, axis=${axis}, reverse=${d.random.chance(0.5)})`, x.shape, 1],
    ['median(X)', lead, 1],
    [`top_k(X, ${k})`, [...lead, k], 1],
    [`cummax(X, axis=${axis})`, x.shape, 1],
    [`cummin(X, axis=${axis}, reverse=true)`, x.shape, 1],
    [`cumsum(X, axis=${axis})`, x.shape, sizeOf(x.shape)],
    [`roll(X, ${d.random.whole(-2, 2)}, axis=${axis})`, x.shape, 1],
    [`sort(X, axis=${axis})`, x.shape, 1],
    [`repeated(expand_dims(X, ${axis}), ${axis}, 2)`, x.shape.toSpliced(axis, 0, 2), 1],
    [`split(X, ${x.shape[axis] ?? 1}, axis=${axis})[-1]`, x.shape.with(axis, 1), 1],
    [`take_along(X, argsort(X, axis=${axis}), axis=${axis})`, x.shape, 1],
    [`add_along(X, broadcast(arange(${last}) % 2, ${listText(x.shape)}), X)`, x.shape, last + 1],
    ['diag(X)', [...x.shape, last], 1],
    ...(x.shape.length > 1
      ? ([
          ['trace(X)', x.shape.slice(0, -2), last],
          ['lrn(X, 3, alpha=0.2)', x.shape, 1],
          [`resize(X, ${listText(lead.map((size) => size + 1))}, how=bicubic)`, [...lead.map((n) => n + 1), last], 2],
          [`resize(X, ${listText(lead.map((n) => n + 2))}, corners=true)`, [...lead.map((n) => n + 2), last], 1],
        ] as const)
      : []),
    ...(last > 1 ? [['diff(X)', [...lead, last - 1], 2] as const] : []),
    ...(x.shape.length > 1 ? [[`tril(X, k=${d.random.whole(-1, 1)})`, x.shape, 1] as const] : []),
    ...(x.shape.length > 1 && last % 2 === 0 ? [['rotary(X)', x.shape, 2] as const] : []),
  ];
  const [call, shape, bound] = d.random.pick(ways);
  return made({ text: call.replaceAll('X', bare(x.text)), shape, from: [x], low: -bound, high: bound });
}

/** A sum of Einstein over two values whose axes have random letters, of which the result keeps some. */
function einstein(d: Draft, depth: number): Val | undefined {
  const [x, y] = [tamed(d, operand(d, depth), 1), tamed(d, operand(d, depth), 1)];
  const sizes = new Map<string, number>();
  const lettersOf = ({ shape }: Val): string =>
    shape
      .map((size) => {
        const known = [...sizes].filter(([, other]) => other === size).map(([letter]) => letter);
        const letter =
          known.length > 0 && d.random.chance(0.6) ? d.random.pick(known) : String.fromCodePoint(97 + sizes.size);
        sizes.set(letter, size);
        return letter;
      })
      .join('');
  const [a, b] = [lettersOf(x), lettersOf(y)];
  const output = d.random.shuffled(d.random.some([...sizes.keys()], 0.5));
  const shape = output.map((letter) => sizes.get(letter) ?? 1);
  if (sizes.size === 0 || sizeOf(shape) > mostElements) return undefined;
  const summed = [...sizes].reduce((all, [letter, size]) => (output.includes(letter) ? all : all * size), 1);
  const text = `einsum("${a},${b}->${output.join('')}", ${bare(x.text)}, ${bare(y.text)})`;
  return tamed(d, made({ text, shape, from: [x, y], low: -summed, high: summed }));
}

/** Drawn anew at each step: for each example, or shared. */
function random(d: Draft, depth: number): Val {
  const like = d.random.chance(0.6) ? operand(d, depth) : undefined;
  const shape = like?.shape ?? someShape(d, 2);
  const name = d.random.pick(['uniform', 'normal']);
  const text = `${name}(${like === undefined ? listText(shape) : `like=${bare(like.text)}`})`;
  return made({ text, shape, from: like === undefined ? [] : [like], low: -3, high: 3, flat: true });
}

/** A shape of up to so many axes, of small sizes, often 1. */
export function someShape(d: Draft, rank: number, least = 1): Shape {
  const axes = d.random.whole(Math.min(least, rank), rank);
  return Array.from({ length: axes }, () => d.random.pick([1, 1, 2, 2, 3, 3, 4, 5]));
}
