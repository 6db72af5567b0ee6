/** Losses and metrics: what a statement compares, and the one number that it comes to. */
import { wordIn } from '../frame/context.ts';
import type { Argument, Command, Expression, Span } from '../../../grammar/ast.ts';
import { asNumber, describe, error, exampleShape, number } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Value } from '../../ir/types.ts';
import { batchMean, examples, examplesCounted, weightedByRows } from '../values/batch.ts';
import { definitions, originOf } from '../frame/context.ts';
import type { Frame, RowWeights } from '../frame/context.ts';
import { result } from '../evaluate/inline.ts';
import { absentIn, definitionNamed, enterUse, kindName, seen } from '../evaluate/use.ts';
import { reportInteger } from '../values/misfit.ts';
import { applyNamed, asTensor, elementwise, operandsAt } from '../values/operation.ts';
import { atEnd, broadcastTo, constant, shared } from '../values/tensors.ts';
import { numbered } from '../frame/paths.ts';
import type { Spec } from '../frame/spec.ts';
import { inDataUnits } from './units.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

/** `loss KIND …`, several of which add up. */
export function lossStatement(command: Command, spec: Spec, frame: Frame): void {
  count(spec, command.span);
  const { weight, args: more } = takeWeight(command.args, frame);
  const { rows, args } = takeRows(more, frame);
  const kind = kindName(command.args[0]?.value) ?? 'loss';
  const word = numbered(frame.run, '', kind, 'loss');
  if (rows === 'wrong') return;
  addLoss((inside) => applyComparison('loss', args, command, spec, inside), weight, command.span, spec, {
    ...frame,
    word,
    rows,
  });
}

/** `loss = expression`. */
export function lossExpression(expression: Expression, span: Span, spec: Spec, frame: Frame): void {
  count(spec, span);
  const word = numbered(frame.run, '', 'loss', 'loss');
  addLoss((inside) => frame.world.meaning.evaluate(expression, inside), 1, span, spec, { ...frame, word });
}

function count(spec: Spec, span: Span): void {
  spec.lossStatements += 1;
  spec.lossStatement ??= span;
}

function addLoss(
  make: (frame: Frame) => Datum,
  weight: number | undefined,
  span: Span,
  spec: Spec,
  frame: Frame,
): void {
  const value = lossValue(make, frame, span);
  if (value === undefined || weight === undefined) return;
  frame.run.graph.name(value, frame.word);
  // A parameter that is the loss as it stands has no node, and a loss says where it was written.
  const weighted =
    weight === 1 && frame.run.graph.nodeOf(value) !== undefined
      ? value
      : frame.run.graph.apply(
          'mul',
          [value, constant(weight, frame, span)],
          {},
          wordIn(frame, 'weighted'),
          originOf(frame, span),
        );
  spec.losses.push({ value, weighted, origin: originOf(frame, span) });
}

/**
 * In evaluation a loss is that of all rows as one batch, where it is made of sums over the batch. Where such a sum
 * meets single examples again, each batch is taken for itself, and the batches are averaged by their rows.
 */
function lossValue(make: (frame: Frame) => Datum, frame: Frame, span: Span): Value | undefined {
  if (frame.run.mode !== 'evaluation') return reduceToNumber(make(frame), 'a loss', frame, span);
  const { reporter } = frame.world;
  const whole = { ...frame, totals: true };
  const before = new Map(frame.run.occurrences);
  const { value, found } = reporter.attempt(() => reduceToNumber(make(whole), 'a loss', whole, span));
  frame.run.occurrences.clear();
  for (const [name, uses] of before) frame.run.occurrences.set(name, uses);
  if (value !== undefined && found.every(({ severity }) => severity !== 'error'))
    return reduceToNumber(make(whole), 'a loss', whole, span);
  const batch = reduceToNumber(make(frame), 'a loss', frame, span);
  return batch === undefined ? undefined : meanOfAll(shared(batch), whole, span);
}

/** The argument of this name, and the others. */
function apart(
  name: string,
  args: readonly Argument[],
): { readonly written: Argument | undefined; readonly rest: readonly Argument[] } {
  const written = args.find((arg) => arg.name?.text === name);
  return { written, rest: args.filter((arg) => arg !== written) };
}

/** `weight=0.3` belongs to the statement, not to the definition. */
function takeWeight(
  args: readonly Argument[],
  frame: Frame,
): { readonly weight: number | undefined; readonly args: readonly Argument[] } {
  const { written, rest } = apart('weight', args);
  if (written === undefined) return { weight: 1, args };
  const datum = frame.world.meaning.evaluate(written.value, frame);
  const weight = asNumber(datum);
  if (weight === undefined && datum.type !== 'error') {
    const given = describe(datum);
    const told =
      datum.type === 'tensor'
        ? say.NN2025.lossWeight({ given })
        : say.NN2007.number({ what: 'the weight of a loss', given });
    report(told, written.value.span, frame);
  }
  return { weight, args: rest };
}

/** `rows=w`: how much each example counts in the mean over the batch. */
function takeRows(
  args: readonly Argument[],
  frame: Frame,
): { readonly rows: RowWeights | undefined | 'wrong'; readonly args: readonly Argument[] } {
  const { written, rest } = apart('rows', args);
  if (written === undefined) return { rows: undefined, args };
  const { span } = written.value;
  const datum = frame.world.meaning.evaluate(written.value, frame);
  if (datum.type === 'error') return { rows: 'wrong', args: rest };
  if (datum.type === 'tensor' && datum.perExample && exampleShape(datum).length === 0) {
    if (datum.value.type.dtype !== 'i32') return { rows: { weights: datum, isUsed: false }, args: rest };
    reportInteger('the weight of a row', datum, span, frame);
  } else report(say.NN2007.rowWeights({ given: describe(datum) }), span, frame);
  return { rows: 'wrong', args: rest };
}

/** `metric KIND …`, under its `as` name or its kind's. */
export function metricStatement(command: Command, spec: Spec, frame: Frame): void {
  const kind = kindName(command.args[0]?.value ?? { type: 'none', span: command.span }) ?? 'metric';
  const name = command.as?.text ?? numbered(frame.run, 'metric', kind, 'loss').slice('metric.'.length);
  const origin = originOf(frame, command.span);
  if (spec.metrics.some((metric) => metric.name === name) || name === 'loss') {
    report(say.NN2009.figure({ name }), command.as?.span ?? command.span, frame);
    return;
  }
  const best = bestOf(kind, command.args, frame);
  if (frame.run.mode !== 'evaluation') {
    spec.metrics.push({ name, best, value: undefined, origin });
    return;
  }
  const { rows, args } = takeRows(command.args, frame);
  if (rows === 'wrong') return;
  const inside: Frame = { ...frame, totals: true, word: name, rows };
  const datum = applyComparison('metric', args, command, spec, inside);
  const value = reduceToNumber(datum, 'a metric', inside, command.span);
  if (value !== undefined) frame.run.graph.name(value, name);
  spec.metrics.push({ name, best, value, origin });
}

/** Where a metric is best: what it says as `best`; else at its lowest if it is also a loss. */
function bestOf(kind: string, args: readonly Argument[], frame: Frame): 'lowest' | 'highest' {
  const parameters = definitions(frame).find('metric', kind)?.definition.parameters ?? [];
  const own = parameters.find(({ name }) => name.text === 'best')?.default;
  const said = own && kindName(args.find(({ name }) => name?.text === 'best')?.value ?? own);
  if (said === 'lowest' || said === 'highest') return said;
  return definitions(frame).find('loss', kind) === undefined ? 'highest' : 'lowest';
}

/** Inlines a loss or a metric; its value parameters default to `it` and the only target. */
function applyComparison(
  sort: 'loss' | 'metric',
  args: readonly Argument[],
  command: Command,
  spec: Spec,
  frame: Frame,
): Datum {
  const named = definitionNamed(sort, command, frame, args);
  if (named === undefined) return error;
  const { entry } = named;
  // One target for all: where it is missing, the first that needs it says so.
  const isTold = spec.targets.length === 0 && frame.world.reporter.has('NN2023');
  const callee = enterUse({
    ...named,
    caller: frame,
    span: command.span,
    path: `${sort}.${frame.word}`,
    word: frame.word,
    specials: seen({ target: isTold ? error : onlyTarget(spec, sort, entry.name) }),
    // A value parameter may default to it; the body has none before it makes one.
    it: frame.flow.it,
  });
  if (callee === undefined) return error;
  if (sort === 'metric') inDataUnits(entry, callee, spec, frame, command.span);
  callee.flow.it = absentIn(entry);
  return result(entry, callee);
}

function onlyTarget(spec: Spec, sort: string, name: string): Datum {
  const [only, ...more] = spec.targets;
  if (only === undefined) {
    return {
      type: 'absent',
      told: say.NN2023.noTarget({ sort, name }),
    };
  }
  if (more.length > 0) {
    return {
      type: 'absent',
      told: say.NN2023.targets({ sort, name, targets: spec.targets.map((target) => target.name) }),
    };
  }
  return only.datum;
}

/** One number: the mean over the batch and every axis left; a shared result is the mean of its axes. */
function reduceToNumber(datum: Datum, what: string, frame: Frame, span: Span): Value | undefined {
  if (datum.type === 'error') return undefined;
  const tensor = asTensor(datum, frame, span);
  if (tensor === undefined) return undefined;
  if (tensor.value.type.dtype === 'i32') {
    reportInteger(what, tensor, span, frame);
    return undefined;
  }
  if (!tensor.perExample && frame.rows?.isUsed === false) {
    report(say.NN2007.rowsUnused({ what }), span, frame);
    return undefined;
  }
  return frame.totals ? meanOfAll(tensor, frame, span) : meanOfBatch(tensor, frame, span);
}

function meanOfBatch(tensor: Tensor, frame: Frame, span: Span): Value | undefined {
  const { graph } = frame.run;
  const origin = originOf(frame, span);
  const { dtype, shape } = tensor.value.type;
  if (dtype === 'f64') return graph.apply('cast', [tensor.value], { dtype: 'f32' }, frame.word, origin);
  if (!tensor.perExample) {
    return shape.length === 0 ? tensor.value : graph.apply('mean', [tensor.value], { axis: 'all' }, frame.word, origin);
  }
  const weighted = weightedByRows(tensor, frame, span);
  if (weighted === undefined) return undefined;
  const sum = graph.apply('sum', [weighted.value], { axis: 'all' }, undefined, origin);
  const rows = examplesCounted(frame, span);
  const each = elementsOf(tensor, frame, span);
  const elements = isOne(each) ? rows : elementwise('mul', operandsAt(span, rows, each), frame, span);
  const mean = elementwise('div', operandsAt(span, shared(sum), elements), frame, span);
  return mean.type === 'tensor' ? mean.value : undefined;
}

/** Over everything that is evaluated: on the host, in f64. */
function meanOfAll(tensor: Tensor, frame: Frame, span: Span): Value | undefined {
  const axes = exampleShape(tensor).length > 0 ? meanOfAxes(tensor, frame, span) : tensor;
  if (axes.type !== 'tensor') return undefined;
  if (axes.value.type.dtype === 'f64') return atEnd(axes, frame, span).value;
  const each = axes.perExample ? axes : broadcastTo(axes, [], true, frame, span);
  const mean = batchMean({ datum: each, span }, frame, span);
  return mean.type === 'tensor' ? mean.value : undefined;
}

/** The mean of each example over its own axes; one of them may have a position for each example of the batch. */
function meanOfAxes(tensor: Tensor, frame: Frame, span: Span): Datum {
  const whole = { datum: tensor, span };
  if (!exampleShape(tensor).includes('B')) return applyNamed('mean', [whole], { axis: 'all' }, frame, span);
  const sum = applyNamed('sum', [whole], { axis: 'all' }, frame, span);
  const elements = elementsOf(tensor, { ...frame, totals: false }, span);
  return elementwise('div', operandsAt(span, sum, elements), frame, span);
}

/** How many numbers an example is; along an axis of the batch, as many as there are examples. */
function elementsOf(tensor: Tensor, frame: Frame, span: Span): Datum {
  return exampleShape(tensor).reduce<Datum>((count, size) => {
    if (size !== 'B' && count.type === 'number') return number(count.value * size);
    const by = size === 'B' ? examples(frame) : number(size);
    return isOne(count) ? by : elementwise('mul', operandsAt(span, by, count), frame, span);
  }, number(1));
}

const isOne = (count: Datum): boolean => count.type === 'number' && count.value === 1;
