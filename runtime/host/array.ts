/** Arrays of the host: a shape and its numbers in double precision, row-major. */

export interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What every function of the host takes: an array, or a number, which has no axes. */
export type HostValue = HostArray | number;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** An array of these numbers. */
export function array(shape: readonly number[], values: Iterable<number>): HostArray {
  const data = Float64Array.from(values);
  if (data.length !== sizeOf(shape))
    throw new Error(`${data.length} values do not fill the shape [${shape.join(', ')}]`);
  return { shape, data };
}

export function full(shape: readonly number[], value: HostValue): HostArray {
  return { shape, data: new Float64Array(sizeOf(shape)).fill(number(value)) };
}

export function from(x: HostValue): HostArray {
  return typeof x === 'number' ? { shape: [], data: Float64Array.of(x) } : x;
}

/** The only number of x. */
export function number(x: HostValue): number {
  if (typeof x === 'number') return x;
  const [value] = x.data;
  if (value === undefined || x.data.length > 1)
    throw new Error(`an array of shape [${x.shape.join(', ')}] is not one number`);
  return value;
}

/** 0, 1, 2, … */
export function arange(size: number): HostArray {
  return { shape: [size], data: Float64Array.from({ length: size }, (_, i) => i) };
}

/** How far apart in memory neighbours along each axis lie. */
export function strides(shape: readonly number[]): number[] {
  const result: number[] = [];
  let step = 1;
  for (const size of [...shape].reverse()) {
    result.unshift(step);
    step *= size;
  }
  return result;
}

/** -1 is the last axis. */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank)
    throw new Error(`there is no axis ${axis} among ${rank}`);
  return positive;
}

/**
 * A new array whose element at position (i₀, i₁, …) is the one of x at offset + Σ iₐ·steps[a].
 * Every view (transpose, slice, broadcast) is one choice of offset and steps.
 */
export function view(x: HostArray, shape: readonly number[], offset: number, steps: readonly number[]): HostArray {
  const data = new Float64Array(sizeOf(shape));
  const position = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < data.length; i++) {
    data[i] = x.data[at] ?? NaN;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      at += steps[axis] ?? 0;
      if (next < (shape[axis] ?? 0)) {
        position[axis] = next;
        break;
      }
      at -= next * (steps[axis] ?? 0);
      position[axis] = 0;
    }
  }
  return { shape, data };
}
