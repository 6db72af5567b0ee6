/** Safetensors: files of the Python library, round trips, and damaged files. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';

const python = readFileSync(new URL('fixtures/python.safetensors', import.meta.url));

test('a file of the Python library is read with every type', () => {
  const { tensors, metadata } = readSafetensors(python, 'python.safetensors');
  const read = (name: string) => [tensors.get(name)?.shape, Array.from(tensors.get(name)?.data ?? [])];
  expect(metadata).toEqual({ made: 'by python', unicode: 'ü' });
  expect(read('dense.bias')).toEqual([[2], [0.5, -0.25]]);
  expect(read('dense.kernel')[1]).toEqual([
    0.001230153371579945, 0.2987455427646637, -0.27413785457611084, -0.8905918598175049, -0.454670786857605,
    -0.9916465282440186,
  ]);
  expect(read('half')).toEqual([[5], [1, -2.5, 65504, 2 ** -24, Infinity]]);
  expect(read('wide')).toEqual([[2], [0.1, 1e300]]);
  expect(read('ids')).toEqual([
    [2, 2],
    [1, -1, 2147483647, 0],
  ]);
  expect(read('long')).toEqual([[2], [1, -5]]);
  expect(read('bytes')).toEqual([[2], [0, 255]]);
  expect(read('t')).toEqual([[], [3]]);
  expect(read('empty')).toEqual([[0, 4], []]);
  expect(read('größe')).toEqual([[1], [2]]);
  expect(tensors.get('ids')?.data).toBeInstanceOf(Int32Array);
});

test('what is written is read again, bit by bit', () => {
  const tensors = new Map([
    ['w', { shape: [2, 2], data: Float32Array.of(1, -0, NaN, 1e-40) }],
    ['state/w/m', { shape: [1], data: Float64Array.of(Math.PI) }],
    ['t', { shape: [], data: Int32Array.of(-7) }],
    ['none', { shape: [0], data: new Float32Array() }],
  ]);
  const bytes = writeSafetensors(tensors, { nnc: '{"a":1}' });
  const read = readSafetensors(bytes, 'x');
  expect(read.tensors).toEqual(tensors);
  expect(read.metadata).toEqual({ nnc: '{"a":1}' });
  // The data begins at a multiple of eight bytes.
  expect((8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))) % 8).toBe(0);
});

function file(header: string, data: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

test.each([
  ['nothing', new Uint8Array(3), 'it has 3 bytes only'],
  [
    'a header longer than the file',
    Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0, 1),
    'its header would be 65535 bytes long',
  ],
  ['a text', new TextEncoder().encode('a,b,c\n1,2,3\n4,5,6'), 'its header would be'],
  ['no JSON', file('{"a":', 0), 'its header is not JSON'],
  ['no object', file('[1]', 0), 'must be object'],
  ['no offsets', file('{"a":{"dtype":"F32","shape":[1]}}', 4), "must have required property 'data_offsets'"],
  ['a negative size', file('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4), 'must be >= 0'],
  [
    'an unknown type',
    file('{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', 1),
    'has the type F8; readable are F32',
  ],
  [
    'a shape that does not fit',
    file('{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}', 8),
    'cannot lie at bytes 0 to 8 of 8',
  ],
  [
    'a tensor behind the end',
    file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 4),
    'cannot lie at bytes 0 to 8 of 4',
  ],
  [
    'an overlap',
    file(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ),
    'overlap or leave a hole',
  ],
  [
    'bytes to spare',
    file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 6),
    '2 bytes that belong to no tensor',
  ],
  ['metadata that are no texts', file('{"__metadata__":{"a":1}}', 0), 'must be string'],
] as const)('refused: %s', (_, bytes, message) => {
  expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(message);
  expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow('w.safetensors is not a safetensors file');
});

test('every beginning of a good file is refused, none crashes', () => {
  for (let length = 0; length < python.length; length += 7) {
    expect(() => readSafetensors(python.subarray(0, length), 'cut')).toThrow('cut is not a safetensors file');
  }
});
