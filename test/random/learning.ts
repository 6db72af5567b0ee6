/** How a random spec learns: losses, metrics, penalties, optimizers, schedules, what is frozen and clipped. */
import type { ParameterType } from '../../compiler/language/types.ts';
import { library } from '../library.ts';
import { ownLoss, ownMetric, ownOptimizer, ownPenalty, ownReparam, ownSchedule } from './definitions.ts';
import { bare, sameShape } from './draft.ts';
import type { Draft, Shape, Val } from './draft.ts';
import { expression } from './expressions.ts';
import { integer } from './expressions/integers.ts';
import { made, numeric, positive } from './expressions/values.ts';
import { valueOf } from './layers.ts';

/** A target as it is declared, with what may be compared with it. */
export interface Target {
  readonly name: string;
  readonly shape: Shape;
  readonly classes: number | undefined;
  readonly range: readonly [number, number] | undefined;
}

const reached = new WeakMap<Draft, Set<string>>();

function reach(d: Draft, ...values: readonly Val[]): void {
  const owners = reached.get(d) ?? new Set();
  reached.set(d, owners);
  for (const value of values) for (const owner of value.owners) owners.add(owner);
}

const weightOf = (d: Draft): string => (d.random.chance(0.3) ? ` weight=${d.random.number(0.1, 0.9)}` : '');

/** A loss that compares with the target, and metrics of the same value. */
export function compare(d: Draft, target: Target, only: boolean, isWhole: boolean): void {
  const { name, shape, classes } = target;
  const logits = valueOf(d, classes === undefined ? shape : [...shape, classes]);
  reach(d, logits);
  const bareForm = only && d.random.chance(0.5) && isWhole;
  if (bareForm) d.line(`it = ${logits.text}`);
  const on = bareForm ? '' : ` ${logits.text} ${name}`;
  d.line(
    `loss ${lossOf(d, target)}${on === '' ? '' : on}${weightOf(d)}`.replace(
      /^(loss \w+)((?: \w+=(?:\[[^\]]*\]|\(.*\)|\S+))*) (\w+ \w+)/,
      '$1 $3$2',
    ),
  );
  if (d.random.chance(0.25)) d.line(`loss = ${d.random.number(0.1, 0.5)} * mean(${distance(target, logits)}^2)`);
  for (const metric of d.random.some(metricsOf(d, target), 0.3))
    d.line(`metric ${metric.replace(/^\w+/, (kind) => `${kind}${on}`)} as ${d.fresh('m')}`);
}

/** How far the target is from a value, as mathematics. */
function distance({ name, classes }: Target, logits: Val): string {
  if (classes === undefined) return `(tanh(${logits.text}) - ${name})`;
  return `((softmax(${logits.text}) - one_hot(${name}, ${classes})) * (reshape(${name}, [*shape(${name}), 1]) >= 0))`;
}

function lossOf(d: Draft, { shape, classes, range }: Target): string {
  if (classes !== undefined) {
    const weights = ` weights=[${Array.from({ length: classes }, () => d.random.number(0.5, 2, 1)).join(', ')}]`;
    const value = d.random.pick([weights, ` weights=${positiveOf(d, classes)}`]);
    const weighted = d.random.chance(0.3) ? value : '';
    return d.random.chance(0.6)
      ? `xent${d.random.chance(0.3) ? ` smoothing=${d.random.number(0.05, 0.3)}` : ''}${weighted}`
      : `focal${d.random.chance(0.4) ? ` gamma=${d.random.pick([1, 1.5, 3])}` : ''}${weighted}`;
  }
  const any = ['mse', 'mae', 'huber', 'huber delta=0.5', 'logcosh', ownLoss(d)];
  if (range?.[0] === 0)
    any.push(
      'poisson',
      'bce',
      'bce',
      'dice smooth=2',
      'dice',
      ...(shape.length > 0 ? ['kl', 'xent', 'xent smoothing=0.1'] : []),
    );
  if (range?.[0] === -1) any.push('hinge', 'hinge');
  if (shape.length > 0) any.push('cosine');
  return d.random.pick(any);
}

/** A weight for each class, which a value may be too. */
function positiveOf(d: Draft, classes: number): string {
  const fits = numeric(d).filter(({ shape, perExample }) => !perExample && shape.length === 1 && shape[0] === classes);
  const value = positive(
    d,
    fits.length > 0
      ? d.random.pick(fits)
      : made({ text: `ones([${classes}])`, shape: [classes], from: [], low: 1, high: 1 }),
  );
  return `(${bare(value.text)})`;
}

function metricsOf(d: Draft, { shape, classes, range }: Target): readonly string[] {
  if (classes !== undefined) return ['accuracy', 'f1', 'f1 average=micro'];
  const any = ['mse', 'mae', 'r2', ownMetric(d)];
  if (range?.[0] === 0 && shape.length > 0) any.push('accuracy', 'accuracy distribution=true', 'f1');
  return any;
}

/** Losses between values, without a target. */
export function relate(d: Draft): void {
  const u = d.random.pick(
    numeric(d)
      .filter(({ shape, perExample }) => shape.length > 0 && perExample)
      .concat(valueOf(d, [3])),
  );
  const v = alike(d, u);
  const w = alike(d, u);
  const way = d.random.whole(0, 7);
  if (way === 4 || way === 5) {
    crossed(d);
    return;
  }
  if (way > 5) {
    sloped(d, u);
    return;
  }
  reach(d, u);
  if (way === 0) d.line(`loss cosine ${u.text} ${v.text}${weightOf(d)}`);
  else if (way === 1)
    d.line(`loss triplet ${u.text} ${v.text} ${w.text} margin=${d.random.number(0.5, 1.5)}${weightOf(d)}`);
  else if (way === 2)
    d.line(`loss mse ${u.text} ${d.random.number(-1, 1)}${weightOf(d)}`.replace(/ (-[\d.]+)/, ' ($1)'));
  else d.line(`loss huber ${u.text} ${v.text}${weightOf(d)}`);
  reach(d, ...(way === 2 ? [] : [v]));
}

/** All examples of a batch with each other. */
function crossed(d: Draft): void {
  const vectors = numeric(d).filter(({ shape, perExample }) => shape.length === 1 && perExample);
  const u = d.random.pick(vectors.concat(valueOf(d, [3])));
  const v = alike(d, u);
  const w = v.perExample ? v : u;
  reach(d, u, w);
  const factor = d.random.number(0.1, 0.5);
  d.line(
    d.random.pick([
      `loss infonce ${u.text} ${w.text} temperature=${d.random.number(0.5, 2)}${weightOf(d)}`,
      `loss = ${factor} * tanh(cross(${bare(u.text)}, ${bare(w.text)}))^2`,
      `loss = ${factor} * logsumexp(sin(cross(${bare(w.text)}, ${bare(u.text)})), axis=-1)^2`,
    ]),
  );
}

/** How steep something is along a value: the loss has second derivatives. */
function sloped(d: Draft, u: Val): void {
  // Its `grad` would be the spec's own.
  if (d.definitions.some((each) => each.startsWith('def fn grad('))) return;
  const along = d.random.pick(
    numeric(d)
      .filter(({ perExample }) => perExample)
      .concat(valueOf(d, [2])),
  );
  const name = d.fresh('g');
  reach(d, u, along);
  d.line(`${name} = ${along.text}`);
  d.line(
    `loss = ${d.random.number(0.1, 0.5)} * mean(square(grad(mean(sin(${bare(u.text)})) * mean(tanh(${name})), ${name})))`,
  );
}

function alike(d: Draft, u: Val): Val {
  const fits = numeric(d).filter(({ shape, text }) => sameShape(shape, u.shape) && text !== u.text);
  return fits.length > 0 ? d.random.pick(fits) : valueOf(d, u.shape);
}

/** Mathematics as a loss: above 0, so that nothing cancels. */
export function lossExpression(d: Draft, of: Val): void {
  reach(d, of);
  const p = positive(d, of);
  const forms = [
    `mean(${bare(p.text)})`,
    `${bare(p.text)}`,
    `batch_mean(mean(${bare(p.text)}))`,
    `sum(${bare(p.text)})`,
  ];
  const text = of.shape.length === 0 ? bare(p.text) : d.random.pick(forms);
  d.line(`loss = ${d.random.number(0.05, 0.5)} * (${text})`);
}

/** What no loss reaches yet is added to one. */
export function reachAll(d: Draft): void {
  const known = reached.get(d) ?? new Set();
  for (let guard = 0; guard < 50; guard++) {
    const missing = [...d.owners].filter(
      ([owner]) => !known.has(owner) && ![...known].some((other) => owner.startsWith(`${other}.`)),
    );
    const next = missing.at(-1);
    if (next === undefined) return;
    const [owner, { value }] = next;
    lossExpression(d, d.random.pick([value, ...d.values.filter(({ owners }) => owners.has(owner)).slice(-3)]));
  }
}

/** Arguments of a definition by their defaults: numbers a little smaller, the words of the language as they are. */
function settings(d: Draft, parameters: readonly ParameterType[], skip: ReadonlySet<string>): string {
  return parameters
    .filter(({ name }) => !skip.has(name))
    .flatMap(({ name, words, parameter }) => {
      const value = parameter.default;
      if (value === undefined) {
        if (words.has('list')) return [`${name}=[${d.random.whole(1, 2)}, ${d.random.whole(3, 4)}]`];
        return [`${name}=${d.random.number(0.5, 0.9)}`];
      }
      if (!d.random.chance(0.3)) return [];
      if (value.type === 'boolean') return [`${name}=${String(!value.value)}`];
      if (words.has('int')) return [`${name}=${d.random.whole(1, 3)}`];
      if (value.type !== 'number' || value.value < 1e-3) return [];
      return [`${name}=${Number((value.value * d.random.number(0.7, 1)).toPrecision(3))}`];
    })
    .map((setting) => ` ${setting}`)
    .join('');
}

const rates: Readonly<Record<string, string>> = { adadelta: '0.9', lion: '0.01', sgd: '0.05' };

export function optimizer(d: Draft): string {
  if (d.random.chance(0.2)) return `${ownOptimizer(d)} lr=${d.random.number(0.01, 0.05)}`;
  const name = d.random.pick(library.names('optim'));
  const parameters = library.find('optim', name)?.parameters ?? [];
  const inner = parameters.find(({ words }) => words.has('kind'));
  const kind =
    inner === undefined || d.random.chance(0.5)
      ? ''
      : ` ${inner.name}=${d.random.pick(library.names('optim').filter((each) => each !== name))}`;
  const lr = parameters.some((parameter) => parameter.name === 'lr')
    ? ` lr=${rates[name] ?? d.random.number(0.005, 0.03, 3)}`
    : '';
  return `${name}${kind}${lr}${settings(d, parameters, new Set(['lr', inner?.name ?? '', 'eps', 'tiny', 'start']))}`;
}

export function schedule(d: Draft): string {
  const own = d.random.chance(0.2);
  const name = own ? ownSchedule(d) : d.random.pick(library.names('schedule'));
  const args = own ? '' : settings(d, library.find('schedule', name)?.parameters ?? [], new Set());
  const warmup = d.random.chance(0.3) ? ` warmup=${d.random.whole(1, 3)}` : '';
  return `${name}${args}${warmup}${d.random.chance(0.3) ? ' min=0.05' : ''}`;
}

function penalty(d: Draft): string {
  if (d.random.chance(0.25)) return ownPenalty(d);
  return `${d.random.pick(library.names('penalty'))} ${d.random.number(0.005, 0.05, 3)}`;
}

/** Freezing, optimizers, clips, accumulation: after everything that they name. */
export function train(d: Draft): void {
  const blocks = d.random.chance(0.5);
  const named = [...d.owners.values()].flatMap(({ path }) =>
    path === undefined ? [] : [blocks ? path.replace(/\..*/, '') : path],
  );
  const apart = [...new Set(named)].filter(
    (path) => !named.some((other) => other !== path && (path.startsWith(`${other}.`) || other.startsWith(`${path}.`))),
  );
  const [first, second, third, ...rest] = d.random.shuffled(apart);
  if (first !== undefined && second !== undefined && d.random.chance(0.25)) d.line(`freeze ${first}`);
  if (second !== undefined && third !== undefined && d.random.chance(0.3))
    d.line(`optim ${optimizer(d)} for ${second}`);
  d.line(`optim ${optimizer(d)}`);
  if (d.random.chance(0.3)) d.line(`schedule ${schedule(d)}`);
  const on = rest[0] ?? third;
  if (d.random.chance(0.3))
    d.line(`penalty ${penalty(d)}${on !== undefined && d.random.chance(0.4) ? ` on ${on}` : ''}`);
  if (d.random.chance(0.25)) d.line(`clip ${d.random.pick(['norm', 'value'])} ${d.random.number(0.05, 1)}`);
  if (d.random.chance(0.2)) d.line(`accumulate ${d.random.whole(2, 3)}`);
  if (d.random.chance(0.25)) d.line(`ema ${d.random.number(0.5, 0.99)}`);
  if (d.random.chance(0.2)) d.line(`train epochs=2 batch=4 seed=${d.random.whole(1, 99)}`);
  if (d.matrices.size > 0 && d.random.chance(0.3)) readOtherwise(d);
  if (d.matrices.size > 0 && d.random.chance(0.3)) adapt(d);
  if (d.random.chance(0.1)) d.line('remat auto');
}

/** A function of each matrix of a layer, a block or the rounds of a repeat, in its place. */
function readOtherwise(d: Draft): void {
  const [path] = d.random.pick([...d.matrices]);
  const kind = d.random.pick(['spectral_norm', 'spectral_norm steps=2', ownReparam(d), ownReparam(d)]);
  d.line(`reparam ${kind} on ${path}`);
}

/** A pair beside each matrix of a layer, a block or the rounds of a repeat. */
function adapt(d: Draft): void {
  const [path, most] = d.random.pick([...d.matrices]);
  const alpha = d.random.chance(0.7) ? ` alpha=${d.random.number(0.5, 4)}` : '';
  d.line(`lora ${path} rank=${d.random.whole(1, Math.min(most, 3))}${alpha}`);
}

export function predict(d: Draft): void {
  const count = d.random.whole(0, 3);
  if (count === 0) return;
  const chosen = Array.from({ length: count }, () => {
    if (d.random.chance(0.2)) return integer(d, 1) ?? expression(d, 1);
    return expression(d, d.random.whole(0, 2));
  });
  const [only] = chosen;
  if (count === 1 && only !== undefined) d.line(`predict (${bare(only.text)})`);
  else d.line(`predict ${chosen.map(({ text }) => `${d.fresh('p')}=(${bare(text)})`).join(' ')}`);
}
