/** Values of the graph as data of the language, and moved to the shape, the batch or the device where an op wants them. */
import type { Span } from '../../../grammar/ast.ts';
import { exampleShape } from '../../language/datum.ts';
import type { Tensor } from '../../language/datum.ts';
import type { Dim, Shape, Value } from '../../ir/types.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';

export function constant(value: number, frame: Frame, span: Span): Value {
  return frame.run.graph.apply('const', [], { value }, undefined, originOf(frame, span));
}

export function shared(value: Value): Tensor {
  return { type: 'tensor', value, perExample: false, classes: undefined, made: undefined };
}

export function like(value: Value, perExample: boolean): Tensor {
  return { type: 'tensor', value, perExample, classes: undefined, made: undefined };
}

/** Inserts axes of size 1 after the batch where a per-example value has fewer axes than another operand. */
export function alignRanks(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Value[] {
  if (!tensors.some((tensor) => tensor.perExample)) return tensors.map((tensor) => tensor.value);
  const rank = Math.max(...tensors.map((tensor) => exampleShape(tensor).length));
  return tensors.map((tensor) => {
    const shape = exampleShape(tensor);
    if (!tensor.perExample || shape.length === rank) return tensor.value;
    return reshapeTo(tensor, [...Array.from({ length: rank - shape.length }, () => 1), ...shape], frame, span).value;
  });
}

export function reshapeTo(tensor: Tensor, shape: Shape, frame: Frame, span: Span): Tensor {
  const full: readonly Dim[] = tensor.perExample ? ['B', ...shape] : shape;
  const now = tensor.value.type.shape;
  if (now.length === full.length && now.every((dim, i) => dim === full[i])) return tensor;
  const value = frame.run.graph.apply('reshape', [tensor.value], { shape: full }, undefined, originOf(frame, span));
  return { ...like(value, tensor.perExample), classes: tensor.classes };
}

/** A per-example value of the shape, repeated where needed. */
export function broadcastTo(tensor: Tensor, shape: Shape, perExample: boolean, frame: Frame, span: Span): Tensor {
  const full: readonly Dim[] = perExample ? ['B', ...shape] : shape;
  const now = tensor.value.type.shape;
  if (now.length === full.length && now.every((dim, i) => dim === full[i])) return tensor;
  const [device = tensor] = frame.run.graph.host ? [tensor] : onDevice([tensor], frame, span);
  const lined =
    tensor.perExample && exampleShape(tensor).length < shape.length
      ? reshapeTo(
          device,
          [...Array.from({ length: shape.length - exampleShape(tensor).length }, () => 1), ...exampleShape(tensor)],
          frame,
          span,
        )
      : device;
  const value = frame.run.graph.apply('broadcast', [lined.value], { shape: full }, undefined, originOf(frame, span));
  return like(value, perExample);
}

/**
 * A shared value as one that is known at the end of an evaluation, on the host: the mean over all rows of what is the
 * same for each.
 */
export function atEnd(tensor: Tensor, frame: Frame, span: Span): Tensor {
  const { graph } = frame.run;
  const { dtype } = tensor.value.type;
  if (graph.isAtEnd(tensor.value) || (dtype === 'f64' && graph.isConstant(tensor.value))) return tensor;
  const origin = originOf(frame, span);
  const number =
    dtype === 'f32' ? tensor.value : graph.apply('cast', [tensor.value], { dtype: 'f32' }, undefined, origin);
  const repeated = broadcastTo(shared(number), exampleShape(tensor), true, frame, span);
  const total = graph.apply('batch_total', [repeated.value], {}, undefined, origin);
  const rows = graph.input('host', 'rows', { dtype: 'f64', shape: [] }, 'rows');
  return shared(graph.apply('div', [total, rows], {}, undefined, origin));
}

/** Numbers of the host go to the device where an op cannot take them as they are; arrays of the host stay there. */
export function onOneDevice(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Tensor[] {
  if (frame.run.graph.host) return tensors;
  if (tensors.some(({ value }) => value.type.dtype === 'f64' && value.type.shape.length > 0)) return tensors;
  return onDevice(tensors, frame, span);
}

/** A number of the host on the device, under a dtype; what lies there already stays as it is. */
export function placed(tensor: Tensor, dtype: 'f32' | 'i32', frame: Frame, span: Span): Tensor {
  const { type } = tensor.value;
  if (type.dtype !== 'f64' || type.shape.length > 0) return tensor;
  return shared(frame.run.graph.apply('cast', [tensor.value], { dtype }, undefined, originOf(frame, span)));
}

/** The first two axes of a value of each example, swapped: the batch and the positions of a sequence. */
export function swapLead(tensor: Tensor, frame: Frame, span: Span): Value {
  const { graph } = frame.run;
  if (!tensor.perExample) return tensor.value;
  const permutation = tensor.value.type.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis));
  return graph.apply('transpose', [tensor.value], { permutation }, undefined, originOf(frame, span));
}

function onDevice(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Tensor[] {
  return tensors.map((tensor) => {
    const { dtype, shape } = tensor.value.type;
    if (dtype !== 'f64' || shape.length > 0) return tensor;
    const whole = tensors.some((other) => other.value.type.dtype === 'i32');
    return shared(
      frame.run.graph.apply('cast', [tensor.value], { dtype: whole ? 'i32' : 'f32' }, undefined, originOf(frame, span)),
    );
  });
}

/** Where one of several inputs is per example, the others are repeated over the batch. */
export function joinBatch(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Value[] {
  const perExample = tensors.some((tensor) => tensor.perExample);
  return tensors.map((tensor) =>
    tensor.perExample === perExample
      ? tensor.value
      : broadcastTo(tensor, exampleShape(tensor), true, frame, span).value,
  );
}
