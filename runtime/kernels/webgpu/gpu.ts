/** A device of WebGPU: its one piece of memory, its pipelines, and what waits to be submitted. */
import { KernelError } from '../error.ts';
import { FreeList } from './free-list.ts';
import { mostOperands } from './kernel.ts';

/** As the interface has them: there is no object of these names outside of browsers. */
const usage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 };
const mapModeRead = 1;
const compute = 0x4;

/** Bytes of the places of a kernel's operands, and of the numbers of a run. */
export const placesBytes = 4 * mostOperands;
export const numbersBytes = 16 * 1024;

/** Bytes of the memory at the beginning. */
const firstBytes = 2 ** 22;

export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly groups: readonly [number, number];
}

export class Gpu {
  /** Bytes that a kernel can reach: what the memory grows to at most. */
  readonly limit: number;
  readonly #device: GPUDevice;
  readonly #layout: GPUBindGroupLayout;
  readonly #pipelineLayout: GPUPipelineLayout;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #free = new FreeList();
  #memory: GPUBuffer | undefined;
  #pending: GPUCommandEncoder | undefined;
  /** Buffers in which results are read, by their bytes, that nobody reads now. */
  readonly #staging = new Map<number, GPUBuffer[]>();
  #fault: string | undefined;
  /** Moved whenever the memory is another buffer. */
  generation = 0;
  /** What was made and submitted so far: neither may grow with the steps of a run as it likes. */
  readonly counts = { buffers: 0, groups: 0, submits: 0 };

  constructor(device: GPUDevice) {
    this.#device = device;
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    this.limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    this.#layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: compute, buffer: { type: 'storage' } },
        { binding: 1, visibility: compute, buffer: { type: 'uniform', hasDynamicOffset: true } },
        { binding: 2, visibility: compute, buffer: { type: 'uniform' } },
      ],
    });
    this.#pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [this.#layout] });
    device.addEventListener('uncapturederror', (event) => (this.#fault ??= event.error.message));
    void device.lost.then(({ message, reason }) => (this.#fault ??= `the device was lost (${reason}): ${message}`));
  }

  /** Throws what went wrong on the device, which says so later. */
  check(): void {
    if (this.#fault !== undefined) throw new KernelError(`WebGPU: ${this.#fault}`);
  }

  /** Elements of memory: the number of the first; undefined where there is no room. */
  reserve(elements: number): number | undefined {
    const known = this.#free.take(elements);
    if (known !== undefined) return known;
    const before = this.#memory?.size ?? 0;
    const needed = before + 4 * elements + 64;
    const wanted = Math.min(this.limit, Math.max(firstBytes, 2 * before, 2 ** Math.ceil(Math.log2(needed))));
    if (wanted < needed) return undefined;
    this.#grow(wanted, before);
    return this.#free.take(elements);
  }

  /** Gives the number of elements that were held. */
  free(at: number): number {
    return this.#free.give(at);
  }

  sizeAt(at: number): number {
    return this.#free.sizeAt(at);
  }

  write(at: number, elements: Float32Array | Int32Array | Uint32Array): void {
    if (elements.length === 0) return;
    this.flush();
    this.#device.queue.writeBuffer(this.#heap, 4 * at, elements.slice());
  }

  /** A copy of so many elements as they are now, in the order of what was asked for. */
  async read(at: number, elements: number): Promise<ArrayBuffer> {
    if (elements === 0) return new ArrayBuffer(0);
    const bytes = 4 * elements;
    const room = Math.max(256, 2 ** Math.ceil(Math.log2(bytes)));
    const staging = this.#staging.get(room)?.pop() ?? this.buffer(room, usage.mapRead | usage.copyTarget);
    this.#encoder.copyBufferToBuffer(this.#heap, 4 * at, staging, 0, bytes);
    this.flush();
    this.check();
    try {
      await staging.mapAsync(mapModeRead, 0, bytes);
    } catch (error) {
      this.check();
      throw error;
    }
    this.check();
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    this.#staging.set(room, [...(this.#staging.get(room) ?? []), staging]);
    return copy;
  }

  uniform(bytes: number): GPUBuffer {
    return this.buffer(bytes, usage.uniform | usage.copyTarget);
  }

  writeUniform(buffer: GPUBuffer, elements: Int32Array | Uint32Array): void {
    this.flush();
    this.#device.queue.writeBuffer(buffer, 0, elements.slice());
  }

  /** A kernel finds the memory, its places and the numbers of a run. Good for one generation. */
  group(places: GPUBuffer, numbers: GPUBuffer): GPUBindGroup {
    this.counts.groups++;
    return this.#device.createBindGroup({
      layout: this.#layout,
      entries: [
        { binding: 0, resource: { buffer: this.#heap } },
        { binding: 1, resource: { buffer: places, size: placesBytes } },
        { binding: 2, resource: { buffer: numbers } },
      ],
    });
  }

  pipeline(code: string): GPUComputePipeline {
    const known = this.#pipelines.get(code);
    if (known !== undefined) return known;
    const pipeline = this.#device.createComputePipeline(this.#described(code));
    this.#pipelines.set(code, pipeline);
    return pipeline;
  }

  /** All of them, those that are new side by side. */
  async pipelines(codes: readonly string[]): Promise<readonly GPUComputePipeline[]> {
    const missing = [...new Set(codes)].filter((code) => !this.#pipelines.has(code));
    await Promise.all(
      missing.map(async (code) =>
        this.#pipelines.set(code, await this.#device.createComputePipelineAsync(this.#described(code))),
      ),
    );
    return codes.map((code) => this.pipeline(code));
  }

  /** Kernels one after the other, of which number i finds its places at number i. Submitted with what is read next. */
  run(dispatches: readonly Dispatch[], group: GPUBindGroup): void {
    this.check();
    const pass = this.#encoder.beginComputePass();
    dispatches.forEach(({ pipeline, groups }, i) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group, [placesBytes * i]);
      pass.dispatchWorkgroups(...groups);
    });
    pass.end();
    queueMicrotask(() => this.flush());
  }

  flush(): void {
    if (this.#pending === undefined) return;
    const commands = this.#pending.finish();
    this.#pending = undefined;
    this.counts.submits++;
    this.#device.queue.submit([commands]);
  }

  buffer(size: number, of: number): GPUBuffer {
    this.counts.buffers++;
    return this.#device.createBuffer({ size, usage: of });
  }

  get #encoder(): GPUCommandEncoder {
    return (this.#pending ??= this.#device.createCommandEncoder());
  }

  get #heap(): GPUBuffer {
    if (this.#memory === undefined) this.#grow(firstBytes, 0);
    if (this.#memory === undefined) throw new KernelError('WebGPU: no memory');
    return this.#memory;
  }

  #grow(bytes: number, before: number): void {
    const old = this.#memory;
    const memory = this.buffer(bytes, usage.storage | usage.copySource | usage.copyTarget);
    if (old !== undefined) this.#encoder.copyBufferToBuffer(old, 0, memory, 0, before);
    this.flush();
    old?.destroy();
    this.#memory = memory;
    this.generation++;
    this.#free.grow((bytes - before) / 4);
  }

  #described(code: string): GPUComputePipelineDescriptor {
    const module = this.#device.createShaderModule({ code });
    return { layout: this.#pipelineLayout, compute: { module, entryPoint: 'main' } };
  }
}

/** The devices of interfaces, by where those come from. */
const opened = new WeakMap<object, Promise<Gpu>>();

/** The one device of this page or process; another where that was lost. */
export async function openGpu(): Promise<Gpu> {
  const source = interfaceHere() ?? (await packageOfNode());
  if (source === undefined) throw new KernelError('there is no WebGPU here');
  const known = opened.get(source) ?? open(source, () => opened.delete(source));
  opened.set(source, known);
  return known;
}

async function open(source: object, onEnd: () => void): Promise<Gpu> {
  try {
    const gpu = isGpu(source) ? source : interfaceOf(source);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) throw new KernelError('WebGPU has no adapter here');
    const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
    const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
    void device.lost.then(onEnd);
    return new Gpu(device);
  } catch (error) {
    onEnd();
    throw error;
  }
}

const isGpu = (value: unknown): value is GPU =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'requestAdapter') === 'function';

function interfaceHere(): GPU | undefined {
  const here: unknown = Reflect.get(globalThis, 'navigator');
  const gpu: unknown = typeof here === 'object' && here !== null ? Reflect.get(here, 'gpu') : undefined;
  return isGpu(gpu) ? gpu : undefined;
}

/** The package `webgpu`, if the project has it. No bundler looks for it. */
async function packageOfNode(): Promise<object | undefined> {
  if (typeof process === 'undefined') return undefined;
  const name = 'webgpu';
  try {
    const found: unknown = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
    return typeof found === 'object' && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}

function interfaceOf(found: object): GPU {
  const create: unknown = Reflect.get(found, 'create');
  const gpu: unknown = typeof create === 'function' ? Reflect.apply(create, undefined, [[]]) : undefined;
  if (!isGpu(gpu)) throw new KernelError('the package webgpu has another interface than was expected');
  return gpu;
}
