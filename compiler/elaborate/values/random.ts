/** Random values: each call has a stream of its own, named by its scope and the function, numbered as layers are. */
import type { Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, error } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Attrs, Dim, Shape, Value } from '../../ir/types.ts';
import type { Op } from '../../ops/define.ts';
import { originOf } from '../frame/context.ts';
import type { Frame, Operand, Turn } from '../frame/context.ts';
import { sourceText } from './misfit.ts';
import { numbered, usePath } from '../frame/paths.ts';
import { fitsMemory } from '../frame/size-limit.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { mistake } from '../frame/report.ts';

/** `uniform(shape)` is shared, `uniform(like=x)` is per example if x is. */
export function randomCall(
  op: Op,
  positional: readonly Operand[],
  named: ReadonlyMap<string, Operand>,
  frame: Frame,
  span: Span,
): Datum {
  const model = named.get('like');
  const written = positional[0] ?? named.get('shape');
  const names = [...named.keys()].filter((name) => name !== 'like' && name !== 'shape');
  const fail = (told: Told, at = span): Datum => mistake(told, at, frame, { fault: 'definition' });
  if (names[0] !== undefined) return fail(say.NN2003.random({ op: op.name, name: names[0] }));
  if ((model === undefined) === (written === undefined) || positional.length > 1)
    return fail(say.NN2026.random({ op: op.name }));
  if (model?.datum.type === 'error' || written?.datum.type === 'error') return error;
  let shape: readonly Dim[];
  let perExample = false;
  if (model !== undefined) {
    const known = asNumber(model.datum);
    if (model.datum.type !== 'tensor' && known === undefined) return fail(say.NN2007.like({ op: op.name }), model.span);
    shape = model.datum.type === 'tensor' ? model.datum.value.type.shape : [];
    perExample = model.datum.type === 'tensor' && model.datum.perExample;
  } else {
    const one = written === undefined ? undefined : asNumber(written.datum);
    const sizes = one !== undefined ? [one] : written === undefined ? undefined : asNumbers(written.datum);
    if (sizes === undefined || !sizes.every((size) => Number.isInteger(size) && size >= 1)) {
      return fail(say.NN2007.randomShape({ op: op.name, name: sourceText(frame, written?.span) }), written?.span);
    }
    if (!fitsMemory(sizes, span, frame)) return error;
    shape = sizes;
  }
  const { graph } = frame.run;
  const host = graph.host;
  // An initial value's stream is the parameter's path, which whoever draws it knows.
  const stream = host ? '' : numbered(frame.run, usePath(frame.path, frame), op.name, 'random');
  const attrs = { stream, shape, ...(host && Object.hasOwn(op.attrs, 'host') ? { host: true } : {}) };
  const turn = host ? undefined : frame.turn;
  const value =
    turn === undefined
      ? graph.apply(op.name, [], attrs, undefined, originOf(frame, span))
      : drawnAlong(turn, op, attrs, frame, span);
  return { type: 'tensor', value, perExample, classes: undefined, made: undefined };
}

/**
 * In a scan everything is drawn before it, position after position, and gone along as one more sequence: a draw depends
 * on no turn, and so stands before them all.
 */
function drawnAlong(
  innermost: Turn,
  op: Op,
  attrs: Attrs & { readonly shape: Shape },
  frame: Frame,
  span: Span,
): Value {
  const turns = [innermost];
  for (let turn = innermost.around; turn !== undefined; turn = turn.around) turns.unshift(turn);
  const shape = [...turns.map(({ steps }) => steps), ...attrs.shape];
  const origin = originOf(frame, span);
  const whole = frame.run.graph.apply(op.name, [], { ...attrs, shape }, undefined, origin);
  return turns.reduce((value, turn) => turn.along(value), whole);
}
