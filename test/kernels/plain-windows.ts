/** Convolution and pooling in plain JavaScript, in double precision. */
import { indices, size as sizeOf } from './plain.ts';
import type { Plain } from './plain.ts';

/** One number for each spatial axis. */
export interface Windows {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

export interface Convolution extends Windows {
  readonly groups: number;
}

/** The spatial shape of the result. */
export const placesOf = (spatial: readonly number[], { size, stride, dilation }: Windows): number[] =>
  spatial.map((n, i) => Math.floor((n - (dilation[i] ?? 1) * ((size[i] ?? 1) - 1) - 1) / (stride[i] ?? 1)) + 1);

/** Where in x this element of the window at this place is. */
const met = (place: readonly number[], tap: readonly number[], { stride, dilation }: Windows): number[] =>
  place.map((p, i) => p * (stride[i] ?? 1) + (tap[i] ?? 0) * (dilation[i] ?? 1));

/** For each window and channel, its elements of x by their indices, row-major. */
function eachWindow(
  x: readonly number[],
  windows: Windows,
  visit: (inX: readonly (readonly number[])[], inResult: readonly number[]) => void,
): readonly number[] {
  const places = placesOf(x.slice(1, -1), windows);
  const shape = [...x.slice(0, 1), ...places, ...x.slice(-1)];
  const taps = indices(windows.size);
  for (const index of indices(shape)) {
    const [example = 0] = index;
    const place = index.slice(1, -1);
    visit(
      taps.map((tap) => [example, ...met(place, tap, windows), ...index.slice(-1)]),
      index,
    );
  }
  return shape;
}

/** The first of the greatest; NaN is greater than all else. */
const greatest = (x: Plain, elements: readonly (readonly number[])[]): readonly number[] =>
  elements.reduce((best, next) => {
    const [top, value] = [element(x, best), element(x, next)];
    return value > top || (Number.isNaN(value) && !Number.isNaN(top)) ? next : best;
  });

export function pool(reduce: 'max' | 'sum', x: Plain, options: Windows): Plain {
  const data: number[] = [];
  const shape = eachWindow(x.shape, options, (window) => {
    const sum = window.reduce((total, index) => total + element(x, index), 0);
    data.push(reduce === 'sum' ? sum : element(x, greatest(x, window)));
  });
  return { shape, data };
}

/** v at the first maximum of each window of x. */
export function poolGather(x: Plain, v: Plain, options: Windows): Plain {
  const data: number[] = [];
  const shape = eachWindow(x.shape, options, (window) => data.push(element(v, greatest(x, window))));
  return { shape, data };
}

/** dy added up at the first maximum of each window of x. */
export function poolScatter(x: Plain, dy: Plain, options: Windows): Plain {
  const dx = zeros(x.shape);
  eachWindow(x.shape, options, (window, index) => addTo(dx, greatest(x, window), element(dy, index)));
  return dx;
}

/** Every product of an element of x and one of the kernel, with the element of the result that it counts for. */
function eachProduct(
  x: readonly number[],
  channels: number,
  { groups, ...windows }: Convolution,
  visit: (inX: number[], inKernel: number[], inResult: number[]) => void,
): void {
  const [n = 0, ...spatial] = x.slice(0, -1);
  const inner = (x.at(-1) ?? 0) / groups;
  const share = channels / groups;
  const taps = indices(windows.size);
  for (const place of indices(placesOf(spatial, windows))) {
    for (const tap of taps) {
      const here = met(place, tap, windows);
      for (let example = 0; example < n; example++) {
        for (let o = 0; o < channels; o++) {
          for (let c = 0; c < inner; c++) {
            visit([example, ...here, Math.floor(o / share) * inner + c], [...tap, c, o], [example, ...place, o]);
          }
        }
      }
    }
  }
}

/** The place of an index among all elements, row-major. */
const flat = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum * (shape[axis] ?? 1) + i, 0);

const zeros = (shape: readonly number[]): { readonly shape: readonly number[]; readonly data: number[] } => ({
  shape,
  data: Array.from({ length: sizeOf(shape) }, () => 0),
});

const element = ({ shape, data }: Plain, index: readonly number[]): number => data[flat(shape, index)] ?? NaN;

function addTo({ shape, data }: ReturnType<typeof zeros>, index: readonly number[], value: number): void {
  const i = flat(shape, index);
  data[i] = (data[i] ?? NaN) + value;
}

export function conv(x: Plain, kernel: Plain, options: Convolution): Plain {
  const channels = kernel.shape.at(-1) ?? 0;
  const y = zeros([...x.shape.slice(0, 1), ...placesOf(x.shape.slice(1, -1), options), channels]);
  eachProduct(x.shape, channels, options, (i, k, o) => addTo(y, o, element(x, i) * element(kernel, k)));
  return y;
}

/** The gradient by the kernel. */
export function convKernel(x: Plain, dy: Plain, options: Convolution): Plain {
  const channels = dy.shape.at(-1) ?? 0;
  const kernel = zeros([...options.size, (x.shape.at(-1) ?? 0) / options.groups, channels]);
  eachProduct(x.shape, channels, options, (i, k, o) => addTo(kernel, k, element(x, i) * element(dy, o)));
  return kernel;
}

/** The gradient by x. */
export function convInput(shape: readonly number[], kernel: Plain, dy: Plain, options: Convolution): Plain {
  const dx = zeros(shape);
  eachProduct(shape, kernel.shape.at(-1) ?? 0, options, (i, k, o) => addTo(dx, i, element(kernel, k) * element(dy, o)));
  return dx;
}
