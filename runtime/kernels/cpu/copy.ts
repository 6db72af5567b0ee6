/** Elements that are moved, and none that is calculated. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, isPacked, repeated, sliced, stridesOf, transposed } from '../layout.ts';
import type { Layout } from '../layout.ts';
import type { Kernel, Machine } from './kernel.ts';
import { nothing } from './kernel.ts';
import type { Place } from './memory.ts';
import { innermost, nest } from './nest.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** Rows of so many elements or more are copied at once. */
const longRow = 24;

/** Elements of one layout to those of another of the same shape, bit by bit. Offsets count from the places. */
function moving(from: Place, source: Layout, to: Place, target: Layout): Kernel {
  if (source.shape.includes(0)) return nothing;
  const { outer, inner } = innermost(axesFrom(source.shape, [source.strides, target.strides]), 2);
  const { size, strides } = inner;
  const [step = 0, place = 0] = strides;
  const inRuns = step === 1 && place === 1 && size >= longRow;
  return () => {
    const { integers: x } = from.memory;
    const { integers: out } = to.memory;
    nest(outer, [from.offset + source.offset, to.offset + target.offset], ([i = 0, o = 0]) => {
      if (inRuns) out.set(x.subarray(i, i + size), o);
      else for (let n = 0; n < size; n++, i += step, o += place) out[o] = x[i] ?? 0;
    });
  };
}

/** A view as a layout from its own first element on. */
const own = ({ shape, strides }: View): Layout => ({ shape, offset: 0, strides });

const copying = (m: Machine, x: View, layout: Layout, out: View): Kernel =>
  moving(m.place(x), layout, m.place(out), own(out));

export const transpose = (m: Machine, { x, permutation, out }: Of<'transpose'>): Kernel =>
  copying(m, x, transposed(own(x), permutation), out);

export const slice = (m: Machine, { x, begin, out }: Of<'slice'>): Kernel =>
  copying(m, x, sliced(own(x), begin, out.shape), out);

export const broadcast = (m: Machine, { x, out }: Of<'broadcast'>): Kernel =>
  copying(m, x, repeated(own(x), out.shape), out);

export const flip = (m: Machine, { x, axes, out }: Of<'flip'>): Kernel =>
  copying(
    m,
    x,
    {
      shape: x.shape,
      offset: axes.reduce((sum, axis) => sum + ((x.shape[axis] ?? 1) - 1) * (x.strides[axis] ?? 0), 0),
      strides: x.strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    },
    out,
  );

export function concat(m: Machine, { xs, axis, out }: Of<'concat'>): Kernel {
  let before = 0;
  const copies = xs.map((x) => {
    const begin = out.shape.map((_, i) => (i === axis ? before : 0));
    before += x.shape[axis] ?? 0;
    return moving(m.place(x), own(x), m.place(out), sliced(own(out), begin, x.shape));
  });
  return () => {
    for (const copy of copies) copy();
  };
}

export function pad(m: Machine, { x, padding, between, value, out }: Of<'pad'>): Kernel {
  const to = m.place(out);
  const target: Layout = {
    shape: x.shape,
    offset: padding.reduce((sum, [before], axis) => sum + before * (out.strides[axis] ?? 0), 0),
    strides: out.strides.map((stride, axis) => stride * (1 + (between[axis] ?? 0))),
  };
  const copy = moving(m.place(x), own(x), to, target);
  const fill = filling(m, out, out.dtype === 'int32' ? 0 : value);
  return () => {
    fill();
    copy();
  };
}

/** The number at every element of a packed view. */
export function filling(m: Machine, out: View, value: number): Kernel {
  const to = m.place(out);
  const size = sizeOf(out.shape);
  return () => {
    const { memory, offset } = to;
    (out.dtype === 'int32' ? memory.integers : memory.floats).fill(value, offset, offset + size);
  };
}

/** In the order of x's elements, whatever the shape of the target. */
export function store(m: Machine, { x, out }: Of<'store'>): Kernel {
  const target: Layout = { shape: x.shape, offset: 0, strides: stridesOf(x.shape) };
  if (isPacked(out)) return moving(m.place(x), own(x), m.place(out), target);
  return moving(m.place(x), { shape: out.shape, offset: 0, strides: stridesOf(out.shape) }, m.place(out), own(out));
}

export function arange(m: Machine, { out }: Of<'arange'>): Kernel {
  const to = m.place(out);
  const [size = 0] = out.shape;
  const [step = 1] = out.strides;
  return () => {
    const { memory, offset } = to;
    for (let i = 0; i < size; i++) memory.floats[offset + i * step] = i;
  };
}
