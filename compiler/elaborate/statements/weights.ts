/** Weights and states: declared by their paths, read as inputs of the graph, states written by `<-`. */
import { altered } from '../../ir/called.ts';
import type { Span, Statement } from '../../../grammar/ast.ts';
import { join } from '../../ir/paths.ts';
import type { Value } from '../../ir/types.ts';
import { error } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import { asNumber, describe } from '../../language/datum.ts';
import { Scope } from '../../language/scope.ts';
import { originOf } from '../frame/context.ts';
import type { Declared, Frame, Subject } from '../frame/context.ts';
import { initialGraph } from '../evaluate/initialiser.ts';
import type { Initial } from '../evaluate/initialiser.ts';
import { asTensor } from '../values/operation.ts';
import { weightAt } from '../values/matrix-product.ts';
import { effective } from './reparam.ts';
import { broadcastTo, constant, shared } from '../values/tensors.ts';
import { madeLabel, reportInteger } from '../values/misfit.ts';
import { fitsShape, shapeOf } from '../evaluate/sizes.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { report } from '../frame/report.ts';

type Weight = Extract<Statement, { type: 'weight' }>;
type State = Extract<Statement, { type: 'state' }>;
type Update = Extract<Statement, { type: 'update' }>;

/** Bodies that have weights. */
const hasWeights: ReadonlySet<Frame['body']> = new Set(['layer', 'top', 'reparam']);

/** `weight kernel: [in, units] init=…`; without `init` glorot_uniform with two axes or more, else zeros. */
export function declareWeight(statement: Weight, frame: Frame): void {
  const { name, span } = statement;
  const path = join(frame.path, name.text);
  if (!hasWeights.has(frame.body)) {
    misplacedIn('weight', name.span, frame);
    return;
  }
  const shape = shapeOf(statement.shape, frame);
  if (shape === undefined) {
    frame.run.broken.add(path);
    bind(name.text, error, span, frame, name.span);
    return;
  }
  const tensor = parameterAt(path, shape, () => initialOf(statement, shape, frame), span, frame);
  const isWhole = tensor !== undefined && declarePair(path, shape, name.span, span, frame);
  const read = isWhole ? whatIsRead(path, tensor, span, frame) : undefined;
  bind(name.text, read ?? error, span, frame, name.span);
}

/** What the name means from here on. */
function whatIsRead(path: string, stored: Tensor, span: Span, frame: Frame): Tensor | undefined {
  // What a reparametrisation has for itself is adapted no further.
  if (frame.body === 'reparam') return stored;
  frame.run.weightOf.set(effective(path, stored, frame).value, path);
  return weightAt(path, frame, span);
}

/** The parameter of this path, declared here or by the first use of what is reused; undefined after a mistake. */
function parameterAt(
  path: string,
  shape: readonly number[],
  initial: () => Declared['init'] | undefined,
  span: Span,
  frame: Frame,
): Tensor | undefined {
  const { run } = frame;
  const isReused = frame.uses.length > 0;
  const declared = isReused
    ? declaredBefore(path, shape, span, frame, run.parameters)
    : declare(path, shape, initial(), span, frame, run.parameters);
  if (declared === undefined) {
    if (!isReused) run.broken.add(path);
    return undefined;
  }
  const value = run.graph.input('parameter', path, { dtype: 'f32', shape }, path);
  const tensor = { ...shared(value), made: { source: frame.site.source, span } };
  run.weights.set(path, tensor);
  return tensor;
}

/** The pair that `lora` trains beside the matrix, where it adapts it; false after a mistake. Its product is 0 at first. */
function declarePair(path: string, shape: readonly number[], nameSpan: Span, span: Span, frame: Frame): boolean {
  const pair = frame.world.pairs.get(path);
  const [rows, columns] = shape;
  if (pair === undefined || rows === undefined || columns === undefined) return true;
  const thin = (name: string, size: readonly number[], init: string): Tensor | undefined =>
    parameterAt(join(pair.path, name), size, () => standardInitial(init, size, nameSpan, frame), span, frame);
  const [a, b] = [thin('a', [rows, pair.rank], 'fan_in_uniform'), thin('b', [pair.rank, columns], 'zeros')];
  return a !== undefined && b !== undefined;
}

function initialOf(statement: Weight, shape: readonly number[], frame: Frame): Declared['init'] | undefined {
  const written = statement.init;
  if (written !== undefined) {
    return initialGraph(frame.world.meaning.initialiser(written, frame), shape, frame, written.span, adaptedIn(frame));
  }
  return standardInitial(shape.length >= 2 ? 'glorot_uniform' : 'zeros', shape, statement.name.span, frame);
}

/** The weight that a reparametrisation adapts: initial values of its own weights and states may be made of it. */
const adaptedIn = ({ body, adapts }: Frame): Initial | undefined =>
  body === 'reparam' && adapts !== undefined ? { path: 'param', shape: adapts } : undefined;

/** An initialiser of the library. */
function standardInitial(
  name: string,
  shape: readonly number[],
  span: Span,
  frame: Frame,
): Declared['init'] | undefined {
  const expression = { type: 'path' as const, parts: [{ text: name, span }], span };
  return initialGraph(frame.world.meaning.initialiser(expression, outermost(frame)), shape, frame, span);
}

/** The default initialiser is the library's, whatever the body calls by its name. */
function outermost(frame: Frame): Frame {
  return { ...frame, scope: new Scope(), specials: undefined };
}

/** Names that files of weights keep for something else. */
const taken: ReadonlyMap<string, string> = new Map([
  ['t', 'the number of updates'],
  ['__metadata__', 'what they say of themselves'],
]);

function declare(
  path: string,
  shape: readonly number[],
  init: Declared['init'] | undefined,
  span: Span,
  frame: Frame,
  into: Map<string, Declared>,
): Declared | undefined {
  if (init === undefined) return undefined;
  const made = { source: frame.site.source, span };
  const kept = taken.get(path);
  if (kept !== undefined) {
    report(say.NN3008.taken({ path, keeps: kept }), span, frame);
    return undefined;
  }
  const before = frame.run.parameters.get(path) ?? frame.run.states.get(path);
  if (before !== undefined) {
    report(say.NN3008.weights({ path }), span, frame, { also: [{ ...before.made, text: note.first }] });
    return undefined;
  }
  const declared = { path, shape, init, origin: originOf(frame, span), frozen: frame.world.frozen(path), made };
  into.set(path, declared);
  return declared;
}

/** What the first use has declared; undefined, and reported, if this one would need something else. */
function declaredBefore(
  path: string,
  shape: readonly number[],
  span: Span,
  frame: Frame,
  from: ReadonlyMap<string, Declared>,
): Declared | undefined {
  const before = from.get(path);
  const sizes = before?.shape;
  if (sizes?.length === shape.length && sizes.every((size, axis) => size === shape[axis])) return before;
  const use = frame.uses.at(-1);
  const [first, given] = [use?.applied.given ?? [], use?.inputs ?? []].map((data) => data.map(describe));
  const facts = { path: use?.path ?? path, first: first ?? [], given: given ?? [], weight: path };
  const told =
    sizes === undefined ? say.NN2031.weight(facts) : say.NN2031.shape({ ...facts, shape: sizes, needed: shape });
  report(told, span, frame, {
    also: [
      ...(use === undefined ? [] : [{ ...use.applied.made, text: note.madeFirst }]),
      ...(use?.inputs ?? []).flatMap((datum) => (datum.type === 'tensor' ? madeLabel(datum, frame) : [])),
    ],
    // One use is one mistake, however many weights do not fit.
    topic: { use: use?.made.span.start ?? span.start },
  });
  return undefined;
}

function bind(text: string, datum: Datum, span: Span, frame: Frame, nameSpan: Span): void {
  const before = frame.scope.own(text);
  if (before !== undefined && before.exported !== true) {
    report(say.NN2009.declared({ name: text }), nameSpan, frame, {
      also: before.made === undefined ? [] : [{ ...before.made, text: note.first }],
      fault: 'definition',
    });
    return;
  }
  frame.scope.declare(text, { datum, made: { source: frame.site.source, span } });
}

/** `state mean: [in] = zeros` in a layer; `state m = zeros` in an optimizer is a slot, in the parameter's shape. */
export function declareState(statement: State, frame: Frame): void {
  const { name, span } = statement;
  const { subject } = frame;
  if (frame.body !== 'layer' && frame.body !== 'reparam' && (frame.body !== 'optim' || subject === undefined)) {
    misplacedIn('state', name.span, frame);
    return;
  }
  if (statement.shape === undefined && subject === undefined) {
    report(say.NN2005.stateShape({ name: name.text }), name.span, frame, { fault: 'definition' });
    bind(name.text, error, span, frame, name.span);
    return;
  }
  const shape = statement.shape === undefined ? subject?.shape : shapeOf(statement.shape, frame);
  const datum = shape === undefined ? undefined : declareOf(shape, statement, frame);
  bind(name.text, datum ?? error, span, frame, name.span);
}

function declareOf(shape: readonly number[], statement: State, frame: Frame): Datum | undefined {
  const { name, span, value } = statement;
  const { subject } = frame;
  const initialiser = frame.world.meaning.initialiser(value, frame);
  const path = join(frame.path, name.text);
  if (subject === undefined && frame.uses.length > 0) {
    if (declaredBefore(path, shape, span, frame, frame.run.states) === undefined) return undefined;
    const written = frame.run.newStates.get(path);
    if (written !== undefined) return shared(written);
    return shared(frame.run.graph.input('state', path, { dtype: 'f32', shape }, path));
  }
  const parameter = subject === undefined ? adaptedIn(frame) : { path: 'param', shape: subject.shape };
  const init = initialGraph(initialiser, shape, frame, value.span, parameter);
  if (init === undefined) return undefined;
  if (subject !== undefined) return slot(subject, name.text, shape, init, span, frame);
  if (declare(path, shape, init, span, frame, frame.run.states) === undefined) return undefined;
  return shared(frame.run.graph.input('state', path, { dtype: 'f32', shape }, path));
}

function slot(
  subject: Subject,
  name: string,
  shape: readonly number[],
  init: Declared['init'],
  span: Span,
  frame: Frame,
): Datum | undefined {
  if (subject.slots.has(name)) {
    report(say.NN2009.optimizerState({ name }), span, frame);
    return undefined;
  }
  const value = frame.run.graph.input('slot', name, { dtype: 'f32', shape }, name);
  subject.slots.set(name, { shape, init, value });
  return shared(value);
}

/** `mean <- expression`: acts at once, and no gradient flows through it. */
export function updateState(statement: Update, frame: Frame): void {
  const { name } = statement;
  if (frame.turn !== undefined && frame.run.mode !== 'host') {
    report(say.NN2022.writtenInScan({ name: name.text }), name.span, frame, {
      // A layer with several states is one mistake.
      topic: { statesOf: frame.path },
    });
    return;
  }
  if (frame.body === 'augment' && name.text === 'target' && frame.scope.lookup('target') === undefined) {
    retarget(statement, frame);
    return;
  }
  const { subject } = frame;
  const target = frame.scope.own(name.text) ?? frame.scope.lookup(name.text);
  if (subject !== undefined && name.text === 'at' && target === undefined) {
    moveGradient(statement, subject, frame);
    return;
  }
  const isParam = subject !== undefined && name.text === 'param' && target === undefined;
  const binding = isParam ? subject.specials.lookup('param') : target;
  if (binding === undefined) {
    report(noState(name.text, frame), name.span, frame, { fault: 'definition' });
    return;
  }
  const datum = frame.world.meaning.evaluate(statement.value, frame);
  const old = binding.datum;
  if (datum.type === 'error' || old.type === 'error') {
    if (!isParam) frame.scope.rebind(name.text, error);
    return;
  }
  if (old.type !== 'tensor') {
    report(say.NN2007.state({ name: name.text }), name.span, frame, { fault: 'definition' });
    return;
  }
  const shape = old.value.type.shape.filter((size) => size !== 'B');
  const value = storedValue(datum, shape, name.text, statement.value.span, frame);
  if (value !== undefined) write(statement, value, isParam, frame);
}

/** `at <- expression` in an optimizer: where the gradient is taken, which is what `grad` means from here on. */
function moveGradient({ name, value, span }: Update, subject: Subject, frame: Frame): void {
  const { run, world } = frame;
  if (subject.at !== undefined) {
    report(say.NN2009.gradientMoved(), name.span, frame, { fault: 'definition' });
    return;
  }
  const datum = world.meaning.evaluate(value, frame);
  if (datum.type === 'error') return;
  subject.at = storedValue(datum, subject.shape, 'at', value.span, frame);
  if (subject.at !== undefined) run.graph.name(subject.at, 'at');
  const there = run.graph.input('grad', 'grad_there', { dtype: 'f32', shape: subject.shape }, 'grad');
  subject.specials.rebind('grad', { ...shared(there), made: { source: frame.site.source, span } });
}

/** In an augmentation: the target that goes with what becomes of the input, one for each example. */
function retarget({ value }: Update, frame: Frame): void {
  const old = frame.specials?.lookup('target')?.datum;
  const datum = frame.world.meaning.evaluate(value, frame);
  const tensor = datum.type === 'error' ? undefined : asTensor(datum, frame, value.span);
  const isWrong = tensor === undefined || old?.type !== 'tensor' || !tensor.perExample;
  if (tensor !== undefined && !tensor.perExample)
    report(say.NN2007.newTarget(), value.span, frame, { fault: 'definition' });
  frame.specials?.rebind('target', isWrong ? error : { ...tensor, classes: undefined, made: old.made });
}

/** A value as a state or a parameter keeps it: numbers of the device, in exactly its shape. */
export function storedValue(
  datum: Datum,
  shape: readonly number[],
  name: string,
  span: Span,
  frame: Frame,
): Value | undefined {
  if (!fitsShape(datum, shape, `\`${name}\``, frame, span)) return undefined;
  const known = asNumber(datum);
  const tensor = known === undefined ? asTensor(datum, frame, span) : shared(constant(known, frame, span));
  if (tensor === undefined) return undefined;
  if (tensor.value.type.dtype === 'i32') {
    reportInteger(`\`${name}\``, tensor, span, frame);
    return undefined;
  }
  return broadcastTo(onDevice(tensor.value.type.dtype === 'f64', tensor, frame, span), shape, false, frame, span).value;
}

/** A state lies on the device. */
function onDevice(host: boolean, tensor: ReturnType<typeof shared>, frame: Frame, span: Span) {
  if (!host) return tensor;
  return shared(frame.run.graph.apply('cast', [tensor.value], { dtype: 'f32' }, 'number', originOf(frame, span)));
}

function write(statement: Update, value: Value, isParam: boolean, frame: Frame): void {
  const { name, span } = statement;
  const { graph } = frame.run;
  const origin = originOf(frame, span);
  if (isParam) {
    graph.name(value, 'new_param');
    frame.subject?.specials.rebind('param', shared(value));
    return;
  }
  if (frame.subject !== undefined) {
    const entry = frame.subject.slots.get(name.text);
    // Denormal numbers cost wasm a hundredfold.
    const flushed = graph.apply('flush', [value], {}, `new_${name.text}`, origin);
    if (entry !== undefined) entry.value = flushed;
    frame.scope.rebind(name.text, shared(flushed));
    return;
  }
  const path = join(frame.path, name.text);
  const kept = graph.apply(
    'stop_gradient',
    [value],
    { written: true },
    altered(path, (own) => `new_${own}`),
    origin,
  );
  frame.scope.rebind(name.text, shared(kept));
  const training = frame.specials?.lookup('training')?.datum;
  const isWritten = training?.type === 'boolean' && training.value && frame.world.stage.updates(path);
  if (isWritten) frame.run.newStates.set(path, kept);
}

function noState(name: string, { body }: Frame): Told {
  if (body === 'layer' || body === 'reparam') return say.NN2001.layerState({ name });
  if (body === 'optim') return say.NN2001.optimizerState({ name });
  return say.NN2022.noState({ place: body === 'top' ? 'at top level' : `in a ${body}` });
}

function misplacedIn(what: 'state' | 'weight', span: Span, frame: Frame): void {
  const place = frame.body === 'top' ? 'spec' : frame.body;
  report(say.NN2022[what]({ place }), span, frame, { fault: 'definition' });
}
