/** Reshapes move behind what takes boxes apart and puts them together: there they meet their inverse, or each other. */
import type { Dim, Shape, Value } from '../../ir/types.ts';
import { measure, sameMeasure } from './measure.ts';
import type { Rule, Site } from './site.ts';

export const reshapes: readonly Rule[] = [
  {
    theorem: 'slice(reshape(x)) → reshape(slice(x)), where the box is one of x too',
    ops: ['slice'],
    apply: (s) => {
      const x = s.of('reshape', s.input(0));
      const { begin, size } = s.attrs;
      if (x === undefined || !isNumbers(begin) || !isShape(size)) return undefined;
      const box = boxOf(x.type.shape, s.input(0)?.type.shape ?? [], { begin, size });
      return box && s.rebuild('reshape', [s.build('slice', [x], { ...box }, s.node.outputs[0])], { shape: size });
    },
  },
  {
    theorem: 'concat(reshape(x), reshape(y), …) → reshape(concat(x, y, …)), where they lie so beside each other too',
    ops: ['concat'],
    apply: (s) => {
      const parts = s.node.inputs.map((input) => s.of('reshape', input));
      const [first] = parts;
      const { axis } = s.attrs;
      if (first === undefined || typeof axis !== 'number') return undefined;
      const lead = measure(
        (s.input(0)?.type.shape ?? []).slice(0, axis < 0 ? axis + (s.type?.shape.length ?? 0) : axis),
      );
      const along = first.type.shape.findIndex(
        (_, at) =>
          sameMeasure(measure(first.type.shape.slice(0, at)), lead) && parts.every((part) => isBeside(first, part, at)),
      );
      return along < 0 ? undefined : joined(s, parts, along);
    },
  },
];

const joined = (s: Site, parts: readonly (Value | undefined)[], axis: number): Value | undefined => {
  const all = parts.filter((part) => part !== undefined);
  return s.rebuild('reshape', [s.build('concat', all, { axis }, s.node.outputs[0])], { shape: s.type?.shape });
};

/** Whether two shapes differ on one axis at most. */
const isBeside = ({ type: { shape } }: Value, other: Value | undefined, axis: number): boolean =>
  other?.type.shape.length === shape.length &&
  other.type.shape.every((size, i) => (i === axis ? typeof size === 'number' : size === shape[i]));

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number');

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.every((each) => typeof each === 'number' || each === 'B');

interface Box {
  readonly begin: readonly number[];
  readonly size: Shape;
}

/** Neighbouring axes of x, and the neighbouring axes of its reshape that have the same elements. */
interface Block {
  readonly from: Shape;
  readonly to: Shape;
}

/** The box of x that has the elements of a box of its reshape, in the same order; undefined if there is none. */
function boxOf(from: Shape, to: Shape, { begin, size }: Box): Box | undefined {
  let at = 0;
  const boxes = blocksOf(from, to)?.map((block): Box | undefined => {
    const end = at + block.to.length;
    const box = { begin: begin.slice(at, end), size: size.slice(at, end) };
    at = end;
    return boxInBlock(block, box);
  });
  if (boxes === undefined || !boxes.every((box) => box !== undefined)) return undefined;
  return { begin: boxes.flatMap((box) => box.begin), size: boxes.flatMap((box) => box.size) };
}

/** Everything; or, where x has a single axis, elements in a row. */
function boxInBlock({ from, to }: Block, { begin, size }: Box): Box | undefined {
  if (to.every((whole, axis) => whole === size[axis])) return { begin: from.map(() => 0), size: from };
  const long = from.flatMap((whole, axis) => (whole === 1 ? [] : [axis]));
  const [axis] = long;
  // What stands before the first axis of which there is more than one element, and what is whole behind it.
  const first = size.findIndex((count) => count !== 1);
  const isInARow = size.every((count, i) => first < 0 || i <= first || count === to[i]);
  if (axis === undefined || long.length > 1 || !isInARow) return undefined;
  const places = [...to, 1].map((_, i) => measure(to.slice(i + 1)).number);
  const start = begin.reduce((sum, place, i) => sum + place * (places[i] ?? 1), 0);
  const count: Dim = measure(size).number;
  return {
    begin: from.map((_, i) => (i === axis ? start : 0)),
    size: from.map((whole, i) => (i === axis ? count : whole)),
  };
}

/** As many blocks as there are; undefined where a size is 0. */
function blocksOf(from: Shape, to: Shape): readonly Block[] | undefined {
  if ([...from, ...to].includes(0)) return undefined;
  const blocks: Block[] = [];
  let [a, b] = [0, 0];
  while (a < from.length || b < to.length) {
    let [endA, endB] = [Math.min(a + 1, from.length), Math.min(b + 1, to.length)];
    for (;;) {
      const [left, right] = [measure(from.slice(a, endA)), measure(to.slice(b, endB))];
      if (sameMeasure(left, right)) break;
      const isShorter = left.batches < right.batches || (left.batches === right.batches && left.number < right.number);
      if (isShorter && endA < from.length) endA++;
      else if (endB < to.length) endB++;
      else if (endA < from.length) endA++;
      else return undefined;
    }
    blocks.push({ from: from.slice(a, endA), to: to.slice(b, endB) });
    [a, b] = [endA, endB];
  }
  return blocks;
}
