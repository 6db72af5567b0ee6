/** What a node makes of each example by itself: whether it may be computed row by row. */
import { isLoop } from '../../ir/loops.ts';
import { isCall, isView } from '../../ir/traits.ts';
import type { Attr, Node, Shape, Value } from '../../ir/types.ts';
import type { AttrSpec } from '../../ops/define.ts';
import { registry } from '../../ops/index.ts';

const examples = ({ type }: Value): number => type.shape.indexOf('B');

const isOfExamples = (value: Value): boolean => examples(value) >= 0;

const hasOneBatch = ({ type }: Value): boolean => type.shape.filter((size) => size === 'B').length === 1;

/**
 * Whether each row of its results is made of the same row of what it reads, always alike: no numbers are drawn, no
 * position in the batch is asked for, nothing goes along the axis of examples.
 */
export function isRowByRow(node: Node): boolean {
  const { inputs, outputs, attrs, bodies } = node;
  const op = registry.get(node.op);
  if (op === undefined || typeof attrs['stream'] === 'string') return false;
  if ((isLoop(node) || isCall(node)) && !bodies.every((body) => body.nodes.every(isRowByRow))) return false;
  const batched = inputs.filter(isOfExamples);
  if (!batched.every(hasOneBatch)) return false;
  if (batched.length === 0) {
    // What is the same for all examples may be repeated for each, and not counted.
    return inputs.length > 0 || !outputs.some(isOfExamples);
  }
  if (!outputs.every(hasOneBatch)) return false;
  if (op.ofExamples !== undefined && !inputs.every((x, i) => !isOfExamples(x) || op.ofExamples?.includes(i) === true))
    return false;
  if (isView(node) && !inputs.every((x) => outputs.every((output) => keepsExamples(x.type.shape, output.type.shape))))
    return false;
  return Object.entries(op.attrs).every(([name, spec]) => inputs.every((x) => !goesAlong(spec, attrs[name], x)));
}

/** Whether an attribute names the axis of examples of a value. */
function goesAlong({ type, newAxis }: AttrSpec, axes: Attr, x: Value): boolean {
  const at = examples(x);
  if (at < 0 || newAxis === true || (type !== 'axis' && type !== 'axes')) return false;
  if (axes === 'all') return true;
  const rank = x.type.shape.length;
  const named = typeof axes === 'number' ? [axes] : Array.isArray(axes) ? axes : [];
  return named.some((axis) => typeof axis === 'number' && (axis < 0 ? axis + rank : axis) === at);
}

/** Whether as many elements stand before the axis of examples as stood there before. */
function keepsExamples(from: Shape, to: Shape): boolean {
  const before = (shape: Shape): number =>
    shape.slice(0, shape.indexOf('B')).reduce<number>((product, size) => product * (size === 'B' ? 1 : size), 1);
  return before(from) === before(to);
}
