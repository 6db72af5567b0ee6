/** Windows that move over the spatial axes of channels-last values: what fits, and where their elements lie. */
import { sizeOf, show } from './buffer.ts';
import { KernelError } from './error.ts';
import type { ConvOptions, PoolOptions, Shape } from './k.ts';
import { stridesOf } from './layout.ts';

/** One number for each spatial axis. */
export interface Windows {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  /** From one element of a window to the next. */
  readonly dilation: readonly number[];
}

/** A convolution with all that was left out. */
export interface Convolution extends Windows {
  readonly groups: number;
}

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 1;

/** The places of windows on the spatial axes; undefined unless there is one on each of one to three axes. */
export function placesOf(x: Shape, { size, stride, dilation }: Windows): number[] | undefined {
  const spatial = x.slice(1, -1);
  const counts = [size, stride, dilation];
  if (spatial.length < 1 || spatial.length > 3) return undefined;
  if (counts.some((list) => list.length !== spatial.length || !list.every(isCount))) return undefined;
  const places = spatial.map((n, axis) => {
    const reach = (dilation[axis] ?? 1) * ((size[axis] ?? 1) - 1) + 1;
    return Math.floor((n - reach) / (stride[axis] ?? 1)) + 1;
  });
  return places.every((n) => n >= 1) ? places : undefined;
}

/** Of a convolution of x by a kernel, with a bias. */
export function convolutionOf(
  x: Shape,
  kernel: Shape,
  options: ConvOptions,
  bias: Shape | undefined,
): Convolution & { readonly output: Shape } {
  const ones = x.slice(1, -1).map(() => 1);
  const { stride = ones, dilation = ones, groups = 1 } = options;
  const windows = { size: kernel.slice(0, -2), stride, dilation };
  const places = placesOf(x, windows);
  const [inner = 0, channels = 0] = kernel.slice(-2);
  const divides = isCount(groups) && inner * groups === x.at(-1) && channels % groups === 0;
  if (places === undefined || !divides || (bias !== undefined && sizeOf(bias) !== channels)) {
    throw new KernelError(
      `conv: ${show(x)} by ${show(kernel)}${bias === undefined ? '' : ` + ${show(bias)}`}, ` +
        `stride ${show(stride)}, dilation ${show(dilation)}, groups ${groups}`,
    );
  }
  return { ...windows, groups, output: [...x.slice(0, 1), ...places, channels] };
}

/** Of the gradient by a kernel of this size: x was convolved to the shape of dy. */
export function kernelGradientOf(x: Shape, dy: Shape, size: readonly number[], options: ConvOptions): Convolution {
  const ones = x.slice(1, -1).map(() => 1);
  const { stride = ones, dilation = ones, groups = 1 } = options;
  const windows = { size, stride, dilation };
  const places = placesOf(x, windows);
  const [channels = 0] = dy.slice(-1);
  const fits = places !== undefined && show(dy) === show([...x.slice(0, 1), ...places, channels]);
  if (!fits || !isCount(groups) || (x.at(-1) ?? 0) % groups !== 0 || channels % groups !== 0) {
    throw new KernelError(
      `convKernel: ${show(x)} and ${show(dy)}, ` +
        `size ${show(size)}, stride ${show(stride)}, dilation ${show(dilation)}, groups ${groups}`,
    );
  }
  return { ...windows, groups };
}

/** Of a pool over x: its windows, and [n, ...o, c]. */
export function poolingOf(
  kernel: string,
  x: Shape,
  { size, stride, dilation = size.map(() => 1) }: PoolOptions,
): { readonly windows: Windows; readonly pooled: Shape } {
  const windows = { size, stride, dilation };
  const places = placesOf(x, windows);
  if (places === undefined) {
    throw new KernelError(
      `${kernel}: ${show(x)}, size ${show(size)}, stride ${show(stride)}, dilation ${show(dilation)}`,
    );
  }
  return { windows, pooled: [...x.slice(0, 1), ...places, ...x.slice(-1)] };
}

/** Elements of x from one window to the next: on the first axis, and on each spatial axis. */
export function placeStrides(x: Shape, stride: readonly number[]): number[] {
  const strides = stridesOf(x).slice(0, -1);
  return strides.map((of, axis) => (axis === 0 ? of : of * (stride[axis - 1] ?? 1)));
}

/** Elements of x from one element of a window to the next, on each spatial axis. */
export const tapStrides = (x: Shape, dilation: readonly number[]): number[] =>
  stridesOf(x)
    .slice(1, -1)
    .map((of, axis) => of * (dilation[axis] ?? 1));
