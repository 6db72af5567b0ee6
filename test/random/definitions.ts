/** Random definitions of a spec's own, of every sort, and their uses. */
import { bare, Draft, sizeOf } from './draft.ts';
import type { Shape, Val } from './draft.ts';
import { expression } from './expressions.ts';
import { number, someShape, tamed } from './expressions/values.ts';
import { apply, initialiser } from './layers.ts';

/** A body in the making: it sees its parameters, and nothing of the spec. */
function inside(d: Draft, values: readonly Val[]): Draft {
  const body = new Draft(d.random, expression);
  body.values.push(...values);
  return body;
}

const parameter = (text: string, shape: Shape, perExample = true): Val => ({
  text,
  shape,
  dtype: 'f32',
  perExample,
  low: -2,
  high: 2,
  owners: new Set(),
});

function define(d: Draft, head: string, body: Draft): void {
  d.definitions.push(`def ${head} {\n${body.lines.map((line) => `  ${line}`).join('\n')}\n}`);
}

/** A function of one value, element by element: an activation. */
export function ownActivation(d: Draft): void {
  const name = d.fresh('act');
  const forms = [
    'k * tanh(x) + x / (1 + x^2)',
    'where(x > k + 0.103, k * x, sin(x))',
    'x * sigmoid(k * x)',
    'maximum(x, k * x) - k',
  ];
  d.definitions.push(`def fn ${name}(x, k=${d.random.number(0.2, 0.8)}) = ${d.random.pick(forms)}`);
  d.activations.push(name, `${name}(k=0.3)`);
}

/** A function of values of these shapes, and a call of it. */
export function ownFunction(d: Draft, values: readonly Val[]): Val {
  const name = d.fresh('fun');
  const taken = values.map((value, i) => ({ ...value, text: `x${i}` }));
  const body = inside(d, taken);
  for (let i = d.random.whole(0, 2); i > 0; i--) body.keep(tamed(body, expression(body, 2)));
  const result = tamed(body, expression(body, 2));
  body.line(`it = ${bare(result.text)}`);
  define(d, `fn ${name}(${taken.map(({ text }) => text).join(', ')})`, body);
  return { ...result, text: `${name}(${values.map(({ text }) => bare(text)).join(', ')})` };
}

/** A function that goes along the first axis of its first value and carries one or two others, and a call of it. */
export function ownScan(d: Draft, along: Val, others: readonly Val[]): Val {
  const name = d.fresh('walk');
  const [steps = 1, ...inner] = along.shape;
  const taken = [along, ...others].map((value, i) => ({ ...value, text: `x${i}`, owners: new Set([`${i}`]) }));
  const [sequence, ...rest] = taken;
  const perExample = taken.some((value) => value.perExample);
  const carried = Array.from({ length: d.random.whole(1, 2) }, (_, i): Val => ({
    ...parameter(`c${i}`, d.random.chance(0.7) ? inner : [], perExample),
    owners: new Set(['0']),
  }));
  const body = inside(d, [{ ...along, text: 'at', shape: inner, owners: new Set(['0']) }, ...rest, ...carried]);
  for (let i = d.random.whole(0, 1); i > 0; i--) body.keep(tamed(body, expression(body, 2)));
  if (d.random.chance(0.2)) {
    const noisy = d.fresh('n');
    body.line(`${noisy} = at + 0.1 * normal(like=at)`);
    body.know({ ...along, text: noisy, shape: inner, owners: new Set(['0']) });
  }
  for (const { text, shape } of carried) {
    const made = tamed(body, expression(body, 2));
    const part = made.shape.join() === shape.join() ? made.text : `mean(${bare(made.text)})`;
    body.line(`${text} = sin(0.5 * ${text} + ${part}${shape.length === inner.length ? ' + at' : ' + mean(at)'})`);
  }
  const firsts = carried.map(
    ({ text, shape }) => `${text} = ${d.random.pick(['zeros', 'ones'])}([${shape.join(', ')}])`,
  );
  const [result] = d.random.shuffled(carried);
  const way = d.random.pick(['', '.all', `.all[${d.random.whole(0, steps - 1)}]`]);
  const reverse = d.random.chance(0.3) ? ' reverse=true' : '';
  d.definitions.push(
    [
      `def fn ${name}(${taken.map(({ text }) => text).join(', ')}) {`,
      `  scan at over ${sequence?.text} with ${firsts.join(', ')}${reverse} {`,
      ...body.lines.map((line) => `    ${line}`),
      '  }',
      `  it = ${carried.map(({ text }) => (text === result?.text ? `${text}${way}` : `0 * mean(${text})`)).join(' + ')}`,
      '}',
    ].join('\n'),
  );
  return {
    text: `${name}(${[along, ...others].map((value) => bare(value.text)).join(', ')})`,
    shape: [...(way === '.all' ? [steps] : []), ...(result?.shape ?? [])],
    dtype: 'f32',
    perExample,
    low: -1,
    high: 1,
    owners: along.owners,
  };
}

/** A layer with weights, states and randomness of its own, and its use. */
export function ownLayer(d: Draft, x: Val): Val {
  const name = d.fresh('lay');
  const it: Val = { ...x, text: 'it', owners: new Set(['it']) };
  const body = inside(d, [it, it, number(0.5), { ...parameter('kk', [], false), known: true }]);
  for (let i = d.random.whole(0, 2); i > 0; i--) {
    const own = d.fresh('w');
    const shape = ownShape(d, x.shape);
    body.line(`weight ${own}: ${shapeText(d, shape, x.shape)} init=${initialiser(d, shape)}`);
    body.know(body.own(own, { ...parameter(own, shape, false), low: -2, high: 2 }));
  }
  const state = d.random.chance(0.4) ? d.fresh('seen') : undefined;
  if (state !== undefined) {
    const kept = tamed(body, expression(body, 1));
    const mean = kept.perExample ? `batch_mean(${bare(kept.text)})` : kept.text;
    body.line(`state ${state}: [${kept.shape.join(', ')}] = ${d.random.pick(['zeros', 'ones', 'constant(0.5)'])}`);
    body.line(`if training { ${state} <- 0.7 * ${state} + 0.3 * ${mean} }`);
    body.know({ ...parameter(state, kept.shape, false) });
  }
  for (let i = d.random.whole(0, 2); i > 0; i--) body.keep(tamed(body, expression(body, 2)));
  if (d.random.chance(0.25)) {
    const of = d.random.pick(body.values.filter(({ shape }) => shape.length > 0).concat(it));
    const noise = d.random.chance(0.5)
      ? `${of.text} + 0.1 * normal(like=${of.text})`
      : `where(uniform(like=${of.text}) > 0.3, ${of.text}, 0.5)`;
    const noisy = d.fresh('n');
    body.line(`if training { ${noisy} = ${noise} } else { ${noisy} = ${of.text} }`);
    body.know({ ...of, text: noisy });
  }
  const result = tamed(body, expression(body, 2));
  const missing = [...body.owners].filter(([owner]) => !result.owners.has(owner)).map(([, { value }]) => value);
  const all = [result.text, ...missing.map(({ text, shape }) => (shape.length === 0 ? text : `mean(${text})`))];
  body.line(`it = ${all.length === 1 ? bare(result.text) : all.join(' + ')}`);
  define(d, `layer ${name}(kk=${d.random.number(0.2, 0.9)})`, body);
  const call = `${name}${d.random.chance(0.5) ? ` kk=${d.random.number(0.2, 0.9)}` : ''}`;
  return apply(d, {
    call,
    from: [x],
    shape: result.shape,
    perExample: result.perExample,
    weighted: body.owners.size > 0,
    through: result.owners.has('it'),
    low: result.low - 2,
    high: result.high + 2,
  });
}

/** Often one that meets the input, so that the weight is used as a matrix or spread. */
function ownShape(d: Draft, input: Shape): Shape {
  const last = input.at(-1);
  if (last === undefined || d.random.chance(0.4)) return someShape(d, 2, 0);
  return d.random.pick([[last], [last, d.random.whole(1, 3)], [1, last], [d.random.whole(1, 3), last]]);
}

function shapeText(d: Draft, shape: Shape, input: Shape): string {
  const last = input.at(-1);
  return `[${shape.map((size) => (size === last && d.random.chance(0.6) ? 'in' : size)).join(', ')}]`;
}

export function ownInitialiser(d: Draft): void {
  const name = d.fresh('start');
  const forms = [
    'a * (uniform(shape) - 0.5)',
    'a * normal(shape)',
    'a / (1 + fan_in)',
    'a * cos(3 * uniform(shape))',
    'a',
  ];
  d.definitions.push(`def init ${name}(a=${d.random.number(0.3, 0.9)}) = ${d.random.pick(forms)}`);
  d.initialisers.push(name, `${name}(a=0.4)`);
}

/** An optimizer: slots, branches on the rank, reductions over the parameter. */
export function ownOptimizer(d: Draft): string {
  const name = d.fresh('opt');
  const lines = ['state m = zeros'];
  if (d.random.chance(0.5)) lines.push('state v: [] = 1', 'v <- 0.9 * v + 0.1 * mean(grad^2)');
  if (d.random.chance(0.3)) lines.push('state p = param', 'p <- 0.8 * p + 0.2 * param');
  const slots = lines.filter((line) => line.startsWith('state')).length;
  lines.push(
    `m <- ${d.random.pick(['beta * m + grad', 'beta * m + (1 - beta) * tanh(grad)', 'beta * m + grad / (1 + abs(grad))'])}`,
  );
  const steps = ['m', 'm / (1 - beta^t)', 'm / (0.1 + norm(m))', 'm + 0.1 * param', 'm / (1 + mean(abs(param)))'];
  if (slots > 1 && lines[1]?.includes('[]') === true) steps.push('m / (sqrt(v) + 0.1)');
  const step = d.random.pick(steps);
  const forms = [
    [`if rank(param) >= 2 { u = ${step} } else { u = grad }`, 'param <- param - lr * u'],
    ['if decays { param <- param - 0.01 * lr * param }', `param <- param - lr * (${step})`],
    [`param <- param - lr * (${step})`],
  ];
  lines.push(...d.random.pick(forms));
  d.definitions.push(
    `def optim ${name}(lr=0.02, beta=${d.random.number(0.5, 0.9)}) {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`,
  );
  return name;
}

export function ownSchedule(d: Draft): string {
  const name = d.fresh('pace');
  const forms = ['1 / (1 + a * t)', 'where(t > 1, a, 1)', '(1 - u)^a', 'a^(t / T)', 'minimum(1, a + t / T)'];
  d.definitions.push(`def schedule ${name}(a=${d.random.number(0.2, 0.9)}) = ${d.random.pick(forms)}`);
  return name;
}

export function ownPenalty(d: Draft): string {
  const name = d.fresh('pen');
  const forms = [
    'c * sin(param)^2',
    'c * norm(param)',
    'c * softplus(param)',
    'c * abs(param) / (1 + abs(param))',
    'c * sum(param^2)',
  ];
  d.definitions.push(`def penalty ${name}(c) = ${d.random.pick(forms)}`);
  return `${name} ${d.random.number(0.01, 0.1)}`;
}

/** What a layer reads in the place of its weight: with weights and states of its own, which start as something of it. */
export function ownReparam(d: Draft): string {
  const name = d.fresh('form');
  const lines = [
    ...(d.random.chance(0.5) ? ['weight g: [size(it, -1)] init=mean(it^2, axis=0)', 'it = it * (k + g)'] : []),
    ...(d.random.chance(0.5)
      ? ['state seen: [*shape(it)] = abs(it)', 'if training { seen <- 0.5 * seen + abs(it) }', 'it = it / (1 + seen)']
      : []),
    d.random.pick(['it = sin(it)', 'it = it * sigmoid(k * it)', 'it = it - k * mean(it)', 'it = it / (k + norm(it))']),
  ];
  if (d.random.chance(0.2)) lines.push('if training { it = it * (0.9 + 0.2 * uniform(like=it)) }');
  d.definitions.push(
    `def reparam ${name}(k=${d.random.number(0.5, 1)}) {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`,
  );
  return name;
}

/** A loss that compares two values of one shape. */
export function ownLoss(d: Draft): string {
  const name = d.fresh('cost');
  const forms = [
    '(z - y)^2 * k',
    'sqrt((z - y)^2 + k)',
    'softplus(z - y) + k',
    'mean((z - y)^2) + k * batch_mean(mean(z))^2',
  ];
  const short = `def loss ${name}(z=it, y=target, k=${d.random.number(0.1, 0.6)}) = ${d.random.pick(forms)}`;
  d.definitions.push(short);
  return name;
}

export function ownMetric(d: Draft): string {
  const name = d.fresh('fig');
  const forms = [
    'abs(z - y) / (1 + abs(y))',
    'batch_mean(mean((z - y)^2)) / (1 + batch_mean(mean(y^2)))',
    '(z > y + 0.1)',
    'sqrt(batch_sum(mean((z - y)^2)))',
  ];
  d.definitions.push(`def metric ${name}(z=it, y=target) = ${d.random.pick(forms)}`);
  return name;
}

export const small = (shape: Shape): boolean => sizeOf(shape) <= 24;
