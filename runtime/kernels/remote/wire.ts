/** Plain data, views, buffers and elements as bytes, and back. What is one object arrives as one object. */
import { Buffer, View } from '../buffer.ts';
import type { Lifetime } from '../buffer.ts';
import { KernelError } from '../error.ts';
import type { DType } from '../k.ts';

/** What stands for what JSON does not know: its first entry says what it is. */
type Mark = readonly [kind: string, ...rest: unknown[]];

const marked = '$';

/** The numbers by which buffers are known on both sides. */
export class Names {
  readonly #numbers = new WeakMap<Buffer, number>();
  #next = 0;

  of(buffer: Buffer): number {
    const number = this.#numbers.get(buffer) ?? this.#next++;
    this.#numbers.set(buffer, number);
    return number;
  }
}

/** A header of JSON, and behind it all elements. */
export function pack(value: unknown, names: Names): Uint8Array<ArrayBuffer> {
  const seen = new Map<object, number>();
  const elements: (Float32Array | Int32Array)[] = [];
  let length = 0;
  const mark = (...of: Mark) => ({ [marked]: of });
  const buffered = (buffer: Buffer) => mark('buffer', names.of(buffer), buffer.elements, buffer.dtype, buffer.lifetime);
  const plain = (of: unknown): unknown => {
    if (typeof of === 'number')
      return Number.isFinite(of) && !Object.is(of, -0) ? of : mark('number', Object.is(of, -0) ? '-0' : String(of));
    if (typeof of !== 'object' || of === null) return of;
    if (Array.isArray(of)) return of.map(plain);
    if (of instanceof Float32Array || of instanceof Int32Array) {
      elements.push(of);
      const at = length;
      length += of.length;
      return mark('elements', of instanceof Int32Array ? 'int32' : 'float32', at, of.length);
    }
    if (of instanceof Buffer) return buffered(of);
    const known = seen.get(of);
    if (known !== undefined) return mark('same', known);
    seen.set(of, seen.size);
    if (of instanceof View) return mark('view', buffered(of.buffer), of.shape, of.offset, of.strides);
    return Object.fromEntries(Object.entries(of).map(([key, entry]) => [key, plain(entry)]));
  };
  const header = new TextEncoder().encode(JSON.stringify(plain(value)));
  const begin = 4 + Math.ceil(header.length / 4) * 4;
  const bytes = new Uint8Array(begin + 4 * length);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = begin;
  for (const each of elements) {
    bytes.set(new Uint8Array(each.buffer, each.byteOffset, each.byteLength), at);
    at += each.byteLength;
  }
  return bytes;
}

export type BufferOf = (number: number, elements: number, dtype: DType, lifetime: Lifetime) => Buffer;

export function unpack(bytes: Uint8Array, bufferOf: BufferOf): unknown {
  const own = new Uint8Array(bytes);
  const size = new DataView(own.buffer).getUint32(0, true);
  const header: unknown = JSON.parse(new TextDecoder().decode(own.subarray(4, 4 + size)));
  const begin = 4 + Math.ceil(size / 4) * 4;
  const seen: unknown[] = [];
  const numbers = (of: unknown): number[] => (Array.isArray(of) ? of.filter((n) => typeof n === 'number') : []);
  const buffer = (of: unknown): Buffer => {
    const found = value(of);
    if (found instanceof Buffer) return found;
    throw broken();
  };
  const unmarked = ([kind, ...rest]: readonly unknown[]): unknown => {
    switch (kind) {
      case 'number':
        return Number(rest[0]);
      case 'same':
        return seen[Number(rest[0])];
      case 'elements': {
        const at = begin + 4 * Number(rest[1]);
        const [Elements, count] = [rest[0] === 'int32' ? Int32Array : Float32Array, Number(rest[2])];
        return new Elements(own.buffer, at, count);
      }
      case 'buffer': {
        const [number, elements, dtype, lifetime] = rest;
        return bufferOf(Number(number), Number(elements), dtypeOf(dtype), lifetimeOf(lifetime));
      }
      case 'view': {
        const place = seen.length;
        seen.push(undefined);
        const [of, shape, offset, strides] = rest;
        const view = new View(buffer(of), numbers(shape), { offset: Number(offset), strides: numbers(strides) });
        seen[place] = view;
        return view;
      }
      default:
        throw broken();
    }
  };
  const value = (of: unknown): unknown => {
    if (Array.isArray(of)) return of.map(value);
    if (typeof of !== 'object' || of === null) return of;
    const mark: unknown = Reflect.get(of, marked);
    if (Array.isArray(mark)) return unmarked(mark);
    const object: Record<string, unknown> = {};
    seen.push(object);
    for (const [key, entry] of Object.entries(of)) object[key] = value(entry);
    return object;
  };
  return value(header);
}

const broken = (): KernelError => new KernelError('what came from the other side makes no sense');

function dtypeOf(text: unknown): DType {
  if (text === 'int32' || text === 'float32') return text;
  throw broken();
}

function lifetimeOf(text: unknown): Lifetime {
  if (text === 'lasting' || text === 'temporary' || text === 'part') return text;
  throw broken();
}
