/** What crosses examples by name: sums, means and variances over the batch, or over everything that is evaluated. */
import type { Span } from '../../../grammar/ast.ts';
import { error, exampleShape, number } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import { originOf } from '../frame/context.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { madeLabel, reportInteger, shownAs } from './misfit.ts';
import { asTensor, elementwise } from './operation.ts';
import { classWeights } from './class-weights.ts';
import { like, shared } from './tensors.ts';
import { say } from '../../diagnostics/say.ts';
import { report, mistake } from '../frame/report.ts';

export function batchFunction(name: string, operands: readonly Operand[], frame: Frame, span: Span): Datum {
  switch (name) {
    case 'cross':
      return cross(operands, frame, span);
    case 'batch_index':
      return batchIndex(operands, frame, span);
  }
  const [of, more] = operands;
  if (of === undefined || more !== undefined) {
    const told = say.NN2026.batch({ name, given: operands.length });
    return mistake(told, span, frame, { fault: 'definition' });
  }
  switch (name) {
    case 'batch_sum':
      return batchSum(of, frame, span);
    case 'batch_mean':
      return batchMean(of, frame, span);
    case 'batch_reverse':
      return batchReverse(of, frame, span);
    case 'class_weights':
      return classWeights(of, frame, span);
    default:
      return batchVariance(of, frame, span);
  }
}

export function batchSum(of: Operand, frame: Frame, span: Span): Datum {
  const tensor = asTensor(of.datum, frame, of.span);
  if (tensor === undefined) return error;
  if (tensor.perExample) return sumOverBatch(tensor, of, frame, span);
  if (frame.run.mode === 'host' || frame.run.mode === 'update') {
    reportNoBatch(frame, span);
    return error;
  }
  return elementwise('mul', [of, { datum: examplesCounted(frame, span), span }], frame, span);
}

export function batchMean(of: Operand, frame: Frame, span: Span): Datum {
  const tensor = asTensor(of.datum, frame, of.span);
  if (tensor === undefined) return error;
  if (!tensor.perExample) return of.datum;
  const sum = { datum: sumOverBatch(tensor, of, frame, span), span };
  return elementwise('div', [sum, { datum: examplesCounted(frame, span), span }], frame, span);
}

/** Batches are shuffled: whoever stands at the other end is anybody. */
function batchReverse(of: Operand, frame: Frame, span: Span): Datum {
  if (!frame.stack.some(({ sort }) => sort === 'augment'))
    return mistake(say.NN2022.batchOrder(), span, frame, { fault: 'definition' });
  const tensor = asTensor(of.datum, frame, of.span);
  if (tensor === undefined) return error;
  if (!tensor.perExample) return of.datum;
  const value = frame.run.graph.apply('flip', [tensor.value], { axis: [0] }, 'other', originOf(frame, span));
  return { ...tensor, value, made: undefined };
}

/** The mean of squared differences from the mean. */
function batchVariance(of: Operand, frame: Frame, span: Span): Datum {
  const tensor = asTensor(of.datum, frame, of.span);
  if (tensor === undefined) return error;
  if (tensor.perExample && tensor.value.type.dtype === 'i32') {
    reportInteger('a variance over the batch', tensor, of.span, frame);
    return error;
  }
  if (tensor.perExample && frame.totals) {
    if (frame.rows !== undefined) return mistake(say.NN2007.rowsVariance(), span, frame, { fault: 'definition' });
    const origin = originOf(frame, span);
    return shared(frame.run.graph.apply('total_variance', [tensor.value], {}, undefined, origin));
  }
  const mean = { datum: batchMean(of, frame, span), span };
  const difference = { datum: elementwise('sub', [of, mean], frame, span), span };
  return batchMean({ datum: elementwise('square', [difference], frame, span), span }, frame, span);
}

function sumOverBatch(plain: Tensor, of: Operand, frame: Frame, span: Span): Datum {
  if (plain.value.type.dtype === 'i32') {
    reportInteger('a sum over the batch', plain, of.span, frame);
    return error;
  }
  const tensor = weightedByRows(plain, frame, span);
  if (tensor === undefined) return error;
  const { graph } = frame.run;
  const origin = originOf(frame, span);
  if (frame.totals) return shared(graph.apply('batch_total', [tensor.value], {}, undefined, origin));
  return shared(graph.apply('sum', [tensor.value], { axis: [0] }, undefined, origin));
}

/** u·vᵀ: for each example, the products of its u with the v of all examples of its batch. Its last axis is theirs. */
function cross(operands: readonly Operand[], frame: Frame, span: Span): Datum {
  const [u, v, more] = operands;
  if (u === undefined || v === undefined || more !== undefined)
    return mistake(say.NN2026.cross({ given: operands.length }), span, frame, { fault: 'definition' });
  const tensors = [u, v].map((of) => asTensor(of.datum, frame, of.span));
  const [a, b] = tensors;
  if (a === undefined || b === undefined) return error;
  const alone = [a, b].findIndex((tensor) => !tensor.perExample || exampleShape(tensor).length !== 1);
  const [left, right] = [shownAs(a, u, frame), shownAs(b, v, frame)];
  if (alone >= 0) {
    const [operand, at] = alone === 0 ? [left, u] : [right, v];
    const told = say.NN2011.crossed({ operand, isShared: tensors[alone]?.perExample !== true });
    return mistake(told, at.span, frame, { also: madeLabel(alone === 0 ? a : b, frame) });
  }
  for (const [tensor, of] of [
    [a, u],
    [b, v],
  ] as const) {
    if (tensor.value.type.dtype !== 'i32') continue;
    reportInteger('a product', tensor, of.span, frame);
    return error;
  }
  const sizes = [a, b].map((tensor) => exampleShape(tensor)[0] ?? '');
  if (sizes[0] !== sizes[1])
    return mistake(say.NN2011.inner({ left, right, sizes }), span, frame, {
      also: [...madeLabel(a, frame), ...madeLabel(b, frame)],
    });
  const origin = originOf(frame, span);
  return like(frame.run.graph.apply('matmul', [a.value, b.value], { transposeB: true }, undefined, origin), true);
}

/** The place of each example in its batch, from 0. */
function batchIndex(operands: readonly Operand[], frame: Frame, span: Span): Datum {
  if (operands.length > 0)
    return mistake(say.NN2026.nothing({ name: 'batch_index', given: operands.length }), span, frame, {
      fault: 'definition',
    });
  if (frame.run.mode === 'host' || frame.run.mode === 'update') {
    reportNoBatch(frame, span);
    return error;
  }
  return like(frame.run.graph.apply('arange', [], { size: 'B' }, undefined, originOf(frame, span)), true);
}

/** Each example times what it counts, where a loss says `rows=w`. */
export function weightedByRows(tensor: Tensor, frame: Frame, span: Span): Tensor | undefined {
  const { rows } = frame;
  if (rows === undefined) return tensor;
  rows.isUsed = true;
  const operands = [tensor, rows.weights].map((datum) => ({ datum, span }));
  const weighted = elementwise('mul', operands, frame, span);
  return weighted.type === 'tensor' ? weighted : undefined;
}

/** What a sum over the batch is divided by for its mean: how many examples there are, or what they count together. */
export function examplesCounted(frame: Frame, span: Span): Datum {
  const { rows } = frame;
  if (rows === undefined) return examples(frame);
  const of = { datum: rows.weights, span };
  const sum = { datum: sumOverBatch(rows.weights, of, { ...frame, rows: undefined }, span), span };
  // Where no row counts, sums are 0, and so is their mean.
  return elementwise('maximum', [sum, { datum: number(1e-30), span }], frame, span);
}

/** How many examples there are: in the batch, or in everything evaluated. */
export function examples(frame: Frame): Tensor {
  const name = frame.totals ? 'rows' : 'B';
  return shared(frame.run.graph.input('host', name, { dtype: 'f64', shape: [] }, name));
}

/** What is computed before there is a batch, or once for several, has no number of examples. */
function reportNoBatch(frame: Frame, span: Span): void {
  const told = frame.run.mode === 'host' ? say.NN2025.batchInitial() : say.NN2025.batchUpdate();
  report(told, span, frame, { fault: 'definition' });
}
