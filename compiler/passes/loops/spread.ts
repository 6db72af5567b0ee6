/** Ops over all positions of a sequence at once: the same op with one more axis in front. */
import type { Builder } from '../../ir/builder.ts';
import type { Attr, Attrs, Node, Shape, Value } from '../../ir/types.ts';
import type { AttrSpec, Op } from '../../ops/define.ts';
import { registry } from '../../ops/index.ts';

/** An input of a node that is to be spread: one value at every position, or one for each, with the positions in front. */
export interface SpreadInput {
  readonly value: Value;
  readonly perPosition: boolean;
}

/** Whether the node can be spread, given which of its inputs have a value for each position. */
export function canSpread(node: Node, perPosition: readonly boolean[]): boolean {
  const op = registry.get(node.op);
  if (op === undefined || node.outputs.length !== 1 || node.bodies.length > 0) return false;
  if (op.ofExamples !== undefined || Object.hasOwn(op.attrs, 'stream')) return false;
  if (op.elementwise || node.op === 'matmul') return true;
  // Rows are taken from one table, whatever the position.
  if (node.op === 'gather') return perPosition[0] === false;
  return isJoin(op) || node.inputs.length === 1;
}

/** Of any number of values alike, side by side. */
const isJoin = (op: Op): boolean => op.inputs.length === 1 && op.inputs[0]?.endsWith('...') === true;

/** Appends the node, spread over so many positions: its result has them in front. */
export function spread(b: Builder, node: Node, inputs: readonly SpreadInput[], steps: number): Value {
  const [output] = node.outputs;
  const op = registry.get(node.op);
  if (op?.elementwise === true || node.op === 'matmul') {
    const least = node.op === 'matmul' ? 2 : 0;
    const rank = Math.max(least, ...inputs.map((input) => innerShape(input).length));
    return b.apply(
      node.op,
      inputs.map((input) => aligned(b, input, rank)),
      node.attrs,
      output,
    );
  }
  if (node.op === 'gather')
    return b.apply(
      node.op,
      inputs.map(({ value }) => value),
      node.attrs,
      output,
    );
  if (node.op === 'broadcast') {
    const shape = output?.type.shape ?? [];
    return b.apply(
      node.op,
      inputs.map((input) => aligned(b, input, shape.length)),
      { shape: [steps, ...shape] },
      output,
    );
  }
  const rank = Math.max(0, ...inputs.map((input) => innerShape(input).length));
  const attrs = behindPositions(op?.attrs ?? {}, node.attrs, rank, output?.type.shape.length ?? 0, steps);
  const whole = inputs.map((input) => (input.perPosition ? input.value : repeated(b, input.value, steps)));
  return b.apply(node.op, whole, attrs, output);
}

const innerShape = ({ value, perPosition }: SpreadInput): Shape =>
  perPosition ? value.type.shape.slice(1) : value.type.shape;

/** Shapes align at the right: what has fewer axes gets axes of size 1 between its positions and the others. */
function aligned(b: Builder, { value, perPosition }: SpreadInput, rank: number): Value {
  const [steps, ...inner] = value.type.shape;
  if (!perPosition || steps === undefined || inner.length === rank) return value;
  const between = Array.from({ length: rank - inner.length }, () => 1);
  return b.apply('reshape', [value], { shape: [steps, ...between, ...inner] }, value);
}

const repeated = (b: Builder, value: Value, steps: number): Value =>
  b.apply('broadcast', [value], { shape: [steps, ...value.type.shape] }, value);

/** Attributes of an op that speak of axes, where one stands before them all. */
function behindPositions(
  specs: Readonly<Record<string, AttrSpec>>,
  attrs: Attrs,
  rank: number,
  rankOfResult: number,
  steps: number,
): Attrs {
  return Object.fromEntries(
    Object.entries(specs).flatMap(([name, spec]) => {
      const axes = spec.newAxis === true ? rankOfResult : rank;
      const attr = behind(spec, attrs[name] ?? (isOpen(spec) ? undefined : spec.default), axes, steps);
      return attr === undefined ? [] : [[name, attr] as const];
    }),
  );
}

/** What is left out has no value of its own, or needs one. */
const isOpen = (spec: AttrSpec): boolean => spec.default === 'required' || spec.default === 'none';

function behind(spec: AttrSpec, attr: Attr, rank: number, steps: number): Attr {
  const front = (axis: Attr): number => (typeof axis === 'number' ? (axis < 0 ? axis + rank : axis) + 1 : Number.NaN);
  switch (spec.type) {
    case 'axis':
      return front(attr);
    case 'axes':
      return attr === 'all' || attr === undefined
        ? Array.from({ length: rank }, (_, axis) => axis + 1)
        : (Array.isArray(attr) ? attr : [attr]).map(front);
    case 'permutation':
      return [0, ...(Array.isArray(attr) ? attr.map(front) : Array.from({ length: rank }, (_, i) => rank - i))];
    case 'shape':
      return Array.isArray(attr) ? [steps, ...attr] : attr;
    case 'numbers':
      return Array.isArray(attr) ? [...(spec.batch ?? []), ...attr] : attr;
    case 'number':
    case 'size':
    case 'boolean':
    case 'string':
      return attr;
  }
}
