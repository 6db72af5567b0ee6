/** What all kernels on one tfjs backend share: memory for temporaries, and what was compiled. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Recent } from '../recent.ts';
import type { ModuleFunction } from './assembler/module.ts';
import { SharedArena } from '../memory/shared-arena.ts';
import type { WasmFunction } from './compile.ts';
import { WasmHeap, tfjsAllocator } from './heap.ts';
import type { Allocator } from './heap.ts';
import { Instances } from './instances.ts';

/** Kernels of some large models, at some sizes of the batch. */
const keptKernels = 4096;

export class Device {
  readonly arena: SharedArena<number>;
  readonly instances: Instances;
  /** Kernels that are called alone, by their signatures. */
  readonly alone = new Recent<readonly WasmFunction[]>(keptKernels);
  /** The functions of kernels, by their signatures. */
  readonly functions = new Recent<readonly ModuleFunction[]>(keptKernels);
  readonly #allocator: Allocator;

  constructor(allocator: Allocator) {
    this.#allocator = allocator;
    this.arena = new SharedArena(this.account());
    this.instances = new Instances(allocator.memory);
  }

  /** The device of a backend. */
  static of(tfjs: BackendWasm): Device {
    const device = devices.get(tfjs) ?? new Device(tfjsAllocator(tfjs));
    devices.set(tfjs, device);
    return device;
  }

  /** Its heap, with a count of its own of what is held. */
  account(): WasmHeap {
    return new WasmHeap(this.#allocator);
  }
}

const devices = new WeakMap<BackendWasm, Device>();
