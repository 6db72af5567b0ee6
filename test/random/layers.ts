/** Random layers: a rule for each of the library's says what it takes and what comes out. */
import { library } from '../library.ts';
import { bare, mostElements, sizeOf } from './draft.ts';
import type { Draft, Shape, Val } from './draft.ts';
import { activationNames } from './expressions/elementwise.ts';
import { integer } from './expressions/integers.ts';
import { numeric, someShape } from './expressions/values.ts';
import { paddingModes } from './expressions/views.ts';

/** What a layer is called with, and what it gives. */
interface Applied {
  /** After `layer`, without `from` and `as`. */
  readonly call: string;
  readonly from: readonly Val[];
  readonly shape: Shape;
  readonly weighted: boolean;
  readonly low: number;
  readonly high: number;
  /** As its inputs unless said. */
  readonly perExample?: boolean;
  /** Whether the derivative goes through to the inputs; it does unless said. */
  readonly through?: boolean;
}

type Rule = (d: Draft, x: Val) => Applied | undefined;

const wide = { low: -3, high: 3 };
const last = (shape: Shape): number => shape.at(-1) ?? 1;
const divisors = (n: number): readonly number[] => [1, 2, 3, 4].filter((d) => n % d === 0);

export function initialiser(d: Draft, shape: Shape): string {
  const plain = ['glorot_uniform', 'glorot_normal', 'he_uniform', 'he_normal', 'lecun_uniform', 'lecun_normal'];
  const simple = [
    `constant(${d.random.number(-0.9, 0.9)})`,
    `normal(std=${d.random.number(0.1, 0.6)})`,
    'uniform(-1, 1)',
    `uniform(lo=${d.random.number(-1, -0.1)}, hi=0.8)`,
    'truncated_normal(std=0.4)',
    'ones',
    ...[...d.initialisers],
  ];
  if (shape.length < 1) return d.random.pick(simple.slice(0, 4));
  const square = shape.length === 2 ? ['identity', 'identity(gain=0.7)', 'orthogonal'] : [];
  return d.random.pick([...simple, ...(shape.length > 1 ? [...plain, ...square, 'orthogonal(gain=0.8)'] : [])]);
}

const withInit = (d: Draft, shape: Shape): string => (d.random.chance(0.3) ? ` init=${initialiser(d, shape)}` : '');

function keepingShape(
  make: (d: Draft, x: Val) => string,
  weighted: boolean | ((call: string) => boolean),
  fits: (shape: Shape) => boolean = (shape) => shape.length > 0,
): Rule {
  return (d, x) => {
    if (x.dtype !== 'f32' || !fits(x.shape)) return undefined;
    const call = make(d, x);
    // A mask of each example makes the result each example's.
    const mask = /mask=\((\w+)/.exec(call)?.[1];
    const perExample = x.perExample || d.values.some((value) => value.text === mask && value.perExample);
    const own = typeof weighted === 'function' ? weighted(call) : weighted;
    return { call, from: [x], shape: x.shape, weighted: own, perExample, ...wide };
  };
}

const anyActivation = (d: Draft): string =>
  d.random.pick([...activationNames, 'leaky_relu(slope=0.3)', 'elu(alpha=0.7)', 'none', ...d.activations]);

export const rules: Readonly<Record<string, Rule>> = {
  dense: (d, x) => {
    if (x.dtype !== 'f32' || x.shape.length === 0) return undefined;
    const units = d.random.pick([1, 2, 3, 3, 4, 5]);
    const act = d.random.chance(0.6) ? ` ${anyActivation(d)}` : '';
    const bias = d.random.chance(0.2)
      ? ' bias=false'
      : d.random.chance(0.2)
        ? ` bias_init=${initialiser(d, [units])}`
        : '';
    const call = `dense ${number(d, units)}${act}${bias}${withInit(d, [last(x.shape), units])}`;
    return { call, from: [x], shape: [...x.shape.slice(0, -1), units], weighted: true, ...wide };
  },
  batchnorm: keepingShape(
    (d) =>
      `batchnorm${option(d, 'momentum', ['0.9', '0.5'])}${option(d, 'scale', ['false'])}${option(d, 'center', ['false'])}`,
    // Without both it has states alone.
    (call) => !call.endsWith(' scale=false center=false'),
  ),
  layernorm: keepingShape((d) => `layernorm${option(d, 'eps', ['1e-2'])}`, true),
  rmsnorm: keepingShape((d) => `rmsnorm${option(d, 'eps', ['1e-2', '1e-3'])}`, true),
  groupnorm: keepingShape((d, x) => `groupnorm groups=${d.random.pick(divisors(last(x.shape)))}`, true),
  instancenorm: keepingShape(
    (d) => `instancenorm${option(d, 'eps', ['1e-2'])}`,
    true,
    // Of one place alone nothing is left but beta.
    (shape) => shape.length > 1 && sizeOf(shape.slice(0, -1)) > 1,
  ),
  squeeze_excite: keepingShape(
    (d, x) =>
      `squeeze_excite ratio=${d.random.pick(divisors(last(x.shape)))}${option(d, 'act', activationNames)}${option(d, 'bias', ['false'])}`,
    true,
    (shape) => shape.length > 1,
  ),
  highway: keepingShape((d, x) => `highway ${anyActivation(d)}${withInit(d, [last(x.shape), last(x.shape)])}`, true),
  glu: (d, x) => {
    if (x.dtype !== 'f32' || x.shape.length === 0) return undefined;
    const units = d.random.whole(1, 4);
    const call = `glu ${number(d, units)}${option(d, 'act', activationNames)}${option(d, 'bias', ['false'])}`;
    return { call, from: [x], shape: [...x.shape.slice(0, -1), units], weighted: true, ...wide };
  },
  mixture_of_experts: (d, x) => {
    if (x.dtype !== 'f32' || x.shape.length === 0) return undefined;
    const units = d.random.whole(1, 3);
    const call = `mixture_of_experts ${d.random.whole(2, 3)} ${number(d, units)} ${anyActivation(d)}${option(d, 'bias', ['false'])}`;
    return { call, from: [x], shape: [...x.shape.slice(0, -1), units], weighted: true, ...wide };
  },
  sinusoidal_positions: keepingShape(
    (d) => `sinusoidal_positions${option(d, 'base', ['10', '100'])}`,
    false,
    (shape) => shape.length > 1,
  ),
  spatial_dropout: keepingShape(
    (d) => `spatial_dropout ${d.random.pick([0, 0.2, 0.5])}`,
    false,
    (shape) => shape.length > 1,
  ),
  alpha_dropout: keepingShape((d) => `alpha_dropout ${d.random.pick([0, 0.2, 0.5])}`, false),
  prelu: keepingShape((d) => `prelu init=${d.random.pick(['constant(0.2)', 'uniform(0.1, 0.4)'])}`, true),
  swiglu: keepingShape((d) => `swiglu ${d.random.whole(1, 4)}`, true),
  dropout: keepingShape(
    (d) => `dropout ${d.random.pick([0, 0.2, 0.5])}`,
    false,
    () => true,
  ),
  gaussian_noise: keepingShape(
    (d) => `gaussian_noise ${d.random.pick([0.1, 0.3])}`,
    false,
    () => true,
  ),
  attention: keepingShape(
    (d, x) =>
      `attention ${d.random.pick(divisors(last(x.shape)))}${masked(d, x)}${option(d, 'causal', ['true'])}${option(d, 'bias', ['false'])}${option(d, 'dropout', ['0.2'])}`,
    true,
    (shape) => shape.length === 2,
  ),
  multi_query_attention: keepingShape(
    (d, x) =>
      `multi_query_attention ${d.random.pick(divisors(last(x.shape)))}${masked(d, x)}${option(d, 'causal', ['true'])}${option(d, 'bias', ['false'])}${option(d, 'dropout', ['0.2'])}`,
    true,
    (shape) => shape.length === 2,
  ),
  transformer_decoder: (d, x) => {
    const memories = numeric(d).filter(({ shape, text }) => shape.length === 2 && /^\w+$/.test(text));
    const [memory] = memories.length > 0 ? [d.random.pick(memories)] : [];
    if (x.dtype !== 'f32' || x.shape.length !== 2 || memory === undefined) return undefined;
    const heads = d.random.pick(divisors(last(x.shape)));
    return {
      call: `transformer_decoder ${heads} ${d.random.whole(1, 4)}${option(d, 'act', activationNames)} key_from=${memory.text}${option(d, 'causal', ['false'])}`,
      from: [x],
      shape: x.shape,
      weighted: true,
      perExample: x.perExample || memory.perExample,
      ...wide,
    };
  },
  transformer_block: keepingShape(
    (d, x) =>
      `transformer_block ${d.random.pick(divisors(last(x.shape)))} ${d.random.whole(1, 4)}${option(d, 'act', activationNames)}${masked(d, x)}${option(d, 'causal', ['true'])}`,
    true,
    (shape) => shape.length === 2,
  ),
  position_embedding: keepingShape(
    (d, x) => `position_embedding ${(x.shape[0] ?? 1) + d.random.whole(0, 2)}${withInit(d, [4, last(x.shape)])}`,
    true,
    (shape) => shape.length === 2,
  ),
  rnn: (d, x) => recurrent(d, x, (units) => `rnn ${units}${option(d, 'act', ['sin', 'sigmoid', ...d.activations])}`),
  lstm: (d, x) => recurrent(d, x, (units) => `lstm ${units}${option(d, 'unit_forget_bias', ['false'])}`),
  gru: (d, x) => recurrent(d, x, (units) => `gru ${units}`),
  bidirectional: (d, x) =>
    recurrent(d, x, (units) => `bidirectional ${d.random.pick(['rnn', 'lstm', 'gru'])} ${units}`),
  embedding: (d) => {
    const ids = integer(d, 1);
    if (ids === undefined) return undefined;
    const units = d.random.whole(1, 4);
    const rows = ids.high + 1 + d.random.whole(0, 2);
    return {
      call: `embedding ${rows} ${units}${withInit(d, [rows, units])}`,
      from: [ids],
      shape: [...ids.shape, units],
      weighted: true,
      ...wide,
    };
  },
  flatten: (_, x) => moving('flatten', x, [sizeOf(x.shape)]),
  reshape: (d, x) => moving(`reshape [${d.random.pick(divisors(sizeOf(x.shape)))}, -1]`, x, undefined),
  transpose: (d, x) => {
    if (x.shape.length < 2) return undefined;
    const order = d.random.shuffled([...x.shape.keys()]);
    const given = d.random.chance(0.5);
    const shape = given ? order.map((axis) => x.shape[axis] ?? 1) : x.shape.toReversed();
    return moving(`transpose${given ? ` [${order.join(', ')}]` : ''}`, x, shape);
  },
  pad: (d, x) => {
    const padded = resized(d, x, 'pad', (size, by) => size + 2 * by);
    const fits = x.shape.slice(0, -1).every((size) => size > 2);
    return padded && { ...padded, call: `${padded.call}${fits ? option(d, 'mode', paddingModes) : ''}` };
  },
  crop: (d, x) => resized(d, x, 'crop', (size, by) => size - 2 * by),
  upsample: (d, x) => (x.shape.length === 4 ? undefined : resized(d, x, 'upsample', (size, by) => size * by)),
  conv: (d, x) => {
    const groups = d.random.pick(divisors(last(x.shape)));
    const filters = groups * d.random.whole(1, 2);
    return windowed(d, x, (windows, bias) => ({
      call: `conv ${filters} ${windows.size}${windows.rest}${groups > 1 ? ` groups=${groups}` : ''}${bias}`,
      channels: filters,
    }));
  },
  depthwise_conv: (d, x) => {
    const multiplier = d.random.whole(1, 2);
    return windowed(d, x, (windows, bias) => ({
      call: `depthwise_conv ${windows.size} multiplier=${multiplier}${windows.rest}${bias}`,
      channels: last(x.shape) * multiplier,
    }));
  },
  conv_transpose: (d, x) => {
    const axes = x.shape.slice(0, -1);
    if (x.dtype !== 'f32' || axes.length < 1 || axes.length > 2) return undefined;
    const groups = d.random.pick(divisors(last(x.shape)));
    const [filters, size, stride] = [groups * d.random.whole(1, 2), d.random.whole(1, 3), d.random.whole(1, 2)];
    const dilation = d.random.whole(1, 2);
    const same = d.random.chance(0.5);
    const reach = dilation * (size - 1) + 1;
    const shape = axes.map((s) => s * stride + (same ? 0 : Math.max(reach - stride, 0)));
    const further = `${dilation > 1 ? ` dilation=${dilation}` : ''}${groups > 1 ? ` groups=${groups}` : ''}`;
    return {
      call: `conv_transpose ${filters} ${size} stride=${stride}${same ? ' pad=same' : ''}${further}`,
      from: [x],
      shape: [...shape, filters],
      weighted: true,
      perExample: true,
      ...wide,
    };
  },
  maxpool: (d, x) =>
    windowed(d, x, (windows) => ({ call: `maxpool ${windows.size}${windows.rest}`, channels: last(x.shape) }), true),
  avgpool: (d, x) => {
    if (x.shape.length < 2 || x.dtype !== 'f32') return undefined;
    if (d.random.chance(0.6))
      return windowed(
        d,
        x,
        (windows) => ({ call: `avgpool ${windows.size}${windows.rest}`, channels: last(x.shape) }),
        true,
      );
    return { call: 'avgpool global', from: [x], shape: x.shape.slice(-1), weighted: false, low: x.low, high: x.high };
  },
  concat: (d, x) => {
    const fits = numeric(d).filter(
      ({ shape }) =>
        shape.length > 0 &&
        shape.length === x.shape.length &&
        shape.slice(0, -1).every((size, i) => size === x.shape[i]),
    );
    if (fits.length === 0 || x.dtype !== 'f32' || x.shape.length === 0) return undefined;
    const from = [x, d.random.pick(fits)];
    return {
      call: 'concat',
      from,
      shape: [...x.shape.slice(0, -1), from.reduce((sum, { shape }) => sum + last(shape), 0)],
      weighted: false,
      ...wide,
    };
  },
  add: (d, x) => together(d, x, 'add'),
  multiply: (d, x) => together(d, x, 'multiply'),
};

function number(d: Draft, value: number): string {
  const named = [...d.hypers].filter(([, hyper]) => hyper === value).map(([name]) => name);
  return named.length > 0 && d.random.chance(0.6) ? d.random.pick(named) : String(value);
}

function option(d: Draft, name: string, choices: readonly string[]): string {
  return d.random.chance(0.25) ? ` ${name}=${d.random.pick(choices)}` : '';
}

/** Along the first of two axes; two ways are joined side by side. */
function recurrent(d: Draft, x: Val, make: (units: number) => string): Applied | undefined {
  const [steps] = x.shape;
  if (x.dtype !== 'f32' || x.shape.length !== 2 || steps === undefined) return undefined;
  const units = d.random.whole(1, 4);
  const call = make(units);
  const both = call.startsWith('bidirectional');
  const sequences = d.random.chance(0.5);
  const mask = masked(d, x);
  const perExample =
    x.perExample || (mask !== '' && d.values.some(({ text, perExample }) => perExample && mask.includes(text)));
  return {
    call: `${call}${sequences ? ' sequences=true' : ''}${both ? '' : option(d, 'reverse', ['true'])}${mask}`,
    from: [x],
    shape: [...(sequences ? [steps] : []), both ? 2 * units : units],
    weighted: true,
    perExample,
    ...wide,
  };
}

/** A mask over the keys: of an input, by a step. */
function masked(d: Draft, x: Val): string {
  const length = x.shape[0] ?? 1;
  const fits = numeric(d).filter(({ shape, owners }) => shape.length === 1 && shape[0] === length && owners.size === 0);
  return fits.length > 0 && d.random.chance(0.5)
    ? ` mask=(${d.random.pick(fits).text} > ${d.random.number(-0.6, -0.1)}3)`
    : '';
}

function moving(call: string, x: Val, shape: Shape | undefined): Applied | undefined {
  const first = Number(/\[(\d+), -1\]/.exec(call)?.[1] ?? 1);
  return {
    call,
    from: [x],
    shape: shape ?? [first, sizeOf(x.shape) / first],
    weighted: false,
    low: x.low,
    high: x.high,
  };
}

interface Written {
  readonly size: string;
  readonly rest: string;
}

/** A layer whose windows go over the axes before the last; a pool has no dilation and steps by its size. */
function windowed(
  d: Draft,
  x: Val,
  make: (windows: Written, bias: string) => { readonly call: string; readonly channels: number },
  pool = false,
): Applied | undefined {
  const axes = x.shape.slice(0, -1);
  if (x.dtype !== 'f32' || axes.length < 1 || axes.length > 3) return undefined;
  const size = axes.map((s) => d.random.whole(1, Math.min(3, s)));
  const stride = axes.map(() => d.random.whole(1, 2));
  const dilated = d.random.chance(0.3);
  const dilation = axes.map((s, i) => (dilated && 2 * ((size[i] ?? 1) - 1) + 1 <= s ? 2 : 1));
  const pad = d.random.pick(['', '', ' pad=same', ' pad=same', 'pairs', ...(pool ? [] : [' pad=causal'])]);
  // Less than a window on a side: PyTorch's rule for pools, since a window of nothing has no greatest element.
  const pairs = size.map((n) => [d.random.whole(0, n - 1), d.random.whole(0, n - 1)]);
  const shape = axes.map((s, i) => {
    const [k = 1, step = 1, gap = 1, around = []] = [size[i], stride[i], dilation[i], pairs[i]];
    const [before = 0, after = 0] = pad === 'pairs' ? around : [];
    if (pad === ' pad=same' || pad === ' pad=causal') return Math.ceil(s / step);
    return Math.floor((s + before + after - gap * (k - 1) - 1) / step) + 1;
  });
  const written = pad === 'pairs' ? ` pad=[${pairs.map((pair) => `[${pair.join(', ')}]`).join(', ')}]` : pad;
  const text = (numbers: readonly number[]): string => numbers.join('x');
  const rest = ` stride=${text(stride)}${dilated ? ` dilation=${text(dilation)}` : ''}${written}`;
  const { call, channels } = make({ size: text(size), rest }, pool || d.random.chance(0.7) ? '' : ' bias=false');
  return {
    call,
    from: [x],
    shape: [...shape, channels],
    weighted: !pool,
    perExample: true,
    ...(pool ? { low: x.low, high: x.high } : wide),
  };
}

/** The axes before the last, each by a number of its own or by one for all. */
function resized(d: Draft, x: Val, kind: string, to: (size: number, by: number) => number): Applied | undefined {
  const axes = x.shape.slice(0, -1);
  if (x.dtype !== 'f32' || axes.length < 1 || axes.length > (kind === 'upsample' ? 2 : 3)) return undefined;
  const each = axes.length > 1 && d.random.chance(0.5);
  const common = d.random.whole(1, 2);
  const by = axes.map(() => (each ? d.random.whole(1, 2) : common));
  const sizes = axes.map((size, i) => to(size, by[i] ?? 1));
  if (sizes.some((size) => size < 1)) return undefined;
  const low = Math.min(0, x.low);
  return {
    call: `${kind} ${each ? by.join('x') : common}`,
    from: [x],
    shape: [...sizes, last(x.shape)],
    weighted: false,
    low,
    high: Math.max(0, x.high),
  };
}

function together(d: Draft, x: Val, kind: string): Applied | undefined {
  const fits = numeric(d).filter(({ shape }) => shape.join() === x.shape.join());
  if (fits.length === 0 || x.dtype !== 'f32') return undefined;
  const from = [x, ...Array.from({ length: d.random.whole(1, 2) }, () => d.random.pick(fits))];
  return { call: kind, from, shape: x.shape, weighted: false, low: -6, high: 6 };
}

/** Names of the library for which there is a rule, and functions of one value, which are layers too. */
const known = library.names('layer').filter((name) => rules[name] !== undefined);

/** One `layer` statement; its result is the current value, and has a name at times. */
export function layer(d: Draft, x: Val): Val | undefined {
  for (let tries = 0; tries < 6; tries++) {
    const asFunction = d.random.chance(0.15) && x.dtype === 'f32' && x.shape.length > 0;
    const rule = rules[d.random.pick([...known, 'dense', 'dense'])];
    const applied = asFunction ? keepingShape(anyFunction, false)(d, x) : rule?.(d, x);
    if (applied === undefined || sizeOf(applied.shape) > mostElements) continue;
    return apply(d, applied);
  }
  return undefined;
}

const anyFunction = (d: Draft): string =>
  d.random.pick([...activationNames, 'leaky_relu(slope=0.3)', 'tanh', 'sin', ...d.activations]);

/** Layers of matrices, and those of them whose matrices lead from the input's size to the result's. */
const matrixKinds = new Set(
  'dense attention multi_query_attention transformer_block transformer_decoder swiglu glu highway rnn lstm gru bidirectional'.split(
    ' ',
  ),
);
const wholeKinds = new Set(['dense', 'attention']);

export function apply(d: Draft, { call, from, shape, weighted, low, high, ...rest }: Applied): Val {
  const named = d.random.chance(0.7);
  const name = d.fresh('h');
  const [only] = from;
  const flows = only !== undefined && from.length === 1 && d.random.chance(0.3);
  if (flows) d.line(`it = ${bare(only.text)}`);
  const inputs = from.map(({ text }) => (/^\w+$/.test(text) ? text : `(${bare(text)})`)).join(', ');
  d.line(`layer ${call}${flows ? '' : ` from ${inputs}`}${named ? ` as ${name}` : ''}`);
  const owners = new Set(rest.through === false ? [] : from.flatMap((value) => [...value.owners]));
  const result: Val = {
    text: 'it',
    shape,
    dtype: 'f32',
    perExample: rest.perExample ?? from.some(({ perExample }) => perExample),
    low,
    high,
    owners,
  };
  // What `it` is changes with the next line, so that it gets a name at once.
  if (!named) d.line(`${name} = it`);
  const value = { ...result, text: name };
  const [kind = ''] = call.split(' ');
  const sides = [...from, result].map((each) => last(each.shape));
  if (named && matrixKinds.has(kind)) d.matrices.set(d.path(name), wholeKinds.has(kind) ? Math.min(...sides) : 1);
  return d.know(weighted ? d.own(named ? d.path(name) : undefined, value) : value);
}

/** A value of exactly this shape, of each example, from what there is: through a layer or a product with a weight. */
export function valueOf(d: Draft, shape: Shape): Val {
  const units = shape.at(-1);
  const fits = numeric(d).filter(
    ({ perExample, shape: own }) =>
      perExample && own.length === shape.length && own.slice(0, -1).every((size, i) => size === shape[i]),
  );
  const x = fits.length > 0 && units !== undefined && d.random.chance(0.7) ? d.random.pick(fits.slice(-4)) : undefined;
  if (x !== undefined)
    return apply(d, {
      call: `dense ${units}${withInit(d, [last(x.shape), units ?? 1])}`,
      from: [x],
      shape,
      weighted: true,
      ...wide,
    });
  const any = numeric(d).filter(({ perExample }) => perExample);
  const from = d.random.pick(any.length > 0 ? any.slice(-4) : numeric(d));
  const n = sizeOf(from.shape);
  const w = weight(d, [n, sizeOf(shape)]);
  const flat = from.shape.length === 1 ? from.text : `reshape(${bare(from.text)}, [${n}])`;
  const text = `reshape(${flat} @ ${w.text}, [${shape.join(', ')}])`;
  return d.keep({ ...from, text, shape, ...wide, owners: new Set([...from.owners, ...w.owners]) });
}

export function weight(d: Draft, shape: Shape): Val {
  const drawn = d.fresh('w');
  // Files of weights keep the number of updates under this name.
  const name = drawn === 't' ? d.fresh('w') : drawn;
  const init = d.random.chance(0.75) || shape.length < 2 ? ` init=${initialiser(d, shape)}` : '';
  d.line(`weight ${name}: [${shape.join(', ')}]${init}`);
  const value: Val = { text: name, shape, dtype: 'f32', perExample: false, low: -2, high: 2, owners: new Set() };
  return d.know(d.own(d.path(name), value));
}

export const someWeight = (d: Draft): Val => weight(d, someShape(d, 3, 0));
