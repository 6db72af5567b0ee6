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

/** A tensor that lies in a file. */
export interface Entry {
  /** As the format calls it: `F32`, `BF16`, `BOOL`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes lie in the file. */
  readonly begin: number;
  readonly end: number;
}

export interface FileHeader {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: Readonly<Record<string, string>>;
}

const damage = (file: string, why: string): UserError =>
  new UserError('NN5005', `${file} is not a safetensors file: ${why}`);

/** How many bytes of a file of this size, which begins with these, belong to its header and stand before it. */
export function headerEnd(beginning: Uint8Array, size: number, file: string): number {
  if (size < 8 || beginning.length < 8) throw damage(file, `it has ${size} bytes only`);
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > longestHeader || length > size - 8) {
    throw damage(file, `its header would be ${length} bytes long, the file has ${size}`);
  }
  return 8 + length;
}

/** What a file of this size holds, from its beginning, which has the whole header. Throws NN5005, naming the file. */
export function readHeader(beginning: Uint8Array, size: number, file: string): FileHeader {
  const start = headerEnd(beginning, size, file);
  const header = parse(beginning.subarray(8, start));
  if (!checkHeader(header)) {
    const [error] = checkHeader.errors ?? [];
    throw damage(
      file,
      header === undefined ? 'its header is not JSON' : `header${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    );
  }
  const entries = new Map<string, Entry>();
  const ranges: (readonly [number, number])[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      if (!isEntry(entry)) metadata = entry;
      continue;
    }
    if (!isEntry(entry)) throw damage(file, `\`${visibleName(name)}\` has no shape`);
    const [begin, end] = entry.data_offsets;
    const { dtype, shape } = entry;
    const bytes = dtypes.get(dtype)?.bytes;
    const count = shape.reduce((product, length) => product * length, 1);
    if (end < begin || end > size - start || (bytes !== undefined && end - begin !== count * bytes)) {
      throw damage(
        file,
        `\`${visibleName(name)}\` [${shape.join(', ')}] ${visibleName(dtype)} cannot lie at bytes ${begin} to ${end} of ${size - start}`,
      );
    }
    ranges.push([begin, end]);
    entries.set(name, { dtype, shape, begin: start + begin, end: start + end });
  }
  let at = 0;
  for (const [begin, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== at) throw damage(file, `its tensors overlap or leave a hole at byte ${at}`);
    at = end;
  }
  if (at !== size - start) throw damage(file, `it has ${size - start - at} bytes that belong to no tensor`);
  return { entries, metadata };
}

/** A tensor from its bytes. Throws NN5005 where its elements are of a type that is not read. */
export function readTensor(name: string, { dtype, shape }: Entry, bytes: Uint8Array, file: string): SavedTensor {
  const known = dtypes.get(dtype);
  if (known !== undefined) return { shape, data: decode(known, bytes) };
  throw damage(
    file,
    `\`${visibleName(name)}\` has the type ${visibleName(dtype)}; readable are ${[...dtypes.keys()].join(', ')}`,
  );
}

/** Throws NN5005, naming the file, where the bytes do not follow the format. */
export function readSafetensors(bytes: Uint8Array, file: string): TensorFile {
  const { entries, metadata } = readHeader(bytes, bytes.length, file);
  const tensors = new Map<string, SavedTensor>();
  for (const [name, entry] of entries) {
    tensors.set(name, readTensor(name, entry, bytes.subarray(entry.begin, entry.end), file));
  }
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
