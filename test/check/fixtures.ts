/** Reads the fixtures that PyTorch made: specs, what goes into one training step, and what comes out. */
import { readFileSync } from 'node:fs';
import type { Tensor } from '../../compiler/ops/define.ts';

const folder = new URL('../oracle/fixtures/', import.meta.url);

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly batches: readonly ReadonlyMap<string, Tensor>[];
  readonly expected: ReadonlyMap<string, Tensor>;
  readonly updates: number;
}

interface Index {
  readonly cases: Readonly<Record<string, { readonly batches: number; readonly updates: number }>>;
}

function isIndex(value: unknown): value is Index {
  return typeof value === 'object' && value !== null && 'cases' in value;
}

export function fixtureNames(): readonly string[] {
  return Object.keys(index().cases);
}

function index(): Index {
  const parsed: unknown = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));
  if (!isIndex(parsed)) throw new Error('the index of the fixtures cannot be read');
  return parsed;
}

export function fixture(name: string): Fixture {
  const facts = index().cases[name] ?? { batches: 1, updates: 100 };
  const file = (part: string) => new URL(`${name}/${part}`, folder);
  return {
    name,
    text: readFileSync(file('model.nn'), 'utf8'),
    weights: tensors(file('weights.safetensors')),
    batches: Array.from({ length: facts.batches }, (_, i) => tensors(file(`batch-${i}.safetensors`))),
    expected: tensors(file('expected.safetensors')),
    updates: facts.updates,
  };
}

interface Header {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isHeader(value: unknown): value is Readonly<Record<string, Header>> {
  return typeof value === 'object' && value !== null;
}

/** The format as published: a length, a JSON header, little-endian data. */
function tensors(file: URL): ReadonlyMap<string, Tensor> {
  const bytes = readFileSync(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header: unknown = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8'));
  if (!isHeader(header)) throw new Error(`${file.pathname} has no header`);
  const found = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const width = dtype === 'F64' || dtype === 'I64' ? 8 : 4;
    const data = new Float64Array((offsets[1] - offsets[0]) / width);
    for (let i = 0; i < data.length; i++) {
      const at = 8 + length + offsets[0] + i * width;
      data[i] =
        dtype === 'F64'
          ? view.getFloat64(at, true)
          : dtype === 'I32'
            ? view.getInt32(at, true)
            : view.getFloat32(at, true);
    }
    found.set(name, { shape, data });
  }
  return found;
}
