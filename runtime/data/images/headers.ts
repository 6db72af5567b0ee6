/** What PNG and JPEG files say of themselves at their beginning. */
import { UserError } from '../../user-error.ts';
import { damagedFile } from '../arrays/zip.ts';

export interface ImageHeader {
  readonly format: 'png' | 'jpeg';
  readonly height: number;
  readonly width: number;
  /** As `Picture` counts them. */
  readonly channels: number;
}

/** The channels of PNG's colour types; those of a palette are colours. */
const pngChannels: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
]);

const pngMagic = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** More pixels than any camera has, and as many as a picture's header may ask memory for. */
const mostPixels = 2 ** 28;

/** Throws NN4008 where it is neither. */
export function imageHeader(bytes: Uint8Array, file: string): ImageHeader {
  if (bytes.length === 0) throw new UserError('NN4008', `${file} is empty`, 'write it again, or leave it out');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = pngMagic.every((byte, i) => bytes[i] === byte)
      ? pngHeader(view)
      : bytes[0] === 0xff && bytes[1] === 0xd8
        ? jpegHeader(view)
        : undefined;
    if (header === undefined)
      throw new UserError('NN4008', `${file} is neither PNG nor JPEG`, 'save it as one of them');
    const { height, width, channels } = header;
    if (height === 0 || width === 0 || channels === 0 || height * width > mostPixels)
      throw damagedFile(file, `its header says ${width}×${height} pixels of ${channels} channels`);
    return header;
  } catch (error) {
    if (error instanceof RangeError) throw damagedFile(file, 'it ends within its header');
    throw error;
  }
}

function pngHeader(view: DataView): ImageHeader {
  const channels = pngChannels.get(view.getUint8(25)) ?? 0;
  return { format: 'png', width: view.getUint32(16), height: view.getUint32(20), channels };
}

/** Through the segments, up to the one that begins a frame. */
function jpegHeader(view: DataView): ImageHeader {
  let at = 2;
  for (;;) {
    const marker = view.getUint16(at);
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) {
      const channels = view.getUint8(at + 9) === 1 ? 1 : 3;
      return { format: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7), channels };
    }
    // Bytes 0xff may fill the place before a marker.
    at += marker === 0xffff ? 1 : 2 + view.getUint16(at + 2);
  }
}
