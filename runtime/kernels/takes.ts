/** Which views our kernels take as they lie. What does not lie so is copied first. */
import type { View } from './buffer.ts';
import { isView, reads, writes } from './instruction.ts';
import type { Instruction } from './instruction.ts';
import { axesFrom, broadcastStrides, collapse, isPacked, stridesOf } from './layout.ts';
import type { Strides } from './layout.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/**
 * Whether the kernel of a call reads and writes these views, and gives the bits that it would give of copies; of a scan,
 * what goes in and out. Elements that are neighbours in a vector must be neighbours in memory.
 */
export function takes(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'matmul':
      return takesProduct(instruction);
    case 'map':
      return takesMap(instruction);
    case 'reduce':
      return takesReduce(instruction);
    // Element by element.
    case 'transpose':
    case 'slice':
    case 'flip':
    case 'broadcast':
    case 'concat':
      return true;
    case 'argreduce':
    case 'pad':
    case 'store':
      return isPacked(instruction.out);
    case 'scan':
      return takesScan(instruction);
    default:
      return [...reads(instruction), ...writes(instruction)].every(isPacked);
  }
}

/** Whether neighbours along this axis, counted from the end, are neighbours in memory. */
const isUnit = ({ shape, strides }: View, axis: number): boolean => shape.at(axis) === 1 || strides.at(axis) === 1;

/** Elements of the left matrix are read one at a time; rows of the right one, or columns, in vectors. */
const takesProduct = ({ b, bias, out }: Of<'matmul'>): boolean =>
  (isUnit(b, -1) || isUnit(b, -2)) && isUnit(out, -1) && (bias === undefined || isPacked(bias));

/** Rows of fewer elements, or of a few more than vectors hold, take longer than a copy. */
const longRow = 16;

function takesMap({ inputs, shape, outs }: Of<'map'>): boolean {
  const views = [...inputs.filter(isView), ...outs];
  if (views.every(isPacked)) return true;
  const axes = collapse(
    axesFrom(
      shape,
      views.map((view) => broadcastStrides(view, shape)),
    ),
  );
  const { size, strides } = axes.at(-1) ?? { size: 1, strides: [] };
  return (size >= longRow || size % 4 === 0) && strides.every((stride) => stride === 0 || stride === 1);
}

/** Sums are cut by the axes that lie one after the other: they must be as few as those of a row-major array. */
function takesReduce({ x, axes, out }: Of<'reduce'>): boolean {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const toOut = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const merged = (strides: Strides) => collapse(axesFrom(x.shape, [strides, toOut]));
  const own = merged(x.strides);
  return isPacked(out) && own.length === merged(stridesOf(x.shape)).length && (own.at(-1)?.strides[0] ?? 1) === 1;
}

/** Positions are copied in one go, and so is what is carried, which lies where the last of it is to be. */
function takesScan({ over, carried, stacked }: Of<'scan'>): boolean {
  const isMovedWhole = ({ shape: [, ...shape], strides: [, ...strides] }: View) => isPacked({ shape, strides });
  return (
    [...over.map(({ view }) => view), ...stacked.map(({ out }) => out)].every(isMovedWhole) &&
    carried.every(({ first, last }) => isPacked(first) && last.isWhole)
  );
}
