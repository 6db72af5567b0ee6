/** Folders of pictures of Node. */
import jpeg from 'jpeg-js';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { damagedFile } from '../data/arrays/zip.ts';
import type { Fields } from '../data/fields.ts';
import type { RawImage } from '../data/images/given.ts';
import { imageHeader } from '../data/images/headers.ts';
import { imageFields } from '../data/images/image-fields.ts';
import type { ImageFile } from '../data/images/image-fields.ts';
import { shapeOf } from '../data/images/picture.ts';
import type { Picture } from '../data/images/picture.ts';
import { UserError } from '../user-error.ts';
import { readBytes, reading, relativeToSpec } from './files.ts';

const read = /\.(png|jpe?g)$/i;
/** Pictures that a folder would lack in silence. */
const unread = /\.(gif|webp|bmp|tiff?|heic|avif|svg|p[gpn]m)$/i;

interface Found {
  readonly path: string;
  readonly shown: string;
}

/** The picture of a PNG or JPEG file, in eight bits. Throws NN4008. */
export function decodeImage(bytes: Uint8Array, file: string): Picture {
  const { format, height, width, channels } = imageHeader(bytes, file);
  let decoded: { readonly width: number; readonly height: number; readonly data: Uint8Array; alpha?: boolean };
  try {
    decoded =
      format === 'png'
        ? PNG.sync.read(Buffer.from(bytes))
        : jpeg.decode(bytes, { useTArray: true, tolerantDecoding: false, maxMemoryUsageInMB: 4096 });
  } catch (error) {
    throw damagedFile(file, error instanceof Error ? error.message : String(error));
  }
  // Both give red, green, blue and opacity.
  const { data } = decoded;
  if (decoded.width !== width || decoded.height !== height || data.length !== 4 * height * width)
    throw damagedFile(file, 'it has fewer pixels than its header says');
  const places = { 1: [0], 2: [0, 3], 3: [0, 1, 2], 4: [0, 1, 2, 3] }[channels] ?? [];
  const values = new Uint8Array(height * width * channels);
  for (let i = 0; i < height * width; i++)
    for (const [c, place] of places.entries()) values[i * channels + c] = data[4 * i + place] ?? 0;
  return { height, width, channels, values };
}

/** The picture of a file, as a record has it: `predict({ image: readImage('cat.png') })`. */
export function readImage(path: string): RawImage {
  const { height, width, values } = decodeImage(readBytes(path, 'NN4001'), path);
  return { height, width, data: values };
}

/** The pictures of a folder; each folder in it is a class. `shown` is its name in messages. */
export function openImages(path: string, shown: string): Fields {
  const entries = entriesOf({ path, shown });
  const folders = entries.filter((entry) => entry.isFolder);
  const loose = picturesOf(entries.filter((entry) => !entry.isFolder));
  const inFolders = folders.flatMap(({ name, ...folder }) => {
    const files = picturesOf(filesBelow(folder));
    if (files.length === 0) throw new UserError('NN4006', `${folder.shown} has no pictures`, 'each folder is a class');
    return files.map((file) => ({ ...file, folder: name }));
  });
  const [stray] = loose;
  if (stray !== undefined && inFolders.length > 0)
    throw new UserError('NN4008', `${stray.shown} lies in no folder of its class`, 'each folder is a class');
  const found = inFolders.length > 0 ? inFolders : loose.map((file) => ({ ...file, folder: undefined }));
  const files = found.map(({ path, shown, folder }): ImageFile => {
    const bytes = (): Uint8Array => readBytes(path, 'NN4001', undefined, shown);
    return { file: shown, folder, read: () => decodeImage(bytes(), shown) };
  });
  const [first] = found;
  if (first === undefined) return imageFields(shown, files, []);
  const header = imageHeader(readBytes(first.path, 'NN4001', undefined, first.shown), first.shown);
  return imageFields(shown, files, shapeOf({ ...header, values: new Uint8Array() }));
}

export function readImages(path: string, shown: string): Promise<Fields> {
  return new Promise((resolve) => resolve(openImages(path, shown)));
}

interface Entry extends Found {
  readonly name: string;
  readonly isFolder: boolean;
}

/** In sorted order; what systems hide is left out. */
function entriesOf({ path, shown }: Found): readonly Entry[] {
  const entries = reading(shown, 'NN4001', relativeToSpec, () => readdirSync(path, { withFileTypes: true }));
  const isFolder = (path: string): boolean => reading(path, 'NN4001', undefined, () => statSync(path).isDirectory());
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => ({
      name: entry.name,
      path: join(path, entry.name),
      shown: join(shown, entry.name),
      isFolder: entry.isSymbolicLink() ? isFolder(join(path, entry.name)) : entry.isDirectory(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const filesBelow = (folder: Found): readonly Entry[] =>
  entriesOf(folder).flatMap((entry) => (entry.isFolder ? filesBelow(entry) : [entry]));

function picturesOf(files: readonly Entry[]): readonly Entry[] {
  const other = files.find(({ name }) => unread.test(name));
  if (other !== undefined)
    throw new UserError('NN4008', `${other.shown} is neither PNG nor JPEG`, 'save it as one of them, or take it away');
  return files.filter(({ name }) => read.test(name));
}
