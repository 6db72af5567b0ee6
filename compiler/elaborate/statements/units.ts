/**
 * Metrics of a target that `prep` changed are taken in the data's units: z·scale + shift, before the metric's own
 * formula, of the target and of every value in its shape that it is compared with. Losses stay in the graph's units.
 * scale and shift come from the training rows: they are states that only the evaluation reads, filled by the runtime.
 */
import type { Span } from '../../../grammar/ast.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import { sameType } from '../../ops/rules/broadcast.ts';
import type { Frame } from '../frame/context.ts';
import { dataState } from '../values/data-state.ts';
import { elementwise, operandsAt } from '../values/operation.ts';
import type { Spec } from '../frame/spec.ts';

/** Rebinds the parameters of a metric that has been bound to its arguments. */
export function inDataUnits(entry: Entry, callee: Frame, spec: Spec, frame: Frame, span: Span): void {
  const bound = entry.parameters.flatMap(({ name }) => {
    const datum = callee.scope.own(name)?.datum;
    return datum?.type === 'tensor' ? [{ name, datum }] : [];
  });
  const target = spec.targets.find(
    ({ name, datum }) =>
      frame.world.prepared.has(name) &&
      datum.type === 'tensor' &&
      bound.some((argument) => argument.datum.value === datum.value),
  );
  if (target?.datum.type !== 'tensor') return;
  const unit = unitOf(target.name, target.datum, frame, span);
  for (const { name, datum } of bound) {
    if (datum.perExample && sameType(datum.value.type, target.datum.value.type))
      callee.scope.rebind(name, converted(datum, unit, frame, span));
  }
}

function converted(z: Tensor, { scale, shift }: Unit, frame: Frame, span: Span): Datum {
  const scaled = elementwise('mul', operandsAt(span, z, scale), frame, span);
  return elementwise('add', operandsAt(span, scaled, shift), frame, span);
}

interface Unit {
  readonly scale: Datum;
  readonly shift: Datum;
}

function unitOf(target: string, tensor: Tensor, frame: Frame, span: Span): Unit {
  const shape = tensor.value.type.shape.filter((size) => size !== 'B');
  const state = (part: 'scale' | 'shift', start: number): Datum =>
    dataState({ path: `prep/${target}/${part}`, shape, start }, frame, span);
  // Before the data is known, the graph's units are the data's.
  return { scale: state('scale', 1), shift: state('shift', 0) };
}
