/** A random spec that has no mistake: its text is all that a seed decides. */
import { ownActivation, ownFunction, ownInitialiser, ownLayer, ownScan, small } from './definitions.ts';
import { bare, Draft } from './draft.ts';
import type { Val } from './draft.ts';
import { expression } from './expressions.ts';
import { integer } from './expressions/integers.ts';
import { numeric, someShape } from './expressions/values.ts';
import { layer, someWeight } from './layers.ts';
import { compare, lossExpression, predict, reachAll, relate, train } from './learning.ts';
import type { Target } from './learning.ts';
import { drawnParts, inParts } from './parts.ts';
import { Random } from './random.ts';

export function randomSpec(seed: number): string {
  const random = new Random(seed);
  const d = new Draft(random, expression);
  const apart = new Draft(new Random(seed + 2 ** 30), expression);
  const parts = drawnParts(apart);
  if (random.chance(0.3)) hyper(d);
  ports(d);
  if (apart.random.chance(0.12)) noise(d, apart.random);
  const inputs = [...d.values];
  const targets = Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, () => target(d));
  if (apart.random.chance(0.15)) augment(d, apart.random, inputs, targets);
  if (random.chance(0.3)) ownActivation(d);
  if (random.chance(0.3)) ownInitialiser(d);
  for (let i = random.whole(0, 3); i > 0; i--) someWeight(d);
  for (let i = random.whole(2, 7); i > 0; i--) statement(d);
  for (const each of targets) compare(d, each, targets.length === 1, parts === undefined);
  if (random.chance(0.2)) relate(d);
  if (targets.length === 0 || random.chance(0.5))
    lossExpression(d, random.chance(0.6) ? expression(d, 2) : random.pick(numeric(d).slice(-4)));
  if (d.owners.size === 0) someWeight(d);
  reachAll(d);
  predict(d);
  train(d);
  inParts(d, parts);
  return `${[...d.definitions, ...d.lines].join('\n')}\n`;
}

function hyper(d: Draft): void {
  const name = d.fresh('n');
  const value = d.random.whole(1, 4);
  d.line(`hyper ${name} = ${value} in [1, 2, 3, 4]`);
  d.hypers.set(name, value);
}

function ports(d: Draft): void {
  const { random } = d;
  for (let i = random.pick([1, 1, 1, 2, 3]); i > 0; i--) {
    const name = d.fresh('x');
    const shape = someShape(d, 3, random.chance(0.1) ? 0 : 1);
    const integers = random.chance(0.25);
    const range = random.chance(0.3)
      ? random.pick([
          [0, 1],
          [-1, 1],
          [0.5, 2],
        ] as const)
      : undefined;
    const high = random.whole(1, 4);
    const said = integers ? ` in 0..${high}` : range === undefined ? '' : ` in ${range.join('..')}`;
    d.line(`input ${name}: ${integers ? 'i32' : 'f32'}[${shape.join(', ')}]${said}`);
    const [low, top] = integers ? [0, high] : (range ?? [-1.5, 1.5]);
    d.know({ text: name, shape, dtype: integers ? 'i32' : 'f32', perExample: true, low, high: top, owners: new Set() });
  }
  if (numeric(d).length === 0) {
    d.line('input x0: f32[3]');
    d.know({ text: 'x0', shape: [3], dtype: 'f32', perExample: true, low: -1.5, high: 1.5, owners: new Set() });
  }
}

/** What is drawn for each example. */
function noise(d: Draft, random: Random): void {
  const name = d.fresh('z');
  const shape = Array.from({ length: random.whole(0, 2) }, () => random.whole(1, 4));
  const distribution = random.pick(['normal', 'uniform']);
  d.line(`noise ${name}: f32[${shape.join(', ')}] = ${distribution}`);
  const [low, high] = distribution === 'uniform' ? [0, 1] : [-4, 4];
  d.know({ text: name, shape, dtype: 'f32', perExample: true, low, high, owners: new Set() });
}

/** What training sees of an input. */
function augment(d: Draft, random: Random, inputs: readonly Val[], targets: readonly Target[]): void {
  const given = inputs.filter(
    ({ dtype, text }) => dtype === 'f32' && d.lines.some((line) => line.startsWith(`input ${text}:`)),
  );
  for (const { text, shape } of random.some(given, 0.7)) {
    const kinds = ['noise std=0.1', 'noise'];
    const [height = 1, width = 1, channels] = shape;
    if (channels !== undefined) {
      const size = `${height}x${width}`;
      kinds.push(
        'flip',
        'flip vertical rate=0.3',
        `crop ${size} pad=1`,
        'shift 1',
        'cutout 1x2 value=0.5',
        'rotate 30',
      );
    }
    const [only, ...others] = targets;
    if (only?.classes === undefined && only !== undefined && others.length === 0) kinds.push('mixup alpha=0.5');
    d.line(`augment ${random.pick(kinds)} from ${text}`);
  }
}

function target(d: Draft): Target {
  const { random } = d;
  const name = d.fresh('y');
  const shape = someShape(d, 2, 0);
  if (random.chance(0.5)) {
    const classes = random.whole(2, 4);
    // As many positions as classes, at times: a place where one could be taken for the other.
    const places = random.chance(0.5) ? [] : random.chance(0.4) ? [classes] : shape;
    d.line(`target ${name}: class[${classes}]${places.length > 0 ? `[${places.join(', ')}]` : ''}`);
    return { name, shape: places, classes, range: undefined };
  }
  const range = random.pick([undefined, [0, 1], [-1, 1]] as const);
  d.line(`target ${name}: f32[${shape.join(', ')}]${range === undefined ? '' : ` in ${range.join('..')}`}`);
  return { name, shape, classes: undefined, range };
}

function statement(d: Draft): void {
  const { random } = d;
  const x = (): Val => random.pick(random.chance(0.3) ? numeric(d) : numeric(d).slice(-3));
  const way = random.whole(0, 19);
  if (way < 7) d.keep(expression(d, random.whole(1, 3)));
  else if (way < 13) layer(d, x());
  else if (way < 15) {
    const of = x();
    if (small(of.shape)) ownLayer(d, of);
  } else if (way === 15) {
    const values = Array.from({ length: random.whole(1, 2) }, x).filter(({ shape }) => small(shape));
    const [along, ...others] = values;
    if (along !== undefined && along.dtype === 'f32' && along.shape.length > 0 && random.chance(0.5))
      d.keep(ownScan(d, along, others));
    else if (values.length > 0) d.keep(ownFunction(d, values));
  } else if (way === 16) {
    const name = d.fresh('b');
    d.within(`block ${name}`, name, () => {
      for (let i = random.whole(1, 2); i > 0; i--) if (layer(d, x()) === undefined) d.keep(expression(d, 2));
    });
  } else if (way === 17 && random.chance(0.3)) condition(d);
  else if (way === 17 && random.chance(0.5)) rounds(d, x());
  else if (way === 17) again(d, x());
  else if (way === 18) {
    const ids = integer(d, 2);
    if (ids !== undefined) d.keep(ids, d.fresh('i'));
  } else d.line(`it = ${bare(expression(d, 2).text)}`);
}

/** The same lines several times, each with parameters of its own; what a round names is local to it. */
function rounds(d: Draft, x: Val): void {
  const { random } = d;
  const width = x.shape.at(-1);
  if (!small(x.shape) || width === undefined || x.dtype !== 'f32') return;
  const name = d.fresh('r');
  d.line(`it = ${x.text}`);
  const path = d.path(name);
  let hasWeights = false;
  d.within(`repeat ${random.whole(1, 4)} as ${name}`, name, () => {
    const before = d.fresh('h');
    d.line(`${before} = it`);
    const layers = [
      `layer dense ${width} tanh`,
      'layer layernorm',
      'layer batchnorm',
      'layer prelu',
      'layer dropout 0.3',
    ];
    const inner = `repeat ${random.whole(1, 3)} { layer dense ${width} relu; it = it + ${before} }`;
    for (let i = random.whole(1, 2); i > 0; i--) {
      const line = random.pick([...layers, inner]);
      if (line.includes('dense')) d.matrices.set(path, width);
      hasWeights ||= !line.includes('dropout');
      d.line(line);
    }
    // The first round may be given the very value that all of them read.
    const around = `it = tanh(it) + ${x.text}`;
    d.line(random.pick([`it = tanh(it) + ${before}`, `it = sin(it)`, `it = it * sigmoid(${before})`, around]));
  });
  // What `it` is changes with the next line, so that it gets a name at once.
  const kept = d.fresh('v');
  d.line(`${kept} = it`);
  const value = { ...x, text: kept, low: -4, high: 4 };
  d.know(hasWeights ? d.own(path, value) : value);
}

/** A layer or a block, and the same of other values of its input's shape. */
function again(d: Draft, x: Val): void {
  const { random } = d;
  const width = x.shape.at(-1);
  if (!small(x.shape) || width === undefined || x.dtype !== 'f32') return;
  const name = d.fresh('e');
  const path = d.path(name);
  const layers = [
    `dense ${width} tanh`,
    'layernorm',
    'batchnorm momentum=0.8',
    'prelu',
    'dropout 0.3',
    'gaussian_noise 0.1',
  ];
  d.line(`it = ${x.text}`);
  if (random.chance(0.4)) d.line(`layer dense ${width} sin as ${name}`);
  else {
    d.within(`block ${name}`, name, () => {
      d.line(`layer dense ${width} ${random.pick(['tanh', 'sin', 'sigmoid'])}`);
      const rounds = `repeat ${random.whole(1, 3)} { layer ${random.pick(layers)}; layer ${random.pick(layers)}; it = sin(it) }`;
      for (let i = random.whole(0, 2); i > 0; i--)
        d.line(random.pick([rounds, ...layers.map((each) => `layer ${each}`)]));
      d.line(random.pick([`it = tanh(it) + ${x.text}`, 'it = sin(it)']));
    });
  }
  d.matrices.set(path, width);
  const kept = d.fresh('v');
  const uses = [
    `reuse ${name}`,
    `reuse ${name} from (it * 0.5) as ${kept}`,
    `reuse ${name} from (${x.text} * it)`,
    `repeat ${random.whole(1, 3)} { reuse ${name}; it = it * 0.7 }`,
    `repeat 2 { layer dense ${width} tanh; reuse ${name} }`,
  ];
  for (const use of random.shuffled(uses).slice(0, random.whole(1, 3))) d.line(use);
  const result = d.fresh('v');
  d.line(`${result} = it`);
  d.know(d.own(path, { ...x, text: result, low: -4, high: 4 }));
}

/** A branch that is chosen while compiling; both give the same names. */
function condition(d: Draft): void {
  const [name, value] = [...d.hypers].at(0) ?? ['1', 1];
  const limit = d.random.whole(1, 3);
  const kept = d.fresh('c');
  const [a, b] = [expression(d, 2), expression(d, 1)];
  d.line(`if ${name} > ${limit} { ${kept} = ${bare(a.text)} } else { ${kept} = ${bare(b.text)} }`);
  d.know({ ...(value > limit ? a : b), text: kept });
}
