/** Positions and slices of a value: `x[0, :, 1:]`. */
import type { Span } from '../../../grammar/ast.ts';
import { altered } from '../../ir/called.ts';
import { error, exampleShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame, Operand } from '../frame/context.ts';
import type { Dim, Shape } from '../../ir/types.ts';
import { madeLabel, sourceText } from './misfit.ts';
import { applyTensors, asTensor } from './operation.ts';
import { reshapeTo } from './tensors.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { mistake } from '../frame/report.ts';

export type IndexStep =
  | { readonly type: 'at'; readonly index: number; readonly span: Span }
  | {
      readonly type: 'range';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly span: Span;
    };

export function indexTensor(operand: Operand, steps: readonly IndexStep[], frame: Frame, span: Span): Datum {
  const tensor = asTensor(operand.datum, frame, operand.span);
  if (tensor === undefined) return error;
  const shape = exampleShape(tensor);
  const fail = (told: Told, at: Span): Datum => mistake(told, at, frame, { also: madeLabel(tensor, frame) });
  if (steps.length > shape.length) return fail(say.NN2011.indices({ count: steps.length, shape }), span);
  const begin: number[] = [];
  const size: Dim[] = [];
  const kept: Dim[] = [];
  for (const [axis, length] of shape.entries()) {
    const step = steps[axis];
    if (length === 'B') {
      const isWhole =
        step === undefined || (step.type === 'range' && step.start === undefined && step.end === undefined);
      if (!isWhole) return fail(say.NN2025.batchAxis({ name: sourceText(frame, operand.span), shape }), step.span);
      begin.push(0);
      size.push('B');
      kept.push('B');
      continue;
    }
    if (step?.type === 'at') {
      const at = step.index < 0 ? step.index + length : step.index;
      if (at < 0 || at >= length) return fail(say.NN2011.index({ index: step.index, size: length, shape }), step.span);
      begin.push(at);
      size.push(1);
      continue;
    }
    const start = clampIndex(step?.start ?? 0, length);
    const end = clampIndex(step?.end ?? length, length);
    if (end <= start) return fail(say.NN2011.slice({ size: length, shape }), step?.span ?? span);
    begin.push(start);
    size.push(end - start);
    kept.push(end - start);
  }
  const whole = size.every((length, axis) => length === shape[axis]);
  const sliced = whole ? tensor : applyTensors('slice', [tensor], { begin, size }, [operand], frame, span);
  if (sliced.type !== 'tensor') return error;
  const result = reshapeTo(sliced, kept, frame, span);
  const word = whole ? undefined : positionWord(tensor, steps, shape, frame);
  for (const made of [sliced, result])
    if (word !== undefined && made.type === 'tensor') frame.run.graph.name(made.value, word);
  return result;
}

/** `z_0` for `z[0]`; a part of several positions has no word. */
function positionWord({ value }: Tensor, steps: readonly IndexStep[], shape: Shape, frame: Frame): string | undefined {
  const of = frame.run.graph.wordAt(value, frame.word);
  const isOne = steps.every((step) => step.type === 'at' || (step.start === undefined && step.end === undefined));
  if (of === undefined || !isOne) return undefined;
  const positions = steps.flatMap((step, axis) => {
    if (step.type !== 'at') return [];
    return [step.index < 0 ? step.index + Number(shape[axis] ?? 0) : step.index];
  });
  return altered(of, (own) => [own, ...positions].join('_'));
}

/** Python's bounds of a slice: negative from the end, cut at both ends. */
function clampIndex(index: number, length: number): number {
  return Math.min(length, Math.max(0, index < 0 ? index + length : index));
}
