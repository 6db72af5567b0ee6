/** Pooling: each channel over windows. The maximum is the first of equals, row-major; NaN is greater than all else. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, stridesOf } from '../layout.ts';
import { placeStrides, tapStrides } from '../windows.ts';
import { nothing } from './kernel.ts';
import type { Kernel, Machine } from './kernel.ts';
import { nest, offsetsOf } from './nest.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

interface Windows {
  readonly x: View;
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

/** All windows of each channel: where they stand in x and in what has an element for each, and their elements. */
function windowsOf({ x, size, stride, dilation }: Windows, pooled: View) {
  const strides = [placeStrides(x.shape, stride), stridesOf(pooled.shape).slice(0, -1)];
  return {
    places: collapse(axesFrom(pooled.shape.slice(0, -1), strides)),
    taps: offsetsOf(axesFrom(size, [tapStrides(x.shape, dilation)]), 0),
    channels: x.shape.at(-1) ?? 0,
  };
}

export function pool(m: Machine, instruction: Of<'pool'>): Kernel {
  const { x, reduce, out } = instruction;
  if (out.shape.includes(0)) return nothing;
  const { places, taps, channels } = windowsOf(instruction, out);
  const [from, to] = [m.place(x), m.place(out)];
  const isSum = reduce === 'sum';
  return () => {
    const { floats } = from.memory;
    nest(places, [from.offset, to.offset], ([start = 0, place = 0]) => {
      for (let channel = 0; channel < channels; channel++) {
        let total = isSum ? 0 : -Infinity;
        for (let tap = 0; tap < taps.length; tap++) {
          const value = floats[start + channel + (taps[tap] ?? 0)] ?? 0;
          total = isSum ? total + value : Math.max(total, value);
        }
        to.memory.floats[place + channel] = total;
      }
    });
  };
}

/** How far from its beginning the maximum of a window lies. */
function greatest(floats: Float32Array, start: number, taps: Int32Array): number {
  let best = -Infinity;
  let found = 0;
  for (let tap = 0; tap < taps.length; tap++) {
    const offset = taps[tap] ?? 0;
    const value = floats[start + offset] ?? 0;
    if (value <= best || Number.isNaN(best)) continue;
    best = value;
    found = offset;
  }
  return found;
}

export function poolGather(m: Machine, instruction: Of<'poolGather'>): Kernel {
  const { x, v, out } = instruction;
  if (out.shape.includes(0)) return nothing;
  const { places, taps, channels } = windowsOf(instruction, out);
  const [from, values, to] = [m.place(x), m.place(v), m.place(out)];
  return () => {
    const apart = values.offset - from.offset;
    nest(places, [from.offset, to.offset], ([start = 0, place = 0]) => {
      for (let channel = 0; channel < channels; channel++) {
        const at = start + channel + greatest(from.memory.floats, start + channel, taps);
        to.memory.floats[place + channel] = values.memory.floats[at + apart] ?? 0;
      }
    });
  };
}

export function poolScatter(m: Machine, instruction: Of<'poolScatter'>): Kernel {
  const { x, dy, out } = instruction;
  if (out.shape.includes(0)) return nothing;
  const { places, taps, channels } = windowsOf(instruction, dy);
  const [from, cotangents, to] = [m.place(x), m.place(dy), m.place(out)];
  const size = sizeOf(out.shape);
  return () => {
    const apart = to.offset - from.offset;
    const dx = to.memory.floats;
    dx.fill(0, to.offset, to.offset + size);
    nest(places, [from.offset, cotangents.offset], ([start = 0, place = 0]) => {
      for (let channel = 0; channel < channels; channel++) {
        const at = start + channel + greatest(from.memory.floats, start + channel, taps) + apart;
        dx[at] = (dx[at] ?? 0) + (cotangents.memory.floats[place + channel] ?? 0);
      }
    });
  };
}
