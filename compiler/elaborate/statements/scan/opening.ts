/** What a scan says before its body: the sequences that it goes along, the first values of what it carries, the way. */
import type { Span, Statement } from '../../../../grammar/ast.ts';
import { asNumber, describe, error, exampleShape } from '../../../language/datum.ts';
import type { Datum, Tensor } from '../../../language/datum.ts';
import { condition } from '../../evaluate/conditions.ts';
import { readDatum } from '../../evaluate/names.ts';
import type { Frame } from '../../frame/context.ts';
import { madeLabel, reportAtEnd, sourceText } from '../../values/misfit.ts';
import { asTensor } from '../../values/operation.ts';
import { say } from '../../../diagnostics/say.ts';
import type { Told } from '../../../diagnostics/say.ts';
import { report } from '../../frame/report.ts';

export type Scan = Extract<Statement, { readonly type: 'scan' }>;

export interface Opening {
  readonly steps: number;
  readonly reverse: boolean;
  readonly sequences: readonly Sequence[];
  readonly carried: readonly First[];
}

/** A number is the same at every position, and so is any value without an axis. */
export interface Sequence {
  readonly name: string;
  readonly datum: Datum;
  readonly span: Span;
}

/** The first value of what is carried. */
export interface First {
  readonly name: string;
  readonly span: Span;
  /** Where it is written. */
  readonly at: Span;
  readonly tensor: Tensor;
  /** As what it is carried. */
  readonly dtype: 'f32' | 'i32';
  readonly perExample: boolean;
}

/** Undefined after a mistake. */
export function openingOf(statement: Scan, frame: Frame): Opening | undefined {
  const { names, over, carried } = statement;
  if (frame.run.graph.host) {
    fail(say.NN2022.hostScan(), statement.span, frame);
    return undefined;
  }
  const reverse = direction(statement, frame);
  const apart = namesApart(statement, frame);
  if (names.length !== over.length) {
    const told = say.NN2029.names({ names: names.length, sequences: over.length });
    fail(told, spanOf(over, statement), frame);
    return undefined;
  }
  const sequences = over.map((expression, i): Sequence => {
    const { span } = expression;
    const datum = sequence(frame.world.meaning.evaluate(expression, frame), span, frame);
    return { name: names[i]?.text ?? '', datum, span };
  });
  const firsts = carried.map(({ name, value }) =>
    firstOf(name.text, name.span, frame.world.meaning.evaluate(value, frame), value.span, frame),
  );
  const known = firsts.filter((first) => first !== undefined);
  if (!apart || reverse === undefined || known.length < firsts.length) return undefined;
  if (sequences.some(({ datum }) => datum.type === 'error')) return undefined;
  const steps = stepsOf(sequences, frame);
  return steps === undefined ? undefined : { steps, reverse, sequences, carried: known };
}

function spanOf(expressions: readonly { readonly span: Span }[], { span }: Scan): Span {
  return { start: expressions[0]?.span.start ?? span.start, end: expressions.at(-1)?.span.end ?? span.end };
}

/** A mistake in how the scan is written. */
export function fail(told: Told, span: Span, frame: Frame): void {
  report(told, span, frame, { fault: 'definition' });
}

/** `reverse=true`; undefined after a mistake. */
function direction({ named }: Scan, frame: Frame): boolean | undefined {
  let reverse: boolean | undefined = false;
  for (const { name, value, span } of named) {
    if (name?.text !== 'reverse') {
      fail(say.NN2003.scan({ name: name?.text ?? '' }), name?.span ?? span, frame);
      return undefined;
    }
    reverse = condition(value, frame);
  }
  return reverse;
}

/** Each name means one thing inside, and what is carried has its name afterwards too. */
function namesApart({ names, carried }: Scan, frame: Frame): boolean {
  const inside = new Set<string>();
  let apart = true;
  const twice = (told: Told, span: Span): void => {
    fail(told, span, frame);
    apart = false;
  };
  for (const { text, span } of names) {
    if (inside.has(text)) twice(say.NN2009.sequence({ name: text }), span);
    inside.add(text);
  }
  for (const { name } of carried) {
    const before = frame.scope.own(name.text);
    const isTaken = before !== undefined && before.exported !== true && before.carried !== true;
    if (name.text === 'it') twice(say.NN2009.carriedIt(), name.span);
    else if (inside.has(name.text) || isTaken) twice(say.NN2009.carried({ name: name.text }), name.span);
    inside.add(name.text);
  }
  return apart;
}

/** A value that is gone along, or a number. */
function sequence(written: Datum, span: Span, frame: Frame): Datum {
  const datum = readDatum(written, frame, span);
  if (datum.type === 'error' || asNumber(datum) !== undefined) return datum;
  if (datum.type !== 'tensor' && datum.type !== 'list') {
    fail(say.NN2007.along({ given: describe(datum) }), span, frame);
    return error;
  }
  return inBatch(asTensor(datum, frame, span), span, frame) ?? error;
}

export const isSequence = (datum: Datum): datum is Tensor => datum.type === 'tensor' && exampleShape(datum).length > 0;

/** The number of positions that all sequences have; undefined after a mistake. */
function stepsOf(sequences: readonly Sequence[], frame: Frame): number | undefined {
  const long = sequences.flatMap(({ datum, span }) =>
    isSequence(datum) ? [{ datum, span, steps: exampleShape(datum)[0] ?? 1, shape: exampleShape(datum) }] : [],
  );
  const [first] = long;
  const [written] = sequences;
  if (first === undefined) {
    fail(say.NN2029.noAxis({ name: sourceText(frame, written?.span) }), written?.span ?? { start: 0, end: 0 }, frame);
    return undefined;
  }
  const unknown = long.find(({ steps }) => steps === 'B');
  if (unknown !== undefined || first.steps === 'B') {
    const { span, shape } = unknown ?? first;
    report(say.NN2025.batchAxis({ name: sourceText(frame, span), shape }), span, frame);
    return undefined;
  }
  const other = long.find(({ steps }) => steps !== first.steps);
  if (other === undefined) return first.steps;
  const shown = ({ span, steps }: (typeof long)[number]) => ({ name: sourceText(frame, span), steps: Number(steps) });
  report(say.NN2029.lengths({ first: shown(first), other: shown(other) }), other.span, frame, {
    also: [...madeLabel(first.datum, frame), ...madeLabel(other.datum, frame)],
  });
  return undefined;
}

function firstOf(name: string, span: Span, written: Datum, at: Span, frame: Frame): First | undefined {
  const datum = readDatum(written, frame, at);
  if (datum.type === 'error') return undefined;
  if (asNumber(datum) === undefined && datum.type !== 'tensor' && datum.type !== 'list') {
    fail(say.NN2007.carried({ name, which: 'first', given: describe(datum) }), at, frame);
    return undefined;
  }
  const tensor = inBatch(asTensor(datum, frame, at), at, frame);
  if (tensor === undefined) return undefined;
  const dtype = tensor.value.type.dtype === 'i32' ? 'i32' : 'f32';
  return { name, span, at, tensor, dtype, perExample: tensor.perExample };
}

/** What is known only when everything has been evaluated is not there when a scan runs. */
function inBatch(tensor: Tensor | undefined, span: Span, frame: Frame): Tensor | undefined {
  if (tensor === undefined || !frame.run.graph.isAtEnd(tensor.value)) return tensor;
  reportAtEnd([tensor], span, frame, span);
  return undefined;
}
