/**
 * Safetensors files: eight bytes with the length of a JSON header, the header, and the tensors' bytes, little-endian.
 * https://huggingface.co/docs/safetensors
 */
import { visibleName } from '../logging/visible.ts';
import { UserError } from '../user-error.ts';
import { decode, dtypes, encode } from './dtypes.ts';
import type { SavedArray } from './dtypes.ts';
import type { HeaderEntry } from './saved-types.ts';
import { checkHeader } from './validators.ts';
import { put } from '../own.ts';

export interface SavedTensor {
  readonly shape: readonly number[];
  readonly data: SavedArray;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, SavedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The published limit for headers: 100 MB. */
const longestHeader = 100_000_000;

/** Throws NN5005, naming the file, where the bytes do not follow the format. */
export function readSafetensors(bytes: Uint8Array, file: string): TensorFile {
  const damaged = (why: string): UserError => new UserError('NN5005', `${file} is not a safetensors file: ${why}`);
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes only`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > longestHeader || length > bytes.length - 8) {
    throw damaged(`its header would be ${length} bytes long, the file has ${bytes.length}`);
  }
  const header = parse(bytes.subarray(8, 8 + length));
  if (!checkHeader(header)) {
    const [error] = checkHeader.errors ?? [];
    throw damaged(
      header === undefined ? 'its header is not JSON' : `header${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    );
  }
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, SavedTensor>();
  const ranges: (readonly [number, number])[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isEntry(entry)) metadata = entry;
      continue;
    }
    if (!isEntry(entry)) throw damaged(`\`${visibleName(name)}\` has no shape`);
    const [begin, end] = entry.data_offsets;
    const dtype = dtypes.get(entry.dtype);
    if (dtype === undefined) {
      throw damaged(
        `\`${visibleName(name)}\` has the type ${entry.dtype}; readable are ${[...dtypes.keys()].join(', ')}`,
      );
    }
    const count = entry.shape.reduce((product, size) => product * size, 1);
    if (end - begin !== count * dtype.bytes || end > data.length) {
      throw damaged(
        `\`${visibleName(name)}\` [${entry.shape.join(', ')}] ${entry.dtype} cannot lie at bytes ${begin} to ${end} of ${data.length}`,
      );
    }
    ranges.push([begin, end]);
    tensors.set(name, { shape: entry.shape, data: decode(dtype, data.subarray(begin, end)) });
  }
  let at = 0;
  for (const [begin, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== at) throw damaged(`its tensors overlap or leave a hole at byte ${at}`);
    at = end;
  }
  if (at !== data.length) throw damaged(`it has ${data.length - at} bytes that belong to no tensor`);
  return { tensors, metadata };
}

/** The tensors in the order given. Numbers of Float32Array become F32, of Int32Array I32, of Float64Array F64. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let at = 0;
  for (const [name, { shape, data }] of tensors) {
    const { dtype, bytes } = encode(data);
    put(header, name, { dtype, shape, data_offsets: [at, at + data.length * bytes] });
    at += data.length * bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces at its end bring the data to a multiple of eight bytes, as the format advises.
  const length = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length).set(json, 8);
  let offset = 8 + length;
  for (const { data } of tensors.values()) {
    const { write, bytes } = encode(data);
    write(new DataView(file.buffer, offset, data.length * bytes));
    offset += data.length * bytes;
  }
  return file;
}

const isEntry = (entry: HeaderEntry | Readonly<Record<string, string>>): entry is HeaderEntry =>
  'data_offsets' in entry && Array.isArray(entry.data_offsets);

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
