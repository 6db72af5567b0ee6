/** Folders of pictures as fields: each picture, and the folder that it lies in. */
import { UserError } from '../../user-error.ts';
import type { Fields, FieldKind } from '../fields.ts';
import { columnPlaces } from '../table.ts';
import type { Picture } from './picture.ts';

export interface ImageFile {
  /** As shown in messages. */
  readonly file: string;
  /** The name of its class; `undefined` where the pictures lie in no folders. */
  readonly folder: string | undefined;
  readonly read: () => Picture;
}

/** `first` is the shape of the first file's picture. Throws NN4006 where there are none. */
export function imageFields(shown: string, files: readonly ImageFile[], first: readonly number[]): Fields {
  if (files.length === 0) throw new UserError('NN4006', `${shown} has no pictures`, 'they are .png, .jpg or .jpeg');
  const folders = files.flatMap(({ folder }) => (folder === undefined ? [] : [folder]));
  const image: FieldKind = { width: first.reduce((a, b) => a * b, 1), numeric: true, axes: first, arePictures: true };
  const folder: FieldKind = { width: 1, numeric: false, labels: [...new Set(folders)] };
  const header = folders.length === 0 ? ['image'] : ['image', 'folder'];
  return {
    file: shown,
    header,
    places: columnPlaces(header),
    kinds: [image, folder].slice(0, header.length),
    rows: files.length,
    ...(folders.length === 0 ? {} : { target: 'folder' }),
    place: (row) => files[row]?.file ?? shown,
    read: (name, _, __, seen) => {
      if (name !== 'image') return { kind: 'texts', width: 1, values: folders };
      const pictures = files.map(({ read }) => read());
      pictures.forEach(({ values }, row) => {
        for (let i = 0; i < values.length; i++) seen(values[i] ?? NaN, row, i);
      });
      return { kind: 'pictures', width: image.width, pictures };
    },
  };
}
