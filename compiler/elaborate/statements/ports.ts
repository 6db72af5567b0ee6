/** Inputs and targets: the shape of one example, and what the raw data may be. */
import type { Expression, PortType, Span, Statement } from '../../../grammar/ast.ts';
import { asNumber, error } from '../../language/datum.ts';
import type { Tensor } from '../../language/datum.ts';
import type { Port } from '../../ir/model.ts';
import { name } from './assign.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { shapeOf } from '../evaluate/sizes.ts';
import type { Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { report } from '../frame/report.ts';

type PortStatement = Extract<Statement, { type: 'port' }>;

export function declarePort(statement: PortStatement, spec: Spec, frame: Frame): void {
  const { role, span } = statement;
  const text = statement.name.text;
  if (role === 'noise') {
    declareNoise(statement, spec, frame);
    return;
  }
  const type = typeOf(statement.portType, frame);
  const range = rangeOf(statement, frame);
  if (type === undefined) {
    name(text, statement.name.span, error, frame);
    if (role === 'input') frame.flow.it = error;
    else spec.targets.push({ name: text, datum: error });
    return;
  }
  // What is augmented enters the graph as it is then; the data is checked as it was declared.
  const { dtype, shape, classes } = frame.world.augmented.get(text) ?? type;
  const value = frame.run.graph.input(role, text, { dtype, shape: ['B', ...shape] }, text);
  if (range !== undefined && !frame.world.augmented.has(text))
    frame.run.graph.setRange(value, { low: range[0], high: range[1], nan: true });
  const tensor: Tensor = {
    type: 'tensor',
    value,
    perExample: true,
    classes,
    made: { source: frame.site.source, span },
  };
  const port: Port = { name: text, role, ...type, range, origin: originOf(frame, span) };
  if (spec.ports.some((other) => other.name === text)) {
    name(text, statement.name.span, tensor, frame);
    return;
  }
  spec.ports.push(port);
  name(text, statement.name.span, tensor, frame);
  if (role === 'input') frame.flow.it = tensor;
  else spec.targets.push({ name: text, datum: tensor });
}

/** `noise z: f32[16] = normal`: comes in as an input does, and is no current value. */
function declareNoise(statement: PortStatement, spec: Spec, frame: Frame): void {
  const { span, distribution: written } = statement;
  const { text } = statement.name;
  const type = typeOf(statement.portType, frame);
  const word = written?.type === 'path' && written.parts.length === 1 ? written.parts[0]?.text : undefined;
  const distribution = distributions.find((each) => each === word);
  if (statement.range !== undefined) report(say.NN2032.range(), statement.range.span, frame);
  if (distribution === undefined)
    report(
      written === undefined ? say.NN2032.none({ name: text }) : say.NN2032.unknown(),
      written?.span ?? span,
      frame,
    );
  if (type !== undefined && type.dtype !== 'f32') report(say.NN2032.whole(), statement.portType.span, frame);
  if (type?.dtype !== 'f32' || distribution === undefined) {
    name(text, statement.name.span, error, frame);
    return;
  }
  const { shape } = type;
  const value = frame.run.graph.input('input', text, { dtype: 'f32', shape: ['B', ...shape] }, text);
  const made = { source: frame.site.source, span };
  spec.noises.push({ name: text, shape, distribution, origin: originOf(frame, span) });
  name(text, statement.name.span, { type: 'tensor', value, perExample: true, classes: undefined, made }, frame);
}

const distributions = ['normal', 'uniform'] as const;

interface Type {
  readonly dtype: 'f32' | 'i32';
  readonly shape: readonly number[];
  readonly classes: number | undefined;
}

const kinds = ['f32', 'i32', 'class'] as const;

function typeOf(type: PortType, frame: Frame): Type | undefined {
  const { kind, items, positions, span } = type;
  if (kind.text === 'class' && namesClasses(items)) {
    const [only] = items;
    const names = [...items, ...(positions ?? [])].length;
    const count = names === 1 && only?.type === 'string' && /^\d+$/.test(only.value) ? only.value : Math.max(2, names);
    report(say.NN2024.classNames({ classes: count }), span, frame);
    return undefined;
  }
  const sizes = shapeOf({ type: 'list', items, span }, frame);
  const second = positions === undefined ? undefined : shapeOf({ type: 'list', items: positions, span }, frame);
  const fail = (told: Told, at: Span): undefined => {
    report(told, at, frame);
    return undefined;
  };
  if (!kinds.some((known) => known === kind.text)) {
    return fail(say.NN2024.unknown({ name: kind.text, near: nearest(kind.text, kinds) }), kind.span);
  }
  if (sizes === undefined || (positions !== undefined && second === undefined)) return undefined;
  if (kind.text !== 'class') {
    if (second !== undefined) return fail(say.NN2024.sizes({ type: kind.text, sizes: [...sizes, ...second] }), span);
    return { dtype: kind.text === 'i32' ? 'i32' : 'f32', shape: sizes, classes: undefined };
  }
  const [classes, ...more] = sizes;
  if (classes === undefined || more.length > 0) return fail(say.NN2024.classSizes(), span);
  if (classes < 2) return fail(say.NN2024.oneClass({ classes }), span);
  return { dtype: 'i32', shape: second ?? [], classes };
}

/** `class["cat", "dog"]`, `class[cat, dog]`. */
const namesClasses = (items: PortType['items']): boolean =>
  items.some(({ type }) => type === 'string') || (items.length > 1 && items.every(({ type }) => type === 'path'));

function rangeOf(statement: PortStatement, frame: Frame): readonly [number, number] | undefined {
  const { range } = statement;
  if (range === undefined) return undefined;
  const bound = (expression: Expression): number | undefined => {
    const datum = frame.world.meaning.evaluate(expression, frame);
    const value = asNumber(datum);
    if (value === undefined && datum.type !== 'error') report(say.NN2007.bound(), expression.span, frame);
    return value;
  };
  const [low, high] = [bound(range.low), bound(range.high)];
  if (low === undefined || high === undefined) return undefined;
  if (low < high) return [low, high];
  report(say.NN2019.emptyOfPort({ low, high }), range.span, frame);
  return undefined;
}
