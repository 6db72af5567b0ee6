/** Inputs and targets: the shape of one example, and what the raw data may be. */
import type { Expression, PortType, Span, Statement } from '../../../grammar/ast.ts';
import { asNumber, error } from '../../language/datum.ts';
import type { Tensor } from '../../language/datum.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { Port } from '../../ir/model.ts';
import { name } from './assign.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { reportLater } from '../evaluate/names.ts';
import { shapeOf } from '../evaluate/sizes.ts';
import type { Spec } from '../frame/spec.ts';

type PortStatement = Extract<Statement, { type: 'port' }>;

export function declarePort(statement: PortStatement, spec: Spec, frame: Frame): void {
  const { role, span } = statement;
  const text = statement.name.text;
  if (role === 'noise') {
    reportLater(frame, { start: span.start, end: span.start + role.length }, '`noise`');
    name(text, statement.name.span, error, frame);
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
  const value = frame.run.graph.input(role, text, { dtype: type.dtype, shape: ['B', ...type.shape] }, text);
  if (range !== undefined) frame.run.graph.setRange(value, { low: range[0], high: range[1], nan: true });
  const tensor: Tensor = {
    type: 'tensor',
    value,
    perExample: true,
    classes: type.classes,
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
    frame.world.reporter.report({
      code: 'NN2024',
      site: frame.site,
      span,
      message: 'a class has one number: how many classes there are',
      help: `write: class[${count}]; what they are called is read from the data`,
    });
    return undefined;
  }
  const sizes = shapeOf({ type: 'list', items, span }, frame);
  const second = positions === undefined ? undefined : shapeOf({ type: 'list', items: positions, span }, frame);
  const fail = (message: string, at: Span, help: string): undefined => {
    frame.world.reporter.report({ code: 'NN2024', site: frame.site, span: at, message, help });
    return undefined;
  };
  if (!kinds.some((known) => known === kind.text)) {
    return fail(
      `there is no type \`${kind.text}\``,
      kind.span,
      didYouMean(kind.text, kinds) ?? 'the types are f32[…], i32[…] and class[K]',
    );
  }
  if (sizes === undefined || (positions !== undefined && second === undefined)) return undefined;
  if (kind.text !== 'class') {
    if (second !== undefined)
      return fail(
        `${kind.text} has one list of sizes`,
        span,
        `write ${kind.text}[${[...sizes, ...second].join(', ')}]`,
      );
    return { dtype: kind.text === 'i32' ? 'i32' : 'f32', shape: sizes, classes: undefined };
  }
  const [classes, ...more] = sizes;
  if (classes === undefined || more.length > 0) {
    return fail(
      'a class has one number: how many classes there are',
      span,
      'class[10], or class[78][128] for one at each of 128 positions',
    );
  }
  if (classes < 2)
    return fail(`class[${classes}] leaves nothing to tell apart`, span, 'a yes or no is f32[1] with bce, or class[2]');
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
    if (value === undefined && datum.type !== 'error') {
      frame.world.reporter.report({
        code: 'NN2007',
        site: frame.site,
        span: expression.span,
        message: 'a bound is a number',
      });
    }
    return value;
  };
  const [low, high] = [bound(range.low), bound(range.high)];
  if (low === undefined || high === undefined) return undefined;
  if (low < high) return [low, high];
  frame.world.reporter.report({
    code: 'NN2019',
    site: frame.site,
    span: range.span,
    message: `the range ${low}..${high} holds nothing`,
    help: `write ${high}..${low}`,
  });
  return undefined;
}
