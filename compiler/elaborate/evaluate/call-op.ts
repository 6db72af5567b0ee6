/** Calls an op of the registry as a function: its inputs first, then its attributes, by position or by name. */
import type { Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, error, exampleShape, list, number } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Attr, Attrs, Value } from '../../ir/types.ts';
import type { Op } from '../../ops/define.ts';
import { registry } from '../../ops/index.ts';
import { originOf } from '../frame/context.ts';
import { attribute } from './attribute.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { indexTensor } from '../values/indexing.ts';
import { matrixProduct } from '../values/matrix-product.ts';
import { sourceText, reportMisfit } from '../values/misfit.ts';
import { applyNamed, asTensor, elementwise, evaluateOp, operandsAt, placedAtEnd } from '../values/operation.ts';
import { broadcastTo, placed } from '../values/tensors.ts';
import { randomCall } from '../values/random.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { mistake } from '../frame/report.ts';

export function callOp(
  op: Op,
  positional: readonly Operand[],
  named: ReadonlyMap<string, Operand>,
  frame: Frame,
  span: Span,
): Datum {
  if (Object.hasOwn(op.attrs, 'stream')) return randomCall(op, positional, named, frame, span);
  // What may be left out of an op is added by passes: the bias of a product.
  const inputNames = op.inputs.filter((name) => !/\.\.\.$|\?$/.test(name)).map((name) => name.replace(/^\.\.\./, ''));
  const attrNames = Object.keys(op.attrs).filter((name) => op.attrs[name]?.internal !== true);
  const fail = (told: Told, at: Span): Datum => mistake(told, at, frame, { fault: 'definition' });
  const call = { op: op.name, usage: usage(op, inputNames, attrNames) };
  for (const [name, operand] of named) {
    if (inputNames.includes(name) || attrNames.includes(name)) continue;
    const near = nearest(name, [...inputNames, ...attrNames]);
    return fail(say.NN2003.operation({ ...call, name, near }), operand.span);
  }
  const given = new Map(named);
  const places = [...inputNames, ...attrNames];
  const variadic = op.inputs.some((name) => name.includes('...'));
  const { values, rest } =
    variadic && inputNames.every((name) => !named.has(name))
      ? apartFromAxis(positional)
      : { values: undefined, rest: [...positional] };
  for (const name of places) {
    if (rest.length === 0) break;
    if (given.has(name)) continue;
    const operand = rest.shift();
    if (operand !== undefined) given.set(name, operand);
  }
  const surplus = rest[0];
  if (surplus !== undefined) return fail(say.NN2026.arguments({ ...call, most: places.length }), surplus.span);
  const missing =
    inputNames.find((name) => !given.has(name)) ??
    attrNames.find((name) => op.attrs[name]?.default === 'required' && !given.has(name));
  if (missing !== undefined) return fail(say.NN2026.missing({ ...call, name: missing }), span);
  if ([...given.values(), ...(values ?? [])].some((operand) => operand.datum.type === 'error')) return error;

  const attrs: Record<string, Attr> = {};
  for (const name of attrNames) {
    const operand = given.get(name);
    const spec = op.attrs[name];
    if (operand === undefined || spec === undefined) continue;
    const attr = attribute(name, spec, op, operand, frame);
    if (attr === 'wrong') return error;
    if (attr !== undefined) attrs[name] = attr;
  }
  if (op.inputs.length === 0 && Object.hasOwn(op.attrs, 'host') && frame.run.graph.host) attrs['host'] = true;

  const inputs = values ?? inputNames.map((name) => given.get(name)).filter((operand) => operand !== undefined);
  const [only] = inputs;
  if (variadic && only !== undefined) {
    const items =
      values ?? (only.datum.type === 'list' ? only.datum.items.map((datum) => ({ datum, span: only.span })) : [only]);
    if (items.length === 0) return fail(say.NN2026.none({ op: op.name }), only.span);
    return applyNamed(
      op.name,
      items.map((item) => atLeastOneAxis(op, item, frame)),
      attrs,
      frame,
      span,
    );
  }
  if (op.name === 'where') return select(inputs, frame, span);
  if (op.elementwise) return elementwise(op.name, inputs, frame, span);
  const [first, second] = inputs;
  if (op.name === 'matmul' && first !== undefined && second !== undefined)
    return matrixProduct(first, second, frame, span);
  if (op.name === 'gather' && first !== undefined && second !== undefined)
    return gatherRows(op, first, second, frame, span);
  if (first !== undefined && isReduction(op)) return reduce(op, first, attrs, frame, span);
  if (op.name === 'broadcast' && first !== undefined) return repeatTo(first, attrs, frame, span);
  return applyNamed(op.name, inputs, attrs, frame, span);
}

/** Several values that are joined may stand in a list, or one after the other; a number behind them is the axis. */
function apartFromAxis(positional: readonly Operand[]): {
  readonly values: readonly Operand[] | undefined;
  readonly rest: Operand[];
} {
  const last = positional.at(-1);
  const axis = last !== undefined && positional.length > 1 && asNumber(last.datum) !== undefined ? [last] : [];
  const values = positional.slice(0, positional.length - axis.length);
  const [first] = values;
  // The first stands for all of them where places are counted.
  return values.length < 2 || first === undefined
    ? { values: undefined, rest: [...positional] }
    : { values, rest: [first, ...axis] };
}

function usage(op: Op, inputs: readonly string[], attrs: readonly string[]): string {
  return `${op.name}(${[...inputs, ...attrs.map((name) => (op.attrs[name]?.default === 'required' ? name : `${name}=…`))].join(', ')})`;
}

/** In a list of values to be joined, a list is an array: `concat([[-1], x])`. */
function atLeastOneAxis(op: Op, item: Operand, frame: Frame): Operand {
  if (op.name !== 'concat' || item.datum.type !== 'list') return item;
  return { datum: asTensor(item.datum, frame, item.span) ?? error, span: item.span };
}

/** Over several axes, or along one. */
function isReduction(op: Op): boolean {
  return op.inputs.length === 1 && (op.attrs['keepdims'] !== undefined || op.attrs['axis']?.type === 'axis');
}

/** Of numbers and lists that are known, or that are numbers of the host, the result is a number or a list. */
function reduce(op: Op, of: Operand, attrs: Attrs, frame: Frame, span: Span): Datum {
  const { datum } = of;
  const known = asNumber(datum);
  const items = known === undefined ? asNumbers(datum) : [known];
  if (items !== undefined && items.length > 0 && attrs['keepdims'] !== true) {
    const shape = known === undefined ? [items.length] : [];
    const result = evaluateOp(op.name, [{ shape, data: Float64Array.from(items) }], attrs);
    if (result?.shape.length === 0) return number(result.data[0] ?? Number.NaN);
    if (result?.shape.length === 1) return list(Array.from(result.data, (item) => number(item)));
  }
  if (datum.type === 'list' && op.name === 'sum') {
    const [head = number(0), ...rest] = datum.items;
    return rest.reduce((sum, item) => elementwise('add', operandsAt(of.span, sum, item), frame, span), head);
  }
  if (datum.type === 'tensor' && op.keepsOne === true) {
    const axes = attrs['axis'] ?? 'all';
    if (axes === 'all' ? exampleShape(datum).length === 0 : Array.isArray(axes) && axes.length === 0) return datum;
  }
  return applyNamed(op.name, [of], attrs, frame, span);
}

/** `where` with a condition that is known takes its branch, in the shape that both branches have together. */
function select(inputs: readonly Operand[], frame: Frame, span: Span): Datum {
  const [condition, a, b] = inputs;
  const known = condition === undefined ? undefined : asNumber(condition.datum);
  if (known === undefined || a === undefined || b === undefined) return elementwise('where', inputs, frame, span);
  const [chosen, other] = known !== 0 ? [a, b] : [b, a];
  if (asNumber(other.datum) !== undefined) return chosen.datum;
  return elementwise('where', inputs, frame, span);
}

/** Rows by their numbers: of a table that all examples share, or of a value of each example. */
function gatherRows(op: Op, table: Operand, ids: Operand, frame: Frame, span: Span): Datum {
  const [x, at] = [asTensor(table.datum, frame, table.span), asTensor(ids.datum, frame, ids.span)];
  if (x === undefined || at === undefined) return error;
  const isHost = x.value.type.dtype === 'f64';
  const known = isHost ? undefined : asNumbers(ids.datum);
  if (known !== undefined && known.length > 0 && known.every(Number.isInteger))
    return knownRows(known, table, ids.span, frame, span);
  const late = placedAtEnd([x, at], [table, ids], frame, span);
  if (late === 'wrong') return error;
  // A list of the host is no ids of what lies on the device; at the end all is of the host.
  const isApart = late === undefined && !isHost && at.value.type.dtype === 'f64' && at.value.type.shape.length > 0;
  if (!isWhole(at.value, frame) || isApart) {
    return mistake(say.NN2007.rows({ name: sourceText(frame, ids.span) }), ids.span, frame);
  }
  const [rows = x, numbers = at] = late ?? [x, at].map((tensor) => placed(tensor, 'i32', frame, span));
  const own = rows.perExample && exampleShape(rows).length > 0;
  const each = own ? broadcastTo(numbers, exampleShape(numbers), true, frame, span) : numbers;
  const name = own ? 'gather_each' : 'gather';
  const attrs = own ? { lead: 1 } : {};
  const operands = [rows.value, each.value];
  const inferred = rows.perExample && !own ? noRows : frame.run.graph.infer(name, operands, attrs);
  if ('misfit' in inferred) {
    reportMisfit(op, inferred, [rows, each], [table, ids], frame, span);
    return error;
  }
  const value = frame.run.graph.apply(name, operands, attrs, undefined, originOf(frame, span));
  return { type: 'tensor', value, perExample: each.perExample, classes: undefined, made: undefined };
}

/** Rows that are known while compiling are parts of the value, as `x[0]` is. */
function knownRows(numbers: readonly number[], table: Operand, at: Span, frame: Frame, span: Span): Datum {
  const rows = numbers.map((index): Operand => ({
    datum: indexTensor(table, [{ type: 'at', index, span: at }], frame, span),
    span,
  }));
  return rows.some(({ datum }) => datum.type === 'error') ? error : applyNamed('stack', rows, { axis: 0 }, frame, span);
}

const noRows = { misfit: 'input', input: 0, why: 'a number has no rows' } as const;

/** Whether a value holds whole numbers, from how it was made: integers, what was rounded, and what is calculated of them. */
function isWhole(value: Value, frame: Frame): boolean {
  if (value.type.dtype === 'i32') return true;
  const node = frame.run.graph.nodeOf(value);
  if (node === undefined) return false;
  if (node.op === 'const') return Number.isInteger(node.attrs['value']);
  const op = registry.get(node.op);
  if (op?.integers === true || op?.truth === true || op?.whole === 'made') return true;
  const isKept = op?.moves === true || op?.whole === 'kept';
  return isKept && node.inputs.every((input) => isWhole(input, frame));
}

function repeatTo(of: Operand, attrs: Attrs, frame: Frame, span: Span): Datum {
  const tensor: Tensor | undefined = asTensor(of.datum, frame, of.span);
  const shape = attrs['shape'];
  if (tensor === undefined || !Array.isArray(shape)) return error;
  const sizes = shape.filter((size) => size !== 'B');
  const from = exampleShape(tensor);
  const lead = sizes.length - from.length;
  if (lead < 0 || from.some((size, axis) => size !== 1 && size !== sizes[lead + axis])) {
    return mistake(say.NN2011.repeat({ from, to: sizes }), span, frame);
  }
  return broadcastTo(tensor, sizes, tensor.perExample, frame, span);
}
