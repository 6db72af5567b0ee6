/** Numbers of files, by the names that NumPy has for their types: `f4` is a float of four bytes. */
import type { NumberArray } from '../raw.ts';

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** How the values of a type are read; `big` where their bytes stand the other way. */
const readers: Readonly<Record<string, (view: DataView, count: number, big: boolean) => NumberArray>> = {
  b1: (view, count) => fill(new Uint8Array(count), (i) => (view.getUint8(i) === 0 ? 0 : 1)),
  i1: (view, count) => fill(new Int8Array(count), (i) => view.getInt8(i)),
  u1: (view, count) => fill(new Uint8Array(count), (i) => view.getUint8(i)),
  i2: (view, count, big) => fill(new Int16Array(count), (i) => view.getInt16(2 * i, !big)),
  u2: (view, count, big) => fill(new Uint16Array(count), (i) => view.getUint16(2 * i, !big)),
  i4: (view, count, big) => fill(new Int32Array(count), (i) => view.getInt32(4 * i, !big)),
  u4: (view, count, big) => fill(new Uint32Array(count), (i) => view.getUint32(4 * i, !big)),
  i8: (view, count, big) => fill(new Float64Array(count), (i) => Number(view.getBigInt64(8 * i, !big))),
  u8: (view, count, big) => fill(new Float64Array(count), (i) => Number(view.getBigUint64(8 * i, !big))),
  f2: (view, count, big) => fill(new Float32Array(count), (i) => half(view.getUint16(2 * i, !big))),
  f4: (view, count, big) => fill(new Float32Array(count), (i) => view.getFloat32(4 * i, !big)),
  f8: (view, count, big) => fill(new Float64Array(count), (i) => view.getFloat64(8 * i, !big)),
};

/** Each element from its place. */
export function fill<A extends NumberArray>(values: A, of: (i: number) => number): A {
  for (let i = 0; i < values.length; i++) values[i] = of(i);
  return values;
}

/** Of 16 bits: 1 of sign, 5 of exponent, 10 of fraction. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

export const typeNames: ReadonlySet<string> = new Set(Object.keys(readers));

/** All numbers of the view; `isBig` where the high byte of each is the first. */
export function valuesOf(type: string, view: DataView, isBig: boolean): NumberArray {
  return readers[type]?.(view, view.byteLength / Number(type.slice(1)), isBig) ?? new Float64Array();
}
