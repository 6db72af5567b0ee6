/** The element types of saved tensors, each with how its bytes become numbers. Half precision is read as single. */

export type SavedArray = Float32Array | Int32Array | Float64Array;

export interface DType {
  readonly bytes: number;
  array(count: number): SavedArray;
  get(view: DataView, offset: number): number;
}

const float32 = (count: number): SavedArray => new Float32Array(count);
const int32 = (count: number): SavedArray => new Int32Array(count);

export const dtypes: ReadonlyMap<string, DType> = new Map<string, DType>([
  ['F32', { bytes: 4, array: float32, get: (view, offset) => view.getFloat32(offset, true) }],
  [
    'F64',
    { bytes: 8, array: (count) => new Float64Array(count), get: (view, offset) => view.getFloat64(offset, true) },
  ],
  ['F16', { bytes: 2, array: float32, get: (view, offset) => fromHalf(view.getUint16(offset, true)) }],
  ['BF16', { bytes: 2, array: float32, get: (view, offset) => fromBrain(view.getUint16(offset, true)) }],
  ['I32', { bytes: 4, array: int32, get: (view, offset) => view.getInt32(offset, true) }],
  [
    'I64',
    {
      bytes: 8,
      array: (count) => new Float64Array(count),
      get: (view, offset) => Number(view.getBigInt64(offset, true)),
    },
  ],
  ['U8', { bytes: 1, array: int32, get: (view, offset) => view.getUint8(offset) }],
]);

export function decode(dtype: DType, bytes: Uint8Array): SavedArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = dtype.array(bytes.length / dtype.bytes);
  for (let i = 0; i < values.length; i++) values[i] = dtype.get(view, i * dtype.bytes);
  return values;
}

/** How an array is written. */
export function encode(data: SavedArray): {
  readonly dtype: string;
  readonly bytes: number;
  write(view: DataView): void;
} {
  if (data instanceof Float32Array) {
    return { dtype: 'F32', bytes: 4, write: (view) => data.forEach((x, i) => view.setFloat32(4 * i, x, true)) };
  }
  if (data instanceof Int32Array) {
    return { dtype: 'I32', bytes: 4, write: (view) => data.forEach((x, i) => view.setInt32(4 * i, x, true)) };
  }
  return { dtype: 'F64', bytes: 8, write: (view) => data.forEach((x, i) => view.setFloat64(8 * i, x, true)) };
}

/** IEEE binary16: sign, five bits of exponent, ten of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16: the upper half of a single. */
function fromBrain(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(2, bits, true);
  return view.getFloat32(0, true);
}
