/** Memory by tfjs's own allocator in tfjs's own heap, counted. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { KernelError } from '../error.ts';
import { noRoom, smallerBatch } from '../room.ts';
import type { Elements } from '../device.ts';
import type { DType } from '../k.ts';
import { inLines, line } from '../memory/arena.ts';
import type { Heap } from '../memory/heap.ts';
import { isFunction } from './compile.ts';
import type { WasmFunction } from './compile.ts';

/** Bytes up to which tfjs's memory grows: 4 GiB less a page. */
export const heapLimit = 2 ** 32 - 2 ** 16;

export interface Allocator {
  readonly malloc: (bytes: number) => unknown;
  readonly free: (block: number) => unknown;
  readonly memory: WebAssembly.Memory;
}

export class WasmHeap implements Heap<number> {
  readonly memory: WebAssembly.Memory;
  /** Whether tfjs's threaded build runs. */
  readonly shared: boolean;
  readonly #malloc: (bytes: number) => unknown;
  readonly #release: (block: number) => unknown;
  /** Aligned address → the allocator's own, and the size. */
  readonly #held = new Map<number, { readonly block: number; readonly bytes: number }>();
  #bytes = 0;

  constructor({ malloc, free, memory }: Allocator) {
    this.#malloc = malloc;
    this.#release = free;
    this.memory = memory;
    this.shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  }

  allocate(bytes: number, who = 'a value'): number {
    const address = this.reserve(bytes);
    if (address !== undefined) return address;
    throw noRoom({
      who,
      needed: bytes,
      backend: 'wasm',
      limit: heapLimit,
      held: this.#bytes,
      pieces: [],
      help: smallerBatch,
    });
  }

  reserve(bytes: number): number | undefined {
    const size = inLines(bytes);
    // The allocator takes sizes modulo 2³².
    if (size + line > heapLimit) return undefined;
    const answer = this.#malloc(size + line);
    if (typeof answer !== 'number' || answer === 0) return undefined;
    // Addresses come as signed integers: those in the upper half are negative.
    const block = answer >>> 0;
    const address = Math.ceil(block / line) * line;
    this.#held.set(address, { block, bytes: size });
    this.#bytes += size;
    return address;
  }

  free(address: number): void {
    const held = this.#held.get(address);
    if (held === undefined) throw new KernelError(`no memory is held at ${address}`);
    this.#held.delete(address);
    this.#bytes -= held.bytes;
    this.#release(held.block);
  }

  put(address: number, elements: ArrayLike<number> | undefined, count: number, dtype: DType): void {
    const there = this.at(address, count, dtype);
    if (elements === undefined) there.fill(0);
    else there.set(elements);
  }

  async get(address: number, count: number, dtype: DType): Promise<Elements> {
    return this.at(address, count, dtype).slice();
  }

  /** The elements in place: good until the memory grows. */
  at(address: number, elements: number, dtype: DType): Elements {
    return dtype === 'int32'
      ? new Int32Array(this.memory.buffer, address, elements)
      : new Float32Array(this.memory.buffer, address, elements);
  }

  behind(address: number, elements: number): number {
    return address + 4 * elements;
  }

  /** The same elements time and again. */
  place(address: number, elements: number): Place {
    return new Place(this.memory, address, elements);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get allocations(): number {
    return this.#held.size;
  }
}

/** Elements of four bytes that stay where they are, also when the memory grows. */
export class Place {
  readonly address: number;
  readonly #memory: WebAssembly.Memory;
  readonly #elements: number;
  #floats: Float32Array;
  #integers: Int32Array;

  constructor(memory: WebAssembly.Memory, address: number, elements: number) {
    this.#memory = memory;
    this.address = address;
    this.#elements = elements;
    this.#floats = new Float32Array(memory.buffer, address, elements);
    this.#integers = new Int32Array(memory.buffer, address, elements);
  }

  /** Good until the memory grows. */
  get floats(): Float32Array {
    this.#follow();
    return this.#floats;
  }

  get integers(): Int32Array {
    this.#follow();
    return this.#integers;
  }

  /** A memory that grows leaves its buffer behind, empty, but one that is shared. */
  #follow(): void {
    if (this.#floats.length > 0) return;
    this.#floats = new Float32Array(this.#memory.buffer, this.address, this.#elements);
    this.#integers = new Int32Array(this.#memory.buffer, this.address, this.#elements);
  }
}

export const tfjsAllocator = (backend: BackendWasm): Allocator => ({
  malloc: allocatorOf(backend, '_malloc'),
  free: allocatorOf(backend, '_free'),
  memory: memoryOf(backend),
});

/** emscripten's own functions, which tfjs's types do not name. */
function allocatorOf(backend: BackendWasm, name: '_malloc' | '_free'): WasmFunction {
  const fn: unknown = Reflect.get(backend.wasm, name);
  if (!isFunction(fn)) throw new KernelError(needed);
  return fn;
}

const needed = 'the wasm backend of @tensorflow/tfjs-backend-wasm 4.22.0 is needed';

/** Where each of tfjs's builds keeps its memory. */
function memoryOf(backend: BackendWasm): WebAssembly.Memory {
  const shared: unknown = Reflect.get(backend.wasm, 'wasmMemory');
  if (shared instanceof WebAssembly.Memory) return shared;
  const exports: unknown = Reflect.get(backend.wasm, 'asm');
  const memory: unknown = typeof exports === 'object' && exports !== null ? Reflect.get(exports, 'memory') : undefined;
  if (memory instanceof WebAssembly.Memory) return memory;
  throw new KernelError(needed);
}
