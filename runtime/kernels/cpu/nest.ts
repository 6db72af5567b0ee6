/** Loops over axes. */
import { collapse } from '../layout.ts';
import type { Axis } from '../layout.ts';

/** Runs the body at all indices of the axes, the first axis outermost, with where each operand stands there. */
export function nest(axes: readonly Axis[], start: readonly number[], body: (at: readonly number[]) => void): void {
  const at = [...start];
  const walk = (depth: number): void => {
    const axis = axes[depth];
    if (axis === undefined) return body(at);
    const { size, strides } = axis;
    for (let index = 0; index < size; index++) {
      walk(depth + 1);
      for (let i = 0; i < at.length; i++) at[i] = (at[i] ?? 0) + (strides[i] ?? 0);
    }
    for (let i = 0; i < at.length; i++) at[i] = (at[i] ?? 0) - size * (strides[i] ?? 0);
  };
  walk(0);
}

/** The axes in as few as possible, with the last apart. */
export function innermost(axes: readonly Axis[], operands: number): { readonly outer: Axis[]; readonly inner: Axis } {
  const merged = collapse(axes);
  return {
    outer: merged.slice(0, -1),
    inner: merged.at(-1) ?? { size: 1, strides: Array.from({ length: operands }, () => 0) },
  };
}

/** Where an operand stands at all indices of the axes, row-major. */
export function offsetsOf(axes: readonly Axis[], operand: number): Int32Array {
  const offsets = new Int32Array(axes.reduce((product, { size }) => product * size, 1));
  let index = 0;
  const own = axes.map(({ size, strides }) => ({ size, strides: [strides[operand] ?? 0] }));
  nest(own, [0], ([at = 0]) => void (offsets[index++] = at));
  return offsets;
}
