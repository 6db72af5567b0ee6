/** Pictures that a caller has at hand: from a canvas, or as rows of pixels. */
import { UserError } from '../../user-error.ts';
import type { NumberArray } from '../raw.ts';
import type { Picture } from './picture.ts';

/** As `ImageData` of a canvas: rows from the top, each pixel with as many numbers as there are channels. */
export interface RawImage {
  readonly width: number;
  readonly height: number;
  readonly data: NumberArray | Uint8ClampedArray;
}

export const isImage = (value: unknown): value is RawImage =>
  typeof value === 'object' &&
  value !== null &&
  'width' in value &&
  'height' in value &&
  'data' in value &&
  ArrayBuffer.isView(value.data);

/** `where` is the record and its input. Throws NN4005. */
export function givenPicture(value: unknown, where: string): Picture {
  const picture = isImage(value) ? ofImage(value) : ofRows(value);
  if (picture !== undefined) return picture;
  throw new UserError(
    'NN4005',
    `${where} is no picture`,
    'give { width, height, data } with whole pixels, as a canvas has it, or rows of pixels',
  );
}

function ofImage({ width, height, data }: RawImage): Picture | undefined {
  const channels = data.length / (width * height);
  if (![1, 2, 3, 4].includes(channels)) return undefined;
  return { width, height, channels, values: data instanceof Uint8ClampedArray ? new Uint8Array(data) : data };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** [height][width], or [height][width][channels]. */
function ofRows(value: unknown): Picture | undefined {
  if (!isList(value)) return undefined;
  const rows = value.map((row) => (isList(row) ? row.map((pixel) => (isList(pixel) ? pixel : [pixel])) : []));
  const [first = []] = rows;
  const [height, width, channels] = [rows.length, first.length, first[0]?.length ?? 0];
  const isWhole = rows.every((row) => row.length === width && row.every((pixel) => pixel.length === channels));
  if (!isWhole || width === 0 || channels === 0) return undefined;
  return { height, width, channels, values: Float64Array.from(rows.flat(2), (each) => Number(each ?? NaN)) };
}
