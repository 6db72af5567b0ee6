/** Our own kernels on wasm, in tfjs's heap. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Counters, Eager, Recorded } from '../device.ts';
import type { Ends } from '../ends.ts';
import { MemoryKernels } from '../memory/kernels.ts';
import type { Program } from '../program.ts';
import { Device } from './device.ts';
import { WasmEager } from './eager.ts';
import { heapLimit } from './heap.ts';
import type { WasmHeap } from './heap.ts';
import { WasmRecorded } from './recorded.ts';
import type { WasmOwner } from './recorded.ts';

const one = [0];
const oneAlone = (): readonly number[] => one;

export class WasmKernels extends MemoryKernels<number> implements WasmOwner {
  readonly backend = 'wasm';
  readonly kernelSet: 'simd' | 'relaxed';
  readonly device: Device;
  readonly heap: WasmHeap;
  readonly relaxed: boolean;
  readonly order: () => readonly number[];
  readonly memoryLimit = heapLimit;
  readonly #tfjs: BackendWasm;

  constructor(
    tfjs: BackendWasm,
    kernelSet: 'simd' | 'relaxed',
    arrange?: (program: Program) => Program,
    order = oneAlone,
  ) {
    super(arrange);
    this.#tfjs = tfjs;
    this.order = order;
    this.kernelSet = kernelSet;
    this.relaxed = kernelSet === 'relaxed';
    this.device = Device.of(tfjs);
    this.heap = this.device.account();
  }

  counters(): Counters {
    // Who has no program has no part in the arena.
    const arena = this.programs.size === 0 ? 0 : this.device.arena.bytes;
    return {
      bytes: this.heap.bytes + arena,
      allocations: this.heap.allocations + (arena === 0 ? 0 : 1),
      arena,
      dataIds: this.#tfjs.numDataIds(),
      wasmMemory: this.heap.memory.buffer.byteLength,
    };
  }

  protected eagerly(ends: Ends | undefined, onDispose: () => void): Eager {
    return new WasmEager(this, ends, onDispose);
  }

  protected recorded(program: Program, onDispose: () => void): Promise<Recorded> {
    return WasmRecorded.create(this, program, onDispose);
  }
}

export { hasRelaxedSimd } from './relaxed.ts';
