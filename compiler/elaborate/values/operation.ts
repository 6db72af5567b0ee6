/** Applies an op of the registry to data of the language: numbers while compiling, graph nodes otherwise. */
import type { Span } from '../../../grammar/ast.ts';
import { asNumber, boolean, error, list, number, exampleShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import { InternalError } from '../../diagnostics/types.ts';
import type { Attrs, Value } from '../../ir/types.ts';
import type { Environment, Op, Tensor as KnownTensor } from '../../ops/define.ts';
import { registry } from '../../ops/index.ts';
import { originOf } from '../frame/context.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { liftAttrs, sharedAttrs } from './lift-attributes.ts';
import { reportAtEnd, sourceText, reportMisfit, reportNoValue } from './misfit.ts';
import { fitsMemory } from '../frame/size-limit.ts';
import { alignRanks, atEnd, broadcastTo, constant, joinBatch, like, onOneDevice, shared } from './tensors.ts';
import { say } from '../../diagnostics/say.ts';
import { report, mistake } from '../frame/report.ts';

/** Data that are written, or meant, at one place. */
export const operandsAt = (span: Span, ...data: readonly Datum[]): readonly Operand[] =>
  data.map((datum) => ({ datum, span }));

/** Applies an elementwise op, with NumPy's broadcasting over example axes. */
export function elementwise(name: string, operands: readonly Operand[], frame: Frame, span: Span): Datum {
  const data = operands.map((operand) => operand.datum);
  if (data.some((datum) => datum.type === 'error')) return error;
  const known = data.map(asNumber);
  if (known.every((value) => value !== undefined)) return compute(name, known, frame, span);
  const lists = data.filter((datum) => datum.type === 'list');
  if (lists.length > 0 && data.every(isListOrScalar)) return overLists(name, operands, frame, span);
  const tensors = operandTensors(operands, frame);
  if (tensors === undefined) return error;
  return applyTensors(name, tensors, {}, operands, frame, span);
}

/** Lists act item by item, so that `at < t` counts the steps that have passed. */
function isListOrScalar(datum: Datum): boolean {
  if (datum.type === 'tensor') return datum.value.type.dtype === 'f64' && datum.value.type.shape.length === 0;
  return datum.type === 'list' || asNumber(datum) !== undefined;
}

function overLists(name: string, operands: readonly Operand[], frame: Frame, span: Span): Datum {
  const lengths = operands.flatMap(({ datum }) => (datum.type === 'list' ? [datum.items.length] : []));
  const length = Math.max(...lengths);
  if (lengths.some((each) => each !== length && each !== 1)) {
    return mistake(say.NN2004.lists({ lengths }), span, frame);
  }
  const items: Datum[] = [];
  for (let i = 0; i < length; i++) {
    const at = operands.map(({ datum, span: where }) => ({
      datum: datum.type === 'list' ? (datum.items[i] ?? datum.items[0] ?? error) : datum,
      span: where,
    }));
    items.push(elementwise(name, at, frame, span));
  }
  return items.some((item) => item.type === 'error') ? error : list(items);
}

/** The op's own meaning, over numbers that are known while compiling. */
function compute(name: string, values: readonly number[], frame: Frame, span: Span): Datum {
  const result = evaluateOp(
    name,
    values.map((value) => ({ shape: [], data: Float64Array.of(value) })),
    {},
  );
  const value = result?.data[0] ?? Number.NaN;
  if (Number.isNaN(value) && !values.some(Number.isNaN)) {
    return mistake(say.NN2034.undefined({ name: sourceText(frame, span), operands: values }), span, frame);
  }
  return registry.get(name)?.truth === true ? boolean(value !== 0) : number(value);
}

const noDraws: Environment = {
  batch: 1,
  draw: () => {
    throw new InternalError('nothing is drawn while compiling');
  },
  run: () => {
    throw new InternalError('no graph is run while compiling');
  },
};

/** An op over host tensors that are known while compiling; undefined where it does not fit them. */
export function evaluateOp(name: string, inputs: readonly KnownTensor[], attrs: Attrs): KnownTensor | undefined {
  const op = registry.get(name);
  if (op === undefined) throw new InternalError(`no op is called ${name}`);
  const types = op.infer(
    inputs.map(({ shape }) => ({ dtype: 'f64' as const, shape })),
    attrs,
  );
  return 'misfit' in types ? undefined : op.evaluate(inputs, attrs, types, noDraws)[0];
}

/** Every operand as a value of the graph, or undefined after a diagnostic. */
export function operandTensors(operands: readonly Operand[], frame: Frame): readonly Tensor[] | undefined {
  const tensors: Tensor[] = [];
  for (const { datum, span } of operands) {
    const tensor = asTensor(datum, frame, span);
    if (tensor === undefined) return undefined;
    tensors.push(tensor);
  }
  return tensors;
}

/** A datum as a value of the graph: numbers become constants, lists arrays. */
export function asTensor(datum: Datum, frame: Frame, span: Span): Tensor | undefined {
  if (datum.type === 'error') return undefined;
  const known = asNumber(datum);
  if (known !== undefined) return shared(constant(known, frame, span));
  if (datum.type === 'tensor') {
    if (frame.run.graph.owns(datum.value)) return datum;
    const name = sourceText(frame, span);
    const { body, run } = frame;
    const initial = body === 'reparam' ? say.NN2025.initialBeside({ name }) : say.NN2025.initialValue({ name });
    report(run.mode === 'host' ? initial : say.NN2025.augmented({ name }), span, frame);
    return undefined;
  }
  if (datum.type === 'list') return stackItems(datum.items, frame, span);
  reportNoValue(datum, frame, span);
  return undefined;
}

function stackItems(items: readonly Datum[], frame: Frame, span: Span): Tensor | undefined {
  if (items.length === 0) {
    reportNoValue(list([]), frame, span);
    return undefined;
  }
  const result = applyNamed(
    'stack',
    items.map((datum) => ({ datum, span })),
    { axis: 0 },
    frame,
    span,
  );
  return result.type === 'tensor' ? result : undefined;
}

/** An op by name over operands; its attributes speak of example axes. */
export function applyNamed(name: string, operands: readonly Operand[], attrs: Attrs, frame: Frame, span: Span): Datum {
  const tensors = operandTensors(operands, frame);
  return tensors === undefined ? error : applyTensors(name, tensors, attrs, operands, frame, span);
}

/** Adds a node: lines up the batch axis and the dtypes, checks the shapes, and says where a misfit comes from. */
export function applyTensors(
  name: string,
  tensors: readonly Tensor[],
  attrs: Attrs,
  operands: readonly Operand[],
  frame: Frame,
  span: Span,
): Datum {
  const op = registry.get(name);
  if (op === undefined) throw new InternalError(`no op is called ${name}`);
  const late = placedAtEnd(tensors, operands, frame, span);
  if (late === 'wrong') return error;
  if (late !== undefined)
    return applyPlaced(
      op,
      late,
      late.map(({ value }) => value),
      attrs,
      operands,
      frame,
      span,
    );
  if (op.ofExamples !== undefined) return applyToExamples(op, op.ofExamples, tensors, attrs, operands, frame, span);
  const values = op.elementwise
    ? alignRanks(tensors, frame, span)
    : name === 'matmul'
      ? tensors.map((tensor) => tensor.value)
      : joinBatch(onOneDevice(tensors, frame, span), frame, span);
  return applyPlaced(op, tensors, values, attrs, operands, frame, span);
}

/** What is the same for all examples is given to each of them, or is an operand of its own: a kernel. */
function applyToExamples(
  op: Op,
  ofExamples: readonly number[],
  tensors: readonly Tensor[],
  attrs: Attrs,
  operands: readonly Operand[],
  frame: Frame,
  span: Span,
): Datum {
  if (frame.run.mode === 'host' || frame.run.mode === 'update')
    return mistake(say.NN2007.noBatch({ op: op.name }), span, frame);
  const own = tensors.findIndex((tensor, i) => tensor.perExample && !ofExamples.includes(i));
  if (own >= 0) {
    const told = say.NN2007.ofEach({ op: op.name, operand: op.inputs[own] ?? 'operand' });
    return mistake(told, operands[own]?.span ?? span, frame);
  }
  const placed = onOneDevice(tensors, frame, span).map((tensor, i) =>
    ofExamples.includes(i) ? broadcastTo(tensor, exampleShape(tensor), true, frame, span) : tensor,
  );
  return applyPlaced(
    op,
    placed,
    placed.map(({ value }) => value),
    attrs,
    operands,
    frame,
    span,
  );
}

/**
 * What is known only at the end of an evaluation meets its like, and what all examples share. Undefined where nothing
 * here is such a value; a value of each example is gone by then: 'wrong', after a diagnostic.
 */
export function placedAtEnd(
  tensors: readonly Tensor[],
  operands: readonly Operand[],
  frame: Frame,
  span: Span,
): readonly Tensor[] | 'wrong' | undefined {
  const late = tensors.findIndex(({ value }) => frame.run.graph.isAtEnd(value));
  if (late < 0) return undefined;
  if (!tensors.some((tensor) => tensor.perExample)) return tensors.map((tensor) => atEnd(tensor, frame, span));
  reportAtEnd(tensors, operands[late]?.span, frame, span);
  return 'wrong';
}

/** Adds the node, once its operands lie where they meet. */
function applyPlaced(
  op: Op,
  tensors: readonly Tensor[],
  values: readonly Value[],
  attrs: Attrs,
  operands: readonly Operand[],
  frame: Frame,
  span: Span,
): Datum {
  const { name } = op;
  const perExample = tensors.some((tensor) => tensor.perExample);
  const lifted = perExample ? liftAttrs(op, attrs, tensors) : sharedAttrs(op, attrs, tensors);
  const inferred = 'misfit' in lifted ? lifted : frame.run.graph.infer(name, values, lifted.attrs);
  if ('misfit' in inferred) {
    reportMisfit(op, inferred, tensors, operands, frame, span);
    return error;
  }
  if ('misfit' in lifted) return error;
  const [type] = inferred;
  if (type?.dtype === 'i32' && meetsFraction(name, operands, frame)) return error;
  if (
    type !== undefined &&
    !fitsMemory(
      type.shape.filter((size) => size !== 'B'),
      span,
      frame,
    )
  )
    return error;
  const value = frame.run.graph.apply(name, values, lifted.attrs, undefined, originOf(frame, span));
  // Moved or chosen classes are classes still.
  const classes =
    value.type.dtype === 'i32' ? tensors.find((tensor) => tensor.classes !== undefined)?.classes : undefined;
  return { ...like(value, perExample), classes };
}

/** Whether a number with a fraction is to stand among integers: told, since it would lose the fraction there. */
function meetsFraction(name: string, operands: readonly Operand[], frame: Frame): boolean {
  const fraction = operands
    .map(({ datum, span }) => ({ value: asNumber(datum) ?? 0, span }))
    .find(({ value }) => !Number.isInteger(value));
  if (fraction === undefined) return false;
  report(say.NN2007.fraction({ op: name, value: fraction.value }), fraction.span, frame);
  return true;
}
