/** Functions of the host that move elements and calculate nothing. */
import { axisOf, from, sizeOf, strides, view } from './array.ts';
import type { HostArray, HostValue } from './array.ts';

/** The same elements under another shape. */
export function reshape(x: HostValue, shape: readonly number[]): HostArray {
  const { data } = from(x);
  if (data.length !== sizeOf(shape))
    throw new Error(`${data.length} elements cannot take the shape [${shape.join(', ')}]`);
  return { shape, data };
}

export function transpose(x: HostValue, permutation?: readonly number[]): HostArray {
  const source = from(x);
  const order = permutation ?? source.shape.map((_, i) => source.shape.length - 1 - i);
  const step = strides(source.shape);
  const shape = order.map((axis) => source.shape[axis] ?? 1);
  return view(
    source,
    shape,
    0,
    order.map((axis) => step[axis] ?? 0),
  );
}

/** x repeated along axes of size 1, and along new leading axes. */
export function broadcast(x: HostValue, shape: readonly number[]): HostArray {
  const source = from(x);
  const lead = shape.length - source.shape.length;
  const step = strides(source.shape);
  const steps = shape.map((size, axis) => {
    if (axis < lead) return 0;
    const own = source.shape[axis - lead] ?? 1;
    if (own !== size && own !== 1)
      throw new Error(`[${source.shape.join(', ')}] does not broadcast to [${shape.join(', ')}]`);
    return own === 1 ? 0 : (step[axis - lead] ?? 0);
  });
  if (lead < 0) throw new Error(`[${source.shape.join(', ')}] does not broadcast to [${shape.join(', ')}]`);
  return view(source, shape, 0, steps);
}

/** `size[a]` elements from `begin[a]` on each axis. */
export function slice(x: HostValue, begin: readonly number[], size: readonly number[]): HostArray {
  const source = from(x);
  const step = strides(source.shape);
  source.shape.forEach((whole, axis) => {
    const [first, count] = [begin[axis] ?? 0, size[axis] ?? 0];
    if (first < 0 || first + count > whole)
      throw new Error(`a slice leaves axis ${axis} of [${source.shape.join(', ')}]`);
  });
  const offset = begin.reduce((sum, first, axis) => sum + first * (step[axis] ?? 0), 0);
  return view(source, size, offset, step);
}

/** Zeros around: [before, after] on each axis. */
export function pad(
  x: HostValue,
  before: readonly number[],
  after: readonly number[],
  options: { readonly between?: readonly number[]; readonly value?: number } = {},
): HostArray {
  const source = from(x);
  const { between = source.shape.map(() => 0), value: filling = 0 } = options;
  const shape = source.shape.map(
    (size, axis) => (before[axis] ?? 0) + size + Math.max(0, size - 1) * (between[axis] ?? 0) + (after[axis] ?? 0),
  );
  const data = new Float64Array(sizeOf(shape)).fill(filling);
  const [step, inner] = [strides(shape), strides(source.shape)];
  source.data.forEach((value, i) => {
    let at = 0;
    source.shape.forEach((size, axis) => {
      const position = Math.floor(i / (inner[axis] ?? 1)) % size;
      at += (position * ((between[axis] ?? 0) + 1) + (before[axis] ?? 0)) * (step[axis] ?? 0);
    });
    data[at] = value;
  });
  return { shape, data };
}

export function concat(xs: readonly HostValue[], axis: number): HostArray {
  const parts = xs.map(from);
  const rank = parts[0]?.shape.length ?? 0;
  const along = axisOf(axis, rank);
  const total = parts.reduce((sum, part) => sum + (part.shape[along] ?? 0), 0);
  const shape = (parts[0]?.shape ?? []).map((size, i) => (i === along ? total : size));
  const data = new Float64Array(sizeOf(shape));
  const inner = sizeOf(shape.slice(along + 1));
  const outer = sizeOf(shape.slice(0, along));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const part of parts) {
      const run = (part.shape[along] ?? 0) * inner;
      data.set(part.data.subarray(o * run, (o + 1) * run), at);
      at += run;
    }
  }
  return { shape, data };
}

/** Rows of table [V, ...] at the numbers ids [...], each the nearest that there is, the first for NaN: [...ids, ...row]. */
export const gather = (table: HostValue, ids: HostValue): HostArray => gatherEach(table, ids, 0);

/** The same for each place of the first `lead` axes, which tables and ids share. */
export function gatherEach(tables: HostValue, ids: HostValue, lead: number): HostArray {
  const [all, at] = [from(tables), from(ids)];
  const [rows = 0, ...row] = all.shape.slice(lead);
  const width = sizeOf(row);
  const each = sizeOf(at.shape.slice(lead));
  const data = new Float64Array(at.data.length * width);
  at.data.forEach((id, i) => {
    const own = Number.isNaN(id) ? 0 : Math.min(Math.max(Math.trunc(id), 0), rows - 1);
    const first = (Math.floor(i / each) * rows + own) * width;
    data.set(all.data.subarray(first, first + width), i * width);
  });
  return { shape: [...at.shape, ...row], data };
}

/** The last along the axes first. */
export function flip(x: HostValue, axes: readonly number[]): HostArray {
  const source = from(x);
  const step = strides(source.shape);
  const turned = new Set(axes);
  const last = (axis: number): number => (step[axis] ?? 0) * ((source.shape[axis] ?? 1) - 1);
  return view(
    source,
    source.shape,
    source.shape.includes(0) ? 0 : axes.reduce((at, axis) => at + last(axis), 0),
    step.map((size, axis) => (turned.has(axis) ? -size : size)),
  );
}
