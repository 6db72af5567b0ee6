/** Identities of reshapes, transposes and reductions: what moves no element costs nothing. */
import type { Attr, Shape, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { axesOf } from '../../ops/rules/axes.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';
import { permutationOf } from './permutation.ts';
import type { Rule, Site } from './site.ts';

const elementwise: readonly string[] = [...registry.values()]
  .filter((op) => op.lower.as === 'scalar')
  .map((op) => op.name);

export const shapes: readonly Rule[] = [
  { theorem: 'reshape(x) → x, to its own shape', ops: ['reshape'], apply: (s) => s.asResult(s.input(0)) },
  {
    theorem: 'reshape(reshape(x)) → reshape(x)',
    ops: ['reshape'],
    apply: (s) => s.rebuild('reshape', [s.of('reshape', s.input(0))], s.attrs),
  },
  {
    theorem: 'transpose(x) → x, by the identity',
    ops: ['transpose'],
    apply: (s) => (permutationOf(s.node)?.every((axis, i) => axis === i) === true ? s.asResult(s.input(0)) : undefined),
  },
  {
    theorem: 'transpose(transpose(x)) → transpose(x), by the product of both',
    ops: ['transpose'],
    apply: (s) => {
      const inner = s.producer(s.input(0));
      const [first, second] = [inner === undefined ? undefined : permutationOf(inner), permutationOf(s.node)];
      if (inner === undefined || first === undefined || second === undefined) return undefined;
      const permutation = second.map((axis) => first[axis] ?? axis);
      return s.rebuild('transpose', [inner.inputs[0]], { permutation });
    },
  },
  {
    theorem: 'transpose(x) → reshape(x), where only axes of size 1 move',
    ops: ['transpose'],
    apply: (s) => {
      const shape = s.input(0)?.type.shape ?? [];
      const moved = (permutationOf(s.node) ?? []).filter((axis) => shape[axis] !== 1);
      return moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? 0))
        ? s.rebuild('reshape', [s.input(0)], { shape: s.type?.shape })
        : undefined;
    },
  },
  {
    theorem: 'sum(x) → reshape(x), over axes of size 1',
    ops: ['sum', 'max', 'min'],
    apply: (s) => {
      const shape = s.input(0)?.type.shape ?? [];
      return reduced(s)?.every((axis) => shape[axis] === 1) === true
        ? s.rebuild('reshape', [s.input(0)], { shape: s.type?.shape })
        : undefined;
    },
  },
  {
    theorem: 'batch_total(reshape(x)) → reshape(batch_total(x)), where examples are numbers',
    ops: ['batch_total'],
    apply: (s) => {
      const x = s.of('reshape', s.input(0));
      if (x?.type.shape[0] !== 'B' || s.type?.shape.length !== 0) return undefined;
      const total = s.build('batch_total', [x], {}, s.node.outputs[0]);
      return s.rebuild('reshape', [total], { shape: [] });
    },
  },
  {
    theorem: 'sum(reshape(x)) → sum(x), over all axes',
    ops: ['sum', 'max', 'min'],
    apply: (s) => {
      const shape = s.input(0)?.type.shape ?? [];
      if (reduced(s)?.length !== shape.length || s.type?.shape.length !== 0) return undefined;
      return s.rebuild(s.node.op, [s.of('reshape', s.input(0))], { axis: 'all', keepdims: false });
    },
  },
  {
    theorem: 'sum(sum(x)) → sum(x), over the axes of both',
    condition: 'the inner sum is read once',
    ops: ['sum'],
    apply: (s) => {
      const inner = s.input(0);
      const node = s.producer(inner);
      const x = node?.inputs[0];
      if (node?.op !== 'sum' || x === undefined || inner === undefined || !s.readOnce(inner)) return undefined;
      const first = listed(axesOf(node.attrs, x.type.shape.length));
      const second = reduced(s);
      if (first === undefined || second === undefined) return undefined;
      const keptInner = node.attrs['keepdims'] === true;
      const keptOuter = s.attrs['keepdims'] === true;
      if (keptInner !== keptOuter && second.length !== inner.type.shape.length) return undefined;
      const places = [...x.type.shape.keys()].filter((axis) => keptInner || !first.includes(axis));
      const axis = [...new Set([...first, ...second.map((at) => places[at] ?? at)])].sort((a, b) => a - b);
      const all = axis.length === x.type.shape.length;
      return s.rebuild('sum', [x], { axis: all ? 'all' : axis, keepdims: keptOuter });
    },
  },
  { theorem: 'slice(x) → x, of everything', ops: ['slice'], apply: (s) => s.asResult(s.input(0)) },
  {
    theorem: 'concat(x) → x, of one',
    ops: ['concat'],
    apply: (s) => (s.node.inputs.length === 1 ? s.asResult(s.input(0)) : undefined),
  },
  {
    theorem: 'concat(concat(xs), …) → concat(xs, …), along one axis',
    condition: 'nothing else reads the inner one',
    ops: ['concat'],
    apply: (s) => {
      const rank = s.type?.shape.length ?? 0;
      const axis = concatAxis(s.attrs['axis'], rank);
      const inner = s.node.inputs.map((input) => {
        const node = s.producer(input);
        const alike = node?.op === 'concat' && concatAxis(node.attrs['axis'], rank) === axis && s.readOnce(input);
        return alike ? node.inputs : undefined;
      });
      if (inner.every((inputs) => inputs === undefined)) return undefined;
      return s.rebuild(
        'concat',
        inner.flatMap((inputs, i): readonly (Value | undefined)[] => inputs ?? [s.input(i)]),
        { axis },
      );
    },
  },
  {
    theorem: 'pad(x) + pad(y) → pad(concat(x, y)), where each fills zeros of the other, one beside the other',
    condition: 'nothing else reads the parts',
    ops: ['add'],
    apply: joinedPads,
  },
  { theorem: 'pad(x) → x, by nothing', ops: ['pad_constant'], apply: (s) => s.asResult(s.input(0)) },
  {
    theorem: 'f(reshape(x), reshape(y), …) → reshape(f(x, y, …)), where all have one shape',
    ops: elementwise,
    apply: (s) => {
      const tensors = s.node.inputs.filter((input) => input.type.shape.length > 0);
      const [first, ...others] = tensors.map((input) => s.of('reshape', input));
      if (
        first === undefined ||
        !others.every((other) => other !== undefined && sameShape(other.type.shape, first.type.shape))
      )
        return undefined;
      if (!tensors.every((input) => s.type !== undefined && sameShape(input.type.shape, s.type.shape)))
        return undefined;
      const inputs = s.node.inputs.map((input) =>
        input.type.shape.length > 0 ? (s.of('reshape', input) ?? input) : input,
      );
      return s.rebuild('reshape', [s.build(s.node.op, inputs, s.attrs)], { shape: s.type?.shape });
    },
  },
];

const concatAxis = (axis: Attr, rank: number): number =>
  typeof axis === 'number' ? (axis < 0 ? axis + rank : axis) : -1;

/** Where a padding puts a value: along one axis, from a place on. */
interface Strip {
  readonly value: Value;
  readonly axis: number;
  readonly start: number;
  readonly size: number;
}

/** The summands of a chain of sums, of which nothing else reads the parts. */
function summands(s: Site, value: Value): readonly Value[] {
  const node = s.producer(value);
  return node?.op === 'add' && s.readOnce(value) ? node.inputs.flatMap((input) => summands(s, input)) : [value];
}

/** Whether one of them is a padding. A long sum asks at each of its links. */
function hasPad(s: Site, value: Value): boolean {
  const known = s.found.padded.get(value);
  if (known !== undefined) return known;
  const node = s.producer(value);
  const found =
    node?.op === 'add' && s.readOnce(value)
      ? node.inputs.some((input) => hasPad(s, input))
      : node?.op === 'pad_constant';
  s.found.padded.set(value, found);
  return found;
}

/** What a summand is a padding of with zeros, where that is along one axis. */
function stripOf(s: Site, value: Value): Strip | undefined {
  const node = s.producer(value);
  const [x] = node?.inputs ?? [];
  const padding = node?.attrs['padding'];
  if (node?.op !== 'pad_constant' || x === undefined || !Array.isArray(padding) || !s.readOnce(value)) return undefined;
  if (node.attrs['between'] !== undefined || (node.attrs['value'] ?? 0) !== 0) return undefined;
  const axes = x.type.shape.flatMap((_, axis) =>
    padding[2 * axis] !== 0 || padding[2 * axis + 1] !== 0 ? [axis] : [],
  );
  const [axis, ...others] = axes;
  const [start, size] = axis === undefined ? [] : [padding[2 * axis], x.type.shape[axis]];
  if (axis === undefined || others.length > 0 || typeof start !== 'number' || typeof size !== 'number')
    return undefined;
  return { value: x, axis, start, size };
}

/** Two neighbouring strips among the summands as one; the others are added as before. */
function joinedPads(s: Site): Value | undefined {
  const { type } = s;
  if (!s.node.inputs.some((input) => hasPad(s, input))) return undefined;
  const all = s.node.inputs.flatMap((input) => summands(s, input));
  const strips = all.flatMap((summand) => {
    const strip = stripOf(s, summand);
    return strip === undefined ? [] : [{ summand, strip }];
  });
  for (const left of strips) {
    const right = strips.find(
      ({ strip }) => strip.axis === left.strip.axis && strip.start === left.strip.start + left.strip.size,
    );
    if (right === undefined || type === undefined) continue;
    const { axis, start, size, value } = left.strip;
    const joined = s.build('concat', [value, right.strip.value], { axis });
    const after = Number(type.shape[axis]) - start - size - right.strip.size;
    const padding = type.shape.flatMap((_, i) => (i === axis ? [start, after] : [0, 0]));
    const whole = s.build('pad_constant', [joined], { padding });
    const rest = all.filter((summand) => summand !== left.summand && summand !== right.summand);
    return s.asResult(rest.reduce((sum, summand) => s.build('add', [sum, summand]), whole));
  }
  return undefined;
}

/** The axes that a reduction of the site takes. */
function reduced(s: Site): readonly number[] | undefined {
  const shape: Shape = s.input(0)?.type.shape ?? [];
  return listed(axesOf(s.attrs, shape.length));
}

const listed = (axes: ReturnType<typeof axesOf>): readonly number[] | undefined =>
  'misfit' in axes ? undefined : axes;
