/** Steps of `prep` for pictures: what shape comes of them, and what is told of pictures that have another. */
import { visibleName } from '../../logging/visible.ts';
import type { PrepSpec } from '../../model.ts';
import { UserError } from '../../user-error.ts';
import type { RawPort } from '../raw.ts';
import { gray, pictureOf, resize, shapeOf, withChannels } from './picture.ts';
import type { Picture } from './picture.ts';

/** `gray` and `resize`. */
export type PictureStep = Extract<PrepSpec, { readonly kind: 'gray' } | { readonly kind: 'resize' }>;

const kinds: ReadonlySet<string> = new Set<PictureStep['kind']>(['gray', 'resize']);

export const isPictureStep = <S extends { readonly kind: string }>(
  step: S,
): step is Extract<S, { readonly kind: PictureStep['kind'] }> => kinds.has(step.kind);

/** The channels that a picture of a file is given for a port of this shape; as many as it has where `gray` is to come. */
function channelsFor(shape: readonly number[], steps: readonly { readonly kind: string }[]): number | undefined {
  if (steps.some(({ kind }) => kind === 'gray')) return undefined;
  return shape.length === 3 ? shape[2] : shape.length === 2 ? 1 : undefined;
}

/** The shape of the port that a row of this shape becomes, as far as steps say it. */
export function shapeAfter(
  axes: readonly number[],
  shape: readonly number[],
  steps: readonly PrepSpec[],
  arePictures: boolean,
): readonly number[] {
  let [height = 1, width = 1, channels = 1] = axes;
  const wanted = arePictures ? channelsFor(shape, steps) : undefined;
  if (wanted !== undefined && (channels <= 2 || wanted >= 3)) channels = wanted;
  for (const step of steps) {
    if (step.kind === 'resize') [height, width] = step.size;
    if (step.kind === 'gray') channels = 1;
  }
  return [height, width, channels];
}

/** What steps begin with; `undefined` where the rows are no pictures and need not be. */
export function picturesOf(
  port: string,
  column: RawPort,
  shape: readonly number[],
  steps: readonly { readonly kind: string }[],
  place: (row: number) => string,
): readonly Picture[] | undefined {
  if (column.kind === 'pictures') {
    const wanted = channelsFor(shape, steps);
    return column.pictures.map((picture, row) => {
      const result = wanted === undefined ? picture : withChannels(picture, wanted);
      if (result === undefined) throw wrongShape(port, shapeOf(picture), shape, place(row));
      return result;
    });
  }
  const step = steps.find(({ kind }) => kinds.has(kind));
  if (step === undefined) return undefined;
  const { kind, width } = column;
  const axes = (kind === 'numbers' ? column.axes : undefined) ?? shape;
  if (kind === 'texts' || pictureOf(column.values, axes) === undefined || axes.reduce((a, b) => a * b, 1) !== width) {
    throw new UserError(
      'NN4007',
      `\`prep ${port} ${step.kind}\` wants pictures, and a row of \`${port}\` is [${(axes === shape ? [width] : axes).join(', ')}]`,
      'a picture is [height, width] or [height, width, channels]',
    );
  }
  return Array.from({ length: column.values.length / width }, (_, row) => {
    const values = column.values.subarray(row * width, (row + 1) * width);
    const [height = 1, across = 1, channels = 1] = axes;
    return { height, width: across, channels, values };
  });
}

export function applyPictureStep(
  step: PictureStep,
  pictures: readonly Picture[],
  place: (row: number) => string,
): readonly Picture[] {
  if (step.kind === 'resize') {
    const { size } = step;
    return pictures.map((picture) => resize(picture, size));
  }
  return pictures.map((picture, row) => {
    const result = gray(picture);
    if (result !== undefined) return result;
    throw new UserError(
      'NN4007',
      `${place(row)}: \`prep ${step.port} gray\` wants red, green and blue, and there are ${picture.channels} channels`,
    );
  });
}

/** Rows side by side, all of one size. */
export function flattened(
  port: string,
  pictures: readonly Picture[],
  place: (row: number) => string,
): { readonly width: number; readonly values: Float64Array; readonly axes: readonly number[] } {
  const axes = pictures[0] === undefined ? [] : shapeOf(pictures[0]);
  const width = axes.reduce((a, b) => a * b, 1);
  const values = new Float64Array(pictures.length * width);
  pictures.forEach((picture, row) => {
    const own = shapeOf(picture);
    if (own.some((size, axis) => size !== axes[axis])) {
      throw new UserError(
        'NN4007',
        `${place(row)} is [${own.join(', ')}], and ${place(0)} is [${axes.join(', ')}]`,
        `make them equal: prep ${port} resize 32x32`,
      );
    }
    values.set(picture.values, row * width);
  });
  return { width, values, axes };
}

/** Of a picture in a file or a record that does not fit the port. */
export function wrongShape(
  port: string,
  own: readonly number[],
  shape: readonly number[],
  where: string,
  steps: readonly { readonly kind: string }[] = [],
): UserError {
  const has = (kind: string): boolean => steps.some((step) => step.kind === kind);
  const [height = 1, width = 1, channels = 1] = shape;
  const isGrey = channels === 1 && (own[2] ?? 1) >= 3 && !has('gray');
  const sized = (own[0] === height && own[1] === width) || has('resize') || shape.length < 2;
  const help = [
    ...(isGrey ? [`prep ${visibleName(port)} gray`] : []),
    ...(sized ? [] : [`prep ${visibleName(port)} resize ${height}x${width}`]),
  ];
  return new UserError(
    'NN4005',
    `${where} is [${own.join(', ')}], and \`${visibleName(port)}\` is [${shape.join(', ')}]`,
    help.length === 0 ? `change the shape of \`${port}\`: f32[${own.join(', ')}]` : `write: ${help.join('; ')}`,
  );
}
