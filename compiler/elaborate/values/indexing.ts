/** Positions and slices of a value: `x[0, ..., 1::2]`. */
import type { Span } from '../../../grammar/ast.ts';
import { altered } from '../../ir/called.ts';
import { error, exampleShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame, Operand } from '../frame/context.ts';
import type { Attrs, Dim, Shape } from '../../ir/types.ts';
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
      /** Not 0; 1 unless given. */
      readonly step?: number | undefined;
      readonly span: Span;
    };

/** With what stands for all axes that the others leave. */
export type IndexStepOrRest = IndexStep | { readonly type: 'rest'; readonly span: Span };

export function indexTensor(operand: Operand, written: readonly IndexStepOrRest[], frame: Frame, span: Span): Datum {
  const tensor = asTensor(operand.datum, frame, operand.span);
  if (tensor === undefined) return error;
  const shape = exampleShape(tensor);
  const fail = (told: Told, at: Span): Datum => mistake(told, at, frame, { also: madeLabel(tensor, frame) });
  const count = written.filter(({ type }) => type !== 'rest').length;
  if (count > shape.length) return fail(say.NN2011.indices({ count, shape }), span);
  const steps = written.flatMap((step): readonly IndexStep[] =>
    step.type === 'rest' ? Array.from({ length: shape.length - count }, () => wholeAxis(step.span)) : [step],
  );
  const begin: number[] = [];
  const size: Dim[] = [];
  const kept: Dim[] = [];
  const strides: Stride[] = [];
  for (const [axis, length] of shape.entries()) {
    const step = steps[axis];
    if (length === 'B') {
      if (step !== undefined && !isWhole(step))
        return fail(say.NN2025.batchAxis({ name: sourceText(frame, operand.span), shape }), step.span);
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
    const places = placesIn(step, length);
    if (places.count === 0) return fail(say.NN2011.slice({ size: length, shape }), step?.span ?? span);
    begin.push(places.first);
    size.push(places.reach);
    kept.push(places.count);
    strides.push({ axis, ...places });
  }
  const whole = size.every((length, axis) => length === shape[axis]);
  const sliced = whole ? tensor : applyTensors('slice', [tensor], { begin, size }, [operand], frame, span);
  if (sliced.type !== 'tensor') return error;
  const strided = strides.reduce<Datum>((x, stride) => everySo(x, stride, frame, span), sliced);
  if (strided.type !== 'tensor') return error;
  const result = reshapeTo(strided, kept, frame, span);
  const word = whole ? undefined : positionWord(tensor, steps, shape, frame);
  for (const made of [sliced, result])
    if (word !== undefined && made.type === 'tensor') frame.run.graph.name(made.value, word);
  return result;
}

/** `z_0` for `z[0]`; a part of several positions has no word. */
function positionWord({ value }: Tensor, steps: readonly IndexStep[], shape: Shape, frame: Frame): string | undefined {
  const of = frame.run.graph.wordAt(value, frame.word);
  const isOne = steps.every((step) => step.type === 'at' || isWhole(step));
  if (of === undefined || !isOne) return undefined;
  const positions = steps.flatMap((step, axis) => {
    if (step.type !== 'at') return [];
    return [step.index < 0 ? step.index + Number(shape[axis] ?? 0) : step.index];
  });
  return altered(of, (own) => [own, ...positions].join('_'));
}

const wholeAxis = (span: Span): IndexStep => ({ type: 'range', start: undefined, end: undefined, span });

function isWhole(step: IndexStep): boolean {
  return step.type === 'range' && step.start === undefined && step.end === undefined && (step.step ?? 1) === 1;
}

/** Where a slice begins in its axis, how far it reaches, and how many places it takes: every `by`th, from the end if turned. */
export interface Places {
  readonly first: number;
  readonly reach: number;
  readonly count: number;
  readonly by: number;
  readonly isTurned: boolean;
}

interface Stride extends Places {
  readonly axis: number;
}

/** Python's slices: negative bounds count from the end, and both are cut at the ends. */
export function placesIn(range: Extract<IndexStep, { type: 'range' }> | undefined, length: number): Places {
  const step = range?.step ?? 1;
  const [by, isTurned] = [Math.abs(step), step < 0];
  const [least, most] = isTurned ? [-1, length - 1] : [0, length];
  const bound = (index: number | undefined, absent: number): number =>
    index === undefined ? absent : Math.min(most, Math.max(least, index < 0 ? index + length : index));
  const start = bound(range?.start, isTurned ? most : least);
  const end = bound(range?.end, isTurned ? least : most);
  const count = Math.max(0, Math.ceil((isTurned ? start - end : end - start) / by));
  const reach = count === 0 ? 0 : (count - 1) * by + 1;
  return { first: isTurned ? start - reach + 1 : start, reach, count, by, isTurned };
}

/**
 * Every `by`th of an axis, of which the first and the last are taken: it is filled up to rows of that many, whose first
 * column is kept.
 */
function everySo(x: Datum, { axis, count, reach, by, isTurned }: Stride, frame: Frame, span: Span): Datum {
  if (x.type !== 'tensor') return x;
  const apply = (name: string, of: Datum, attrs: Attrs): Datum =>
    of.type === 'tensor' ? applyTensors(name, [of], attrs, [{ datum: of, span }], frame, span) : of;
  const turned = isTurned && reach > 1 ? apply('flip', x, { axis: [axis] }) : x;
  if (by === 1 || count === 1 || turned.type !== 'tensor') return turned;
  const shape = exampleShape(turned);
  const padding = shape.flatMap((_, i) => (i === axis ? [0, count * by - reach] : [0, 0]));
  const full = apply('pad_constant', turned, { padding });
  if (full.type !== 'tensor') return full;
  const rows = reshapeTo(full, shape.toSpliced(axis, 1, count, by), frame, span);
  const begin = [...shape, 0].map(() => 0);
  const first = apply('slice', rows, { begin, size: shape.toSpliced(axis, 1, count, 1) });
  // Without the axis of the column: those behind it are counted as before.
  return first.type === 'tensor' ? reshapeTo(first, shape.with(axis, count), frame, span) : first;
}
