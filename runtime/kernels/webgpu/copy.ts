/** Elements that are moved, and none that is calculated: an invocation for each. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, isPacked, repeated, sliced, stridesOf, transposed } from '../layout.ts';
import type { Layout } from '../layout.ts';
import { float, kernel, offsetsAt, place, store as storing, storeFloat } from './kernel.ts';
import type { Kernel } from './kernel.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** A view as a layout from its own first element on. */
const own = ({ shape, strides }: View): Layout => ({ shape, offset: 0, strides });

/** Elements of one layout to those of another of the same shape, bit by bit. Offsets count from the views. */
function moving(x: View, source: Layout, out: View, target: Layout): readonly Kernel[] {
  if (source.shape.includes(0)) return [];
  const axes = collapse(axesFrom(source.shape, [source.strides, target.strides]));
  return [
    kernel(sizeOf(source.shape), [x, out], (lines) => {
      const starts = [`${place(0)} + ${source.offset}`, `${place(1)} + ${target.offset}`];
      const [from, to] = offsetsAt(lines, axes, 'id', starts);
      lines.add(`heap[${to}] = heap[${from}];`);
    }),
  ];
}

export const transpose = ({ x, permutation, out }: Of<'transpose'>): readonly Kernel[] =>
  moving(x, transposed(own(x), permutation), out, own(out));

export const slice = ({ x, begin, out }: Of<'slice'>): readonly Kernel[] =>
  moving(x, sliced(own(x), begin, out.shape), out, own(out));

export const broadcast = ({ x, out }: Of<'broadcast'>): readonly Kernel[] =>
  moving(x, repeated(own(x), out.shape), out, own(out));

export const flip = ({ x, axes, out }: Of<'flip'>): readonly Kernel[] =>
  moving(
    x,
    {
      shape: x.shape,
      offset: axes.reduce((sum, axis) => sum + ((x.shape[axis] ?? 1) - 1) * (x.strides[axis] ?? 0), 0),
      strides: x.strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    },
    out,
    own(out),
  );

export function concat({ xs, axis, out }: Of<'concat'>): readonly Kernel[] {
  let before = 0;
  return xs.flatMap((x) => {
    const begin = out.shape.map((_, i) => (i === axis ? before : 0));
    before += x.shape[axis] ?? 0;
    return moving(x, own(x), out, sliced(own(out), begin, x.shape));
  });
}

/** In the order of x's elements, whatever the shape of the target. */
export function store({ x, out }: Of<'store'>): readonly Kernel[] {
  if (isPacked(out)) return moving(x, own(x), out, { shape: x.shape, offset: 0, strides: stridesOf(x.shape) });
  return moving(x, { shape: out.shape, offset: 0, strides: stridesOf(out.shape) }, out, own(out));
}

export function pad({ x, padding, between, value, out }: Of<'pad'>): readonly Kernel[] {
  const target: Layout = {
    shape: x.shape,
    offset: padding.reduce((sum, [before], axis) => sum + before * (out.strides[axis] ?? 0), 0),
    strides: out.strides.map((stride, axis) => stride * (1 + (between[axis] ?? 0))),
  };
  return [...filled(out, out.dtype === 'int32' ? 0 : value), ...moving(x, own(x), out, target)];
}

/** The number at every element of a packed view. */
export const filled = (out: View, value: number): readonly Kernel[] =>
  out.shape.includes(0)
    ? []
    : [
        kernel(sizeOf(out.shape), [out], (lines) => {
          const number = lines.let(float(value));
          lines.add(storing(out, `${place(0)} + id`, number));
        }),
      ];

export const arange = ({ out }: Of<'arange'>): readonly Kernel[] =>
  out.shape.includes(0)
    ? []
    : [
        kernel(sizeOf(out.shape), [out], (lines) =>
          lines.add(storeFloat(`${place(0)} + id * ${out.strides[0] ?? 1}`, 'f32(id)')),
        ),
      ];
