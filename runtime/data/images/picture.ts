/** Pictures, and what is done to them one by one: none of it is learned from other rows. */
import type { NumberArray } from '../raw.ts';

/** Rows of pixels from the top, channels last; values of files are 0..255. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly values: NumberArray;
}

export const shapeOf = ({ height, width, channels }: Picture): readonly number[] => [height, width, channels];

/** A row of this shape, [height, width] or [height, width, channels]. */
export function pictureOf(values: NumberArray, axes: readonly number[]): Picture | undefined {
  const [height, width, channels = 1, ...more] = axes;
  return height === undefined || width === undefined || more.length > 0
    ? undefined
    : { height, width, channels, values };
}

/** The channels of a file: 1 is grey, 2 grey and opacity, 3 colours, 4 colours and opacity. */
type Channels = 1 | 2 | 3 | 4;

/** Which channel of a file becomes each of as many as are wanted; `undefined` is full opacity. */
const taken: Readonly<Record<Channels, Readonly<Record<Channels, readonly (number | undefined)[] | undefined>>>> = {
  1: { 1: [0], 2: [0, undefined], 3: [0, 0, 0], 4: [0, 0, 0, undefined] },
  2: { 1: [0], 2: [0, 1], 3: [0, 0, 0], 4: [0, 0, 0, 1] },
  3: { 1: undefined, 2: undefined, 3: [0, 1, 2], 4: [0, 1, 2, undefined] },
  4: { 1: undefined, 2: undefined, 3: [0, 1, 2], 4: [0, 1, 2, 3] },
};

const isChannels = (count: number): count is Channels => Object.hasOwn(taken, count);

/** Grey is as much of each colour, and opacity is left out where it is not wanted. Colours become grey by `gray` alone. */
export function withChannels(picture: Picture, wanted: number): Picture | undefined {
  const { height, width, channels, values } = picture;
  if (channels === wanted) return picture;
  const from = isChannels(channels) && isChannels(wanted) ? taken[channels][wanted] : undefined;
  if (from === undefined) return undefined;
  const size = height * width * wanted;
  const results = values instanceof Uint8Array ? new Uint8Array(size) : new Float64Array(size);
  for (let i = 0; i < height * width; i++)
    for (const [c, place] of from.entries())
      results[i * wanted + c] = place === undefined ? 255 : (values[i * channels + place] ?? 0);
  return { height, width, channels: wanted, values: results };
}

/** What red, green and blue add to grey (ITU-R BT.601). */
const luma = [0.299, 0.587, 0.114] as const;

/** One channel of three or four, without opacity; what is grey stays so. `undefined` of other numbers of channels. */
export function gray({ height, width, channels, values }: Picture): Picture | undefined {
  if (!isChannels(channels)) return undefined;
  const results = new Float64Array(height * width);
  for (let i = 0; i < results.length; i++) {
    const at = (c: number): number => values[i * channels + c] ?? 0;
    results[i] = channels <= 2 ? at(0) : luma[0] * at(0) + luma[1] * at(1) + luma[2] * at(2);
  }
  return { height, width, channels: 1, values: results };
}

/** The pixels of a line that one of the result is made of, from `first` on. */
interface Weighted {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * A triangle about the middle of each new pixel, as wide as it is, and at least as wide as an old one: linear
 * interpolation where pictures grow, and a mean of all that a pixel covers where they shrink.
 */
function weightsOf(size: number, wanted: number): readonly Weighted[] {
  const scale = size / wanted;
  const reach = Math.max(1, scale);
  return Array.from({ length: wanted }, (_, i) => {
    const middle = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(middle - reach + 0.5));
    const end = Math.min(size, Math.floor(middle + reach + 0.5));
    const weights = Float64Array.from({ length: end - first }, (__, j) =>
      Math.max(0, 1 - Math.abs(first + j + 0.5 - middle) / reach),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Bilinear, with the filter widened where pictures shrink: Pillow's BILINEAR and torchvision's default, unrounded. */
export function resize(
  { height, width, channels, values }: Picture,
  [rows, columns]: readonly [number, number],
): Picture {
  const narrow = new Float64Array(height * columns * channels);
  const across = weightsOf(width, columns);
  for (let y = 0; y < height; y++)
    for (const [x, { first, weights }] of across.entries())
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let j = 0; j < weights.length; j++)
          sum += (weights[j] ?? 0) * (values[(y * width + first + j) * channels + c] ?? 0);
        narrow[(y * columns + x) * channels + c] = sum;
      }
  const line = columns * channels;
  const results = new Float64Array(rows * line);
  for (const [y, { first, weights }] of weightsOf(height, rows).entries())
    for (let x = 0; x < line; x++) {
      let sum = 0;
      for (let j = 0; j < weights.length; j++) sum += (weights[j] ?? 0) * (narrow[(first + j) * line + x] ?? 0);
      results[y * line + x] = sum;
    }
  return { height: rows, width: columns, channels, values: results };
}
