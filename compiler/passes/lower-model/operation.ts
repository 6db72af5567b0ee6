/** Applies an op of the registry to data of the language: numbers while compiling, graph nodes otherwise. */
import type { Span } from '../../../grammar/ast.ts';
import { asNumber, boolean, error, exampleShape, list, number } from '../../check/datum.ts';
import type { Datum, Tensor } from '../../check/datum.ts';
import { InternalError } from '../../diagnostics/types.ts';
import type { Attr, Attrs, Dim, Value } from '../../ir/types.ts';
import type { Environment, Op } from '../../ops/define.ts';
import { registry } from '../../ops/index.ts';
import { originOf, readable } from './context.ts';
import type { Frame, Operand } from './context.ts';
import { reportForeign, reportMisfit, reportNoValue } from './misfit.ts';

/** Ops whose results are true or false when their operands are known. */
const logical: ReadonlySet<string> = new Set([
  'equal',
  'not_equal',
  'less',
  'less_equal',
  'greater',
  'greater_equal',
  'and',
  'or',
  'not',
]);

/** Applies an elementwise op, with NumPy's broadcasting over example axes. */
export function elementwise(name: string, operands: readonly Operand[], frame: Frame, span: Span): Datum {
  const data = operands.map((operand) => operand.datum);
  if (data.some((datum) => datum.type === 'error')) return error;
  const known = data.map(asNumber);
  if (known.every((value) => value !== undefined)) return compute(name, known);
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
    frame.world.reporter.report({
      code: 'NN2004',
      site: frame.site,
      span,
      message: `lists of ${lengths.join(' and ')} items do not meet item by item`,
    });
    return error;
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
function compute(name: string, values: readonly number[]): Datum {
  const result = evaluateOp(
    name,
    values.map((value) => ({ shape: [], data: Float64Array.of(value) })),
    {},
  );
  const value = result[0] ?? Number.NaN;
  return logical.has(name) ? boolean(value !== 0) : number(value);
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

/** An op over host tensors that are known while compiling. */
export function evaluateOp(
  name: string,
  inputs: readonly { readonly shape: readonly number[]; readonly data: Float64Array }[],
  attrs: Attrs,
): Float64Array {
  const op = registry.get(name);
  if (op === undefined) throw new InternalError(`no op is called ${name}`);
  const types = op.infer(
    inputs.map(({ shape }) => ({ dtype: 'f64' as const, shape })),
    attrs,
  );
  if ('misfit' in types) throw new InternalError(`${name}: ${types.why}`);
  const [result] = op.evaluate(inputs, attrs, types, noDraws);
  if (result === undefined) throw new InternalError(`${name} has no result`);
  return result.data;
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
    reportForeign(frame, span);
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

export function constant(value: number, frame: Frame, span: Span): Value {
  return frame.run.graph.apply('const', [], { value }, 'number', originOf(frame, span));
}

export function shared(value: Value): Tensor {
  return { type: 'tensor', value, perExample: false, classes: undefined, made: undefined };
}

export function like(value: Value, perExample: boolean): Tensor {
  return { type: 'tensor', value, perExample, classes: undefined, made: undefined };
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
  const perExample = tensors.some((tensor) => tensor.perExample);
  const values = op.elementwise
    ? alignRanks(tensors, frame, span)
    : name === 'matmul'
      ? tensors.map((tensor) => tensor.value)
      : joinBatch(onOneDevice(tensors, frame, span), frame, span);
  const lifted = perExample ? liftAttrs(op, attrs, tensors) : sharedAttrs(op, attrs, tensors);
  const inferred = 'misfit' in lifted ? lifted : frame.run.graph.infer(name, values, lifted.attrs);
  if ('misfit' in inferred) {
    reportMisfit(op, inferred, tensors, operands, frame, span);
    return error;
  }
  if ('misfit' in lifted) return error;
  const value = frame.run.graph.apply(name, values, lifted.attrs, readable(frame, name), originOf(frame, span));
  // Moved or chosen classes are classes still.
  const classes =
    value.type.dtype === 'i32' ? tensors.find((tensor) => tensor.classes !== undefined)?.classes : undefined;
  return { ...like(value, perExample), classes };
}

/** Inserts axes of size 1 after the batch where a per-example value has fewer axes than another operand. */
function alignRanks(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Value[] {
  if (!tensors.some((tensor) => tensor.perExample)) return tensors.map((tensor) => tensor.value);
  const rank = Math.max(...tensors.map((tensor) => exampleShape(tensor).length));
  return tensors.map((tensor) => {
    const shape = exampleShape(tensor);
    if (!tensor.perExample || shape.length === rank) return tensor.value;
    return reshapeTo(tensor, [...Array.from({ length: rank - shape.length }, () => 1), ...shape], frame, span).value;
  });
}

export function reshapeTo(tensor: Tensor, shape: readonly number[], frame: Frame, span: Span): Tensor {
  const full: readonly Dim[] = tensor.perExample ? ['B', ...shape] : shape;
  const now = tensor.value.type.shape;
  if (now.length === full.length && now.every((dim, i) => dim === full[i])) return tensor;
  const value = frame.run.graph.apply(
    'reshape',
    [tensor.value],
    { shape: full },
    readable(frame, 'reshape'),
    originOf(frame, span),
  );
  return { ...like(value, tensor.perExample), classes: tensor.classes };
}

/** A per-example value of the shape, repeated where needed. */
export function broadcastTo(
  tensor: Tensor,
  shape: readonly number[],
  perExample: boolean,
  frame: Frame,
  span: Span,
): Tensor {
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
  const value = frame.run.graph.apply(
    'broadcast',
    [lined.value],
    { shape: full },
    readable(frame, 'broadcast'),
    originOf(frame, span),
  );
  return like(value, perExample);
}

/** Numbers of the host go to the device where an op cannot take them as they are; arrays of the host stay there. */
function onOneDevice(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Tensor[] {
  if (frame.run.graph.host) return tensors;
  if (tensors.some(({ value }) => value.type.dtype === 'f64' && value.type.shape.length > 0)) return tensors;
  return onDevice(tensors, frame, span);
}

function onDevice(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Tensor[] {
  return tensors.map((tensor) => {
    const { dtype, shape } = tensor.value.type;
    if (dtype !== 'f64' || shape.length > 0) return tensor;
    const whole = tensors.some((other) => other.value.type.dtype === 'i32');
    return shared(
      frame.run.graph.apply(
        'cast',
        [tensor.value],
        { dtype: whole ? 'i32' : 'f32' },
        readable(frame, 'number'),
        originOf(frame, span),
      ),
    );
  });
}

/** Where one of several inputs is per example, the others are repeated over the batch. */
function joinBatch(tensors: readonly Tensor[], frame: Frame, span: Span): readonly Value[] {
  const perExample = tensors.some((tensor) => tensor.perExample);
  return tensors.map((tensor) =>
    tensor.perExample === perExample
      ? tensor.value
      : broadcastTo(tensor, exampleShape(tensor), true, frame, span).value,
  );
}

type Lifted = { readonly attrs: Attrs } | { readonly misfit: 'attr'; readonly attr: string; readonly why: string };

/** Attributes over example axes, as they are in the graph, where the batch is axis 0. */
function liftAttrs(op: Op, attrs: Attrs, tensors: readonly Tensor[]): Lifted {
  const rank = Math.max(0, ...tensors.map((tensor) => exampleShape(tensor).length));
  const lifted: Record<string, Attr> = {};
  for (const [name, spec] of Object.entries(op.attrs)) {
    const given = attrs[name];
    const value = given ?? (spec.default === 'required' || spec.default === 'none' ? undefined : spec.default);
    switch (spec.type) {
      case 'axis':
      case 'axes': {
        // A stack makes one axis more than its inputs have.
        const size = op.name === 'stack' ? rank + 1 : rank;
        const axes = value === 'all' ? [...Array(size).keys()] : Array.isArray(value) ? value : [value];
        const found = axes.map((axis) => (typeof axis === 'number' ? (axis < 0 ? axis + size : axis) : Number.NaN));
        const wrong = found.findIndex((axis) => !Number.isInteger(axis) || axis < 0 || axis >= size);
        if (wrong >= 0) {
          return {
            misfit: 'attr',
            attr: name,
            why: `there is no axis ${String(axes[wrong])} in a value of ${countAxes(size)}`,
          };
        }
        const shifted = found.map((axis) => axis + 1);
        lifted[name] = spec.type === 'axis' ? shifted[0] : shifted;
        break;
      }
      case 'shape':
        lifted[name] = Array.isArray(value) ? ['B' as const, ...value] : value;
        break;
      case 'numbers':
        lifted[name] = liftNumbers(name, value, rank);
        break;
      case 'number':
      case 'boolean':
      case 'string':
      case 'graph':
        lifted[name] = given;
        break;
    }
  }
  return { attrs: withoutUndefined(lifted) };
}

function countAxes(rank: number): string {
  return rank === 1 ? '1 axis' : `${rank} axes`;
}

function liftNumbers(name: string, value: Attr, rank: number): Attr {
  const numbers = Array.isArray(value) ? value : undefined;
  switch (name) {
    case 'permutation': {
      const axes = numbers ?? [...Array(rank).keys()].toReversed();
      return [0, ...axes.map((axis) => (typeof axis === 'number' ? (axis < 0 ? axis + rank : axis) + 1 : axis))];
    }
    case 'begin':
      return [0, ...(numbers ?? [])];
    case 'size':
      return ['B' as const, ...(numbers ?? [])];
    case 'padding':
      return [0, 0, ...(numbers ?? [])];
    default:
      return numbers;
  }
}

function sharedAttrs(op: Op, attrs: Attrs, tensors: readonly Tensor[]): Lifted {
  const rank = Math.max(0, ...tensors.map((tensor) => exampleShape(tensor).length));
  for (const [name, spec] of Object.entries(op.attrs)) {
    const value = attrs[name];
    if ((spec.type !== 'axis' && spec.type !== 'axes') || value === undefined || value === 'all') continue;
    const size = op.name === 'stack' ? rank + 1 : rank;
    const wrong = (Array.isArray(value) ? value : [value]).find(
      (axis) => typeof axis !== 'number' || axis >= size || axis < -size || !Number.isInteger(axis),
    );
    if (wrong !== undefined) {
      return { misfit: 'attr', attr: name, why: `there is no axis ${String(wrong)} in a value of ${countAxes(size)}` };
    }
  }
  return { attrs: withoutUndefined(attrs) };
}

function withoutUndefined(attrs: Readonly<Record<string, Attr>>): Attrs {
  return Object.fromEntries(Object.entries(attrs).filter(([, value]) => value !== undefined));
}
