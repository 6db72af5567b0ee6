/**
 * Metrics of a target that `prep` changed are taken in the data's units: z·scale + shift, before the metric's own
 * formula, of the target and of every value in its shape that it is compared with. Losses stay in the graph's units.
 * scale and shift come from the training rows: they are states that only the evaluation reads, filled by the runtime.
 */
import type { Span } from '../../../grammar/ast.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import type { Graph } from '../../ir/types.ts';
import { sameType } from '../../ops/rules/broadcast.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import { elementwise } from '../values/operation.ts';
import type { Spec } from '../frame/spec.ts';
import { shared } from '../values/tensors.ts';

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
  const scaled = elementwise(
    'mul',
    [
      { datum: z, span },
      { datum: scale, span },
    ],
    frame,
    span,
  );
  return elementwise(
    'add',
    [
      { datum: scaled, span },
      { datum: shift, span },
    ],
    frame,
    span,
  );
}

interface Unit {
  readonly scale: Datum;
  readonly shift: Datum;
}

function unitOf(target: string, tensor: Tensor, frame: Frame, span: Span): Unit {
  const shape = tensor.value.type.shape.filter((size) => size !== 'B');
  const state = (part: 'scale' | 'shift', start: number): Datum => {
    const path = `prep/${target}/${part}`;
    const known = frame.run.weights.get(path);
    if (known !== undefined) return known;
    const origin = originOf(frame, span);
    const made = { source: frame.site.source, span };
    frame.run.states.set(path, { path, shape, init: filled(start, shape, frame, span), origin, frozen: true, made });
    const value = shared(frame.run.graph.input('state', path, { dtype: 'f32', shape }, path.replaceAll('/', '.')));
    frame.run.weights.set(path, value);
    return value;
  };
  return { scale: state('scale', 1), shift: state('shift', 0) };
}

/** Before the data is known: the graph's units are the data's. */
function filled(value: number, shape: readonly number[], frame: Frame, span: Span): Graph {
  const origin = originOf(frame, span);
  const graph = new GraphBuild(origin, 'forward');
  const number = graph.apply('const', [], { value }, 'start', origin);
  return graph.finish([
    { role: 'value', name: 'value', value: graph.apply('broadcast', [number], { shape }, 'start', origin) },
  ]);
}
