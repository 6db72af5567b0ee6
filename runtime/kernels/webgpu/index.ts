/** Our own kernels on WebGPU. */
import type { Counters, Eager, Recorded } from '../device.ts';
import type { Ends } from '../ends.ts';
import { MemoryKernels } from '../memory/kernels.ts';
import { SharedArena } from '../memory/shared-arena.ts';
import type { Program } from '../program.ts';
import { GpuEager } from './eager.ts';
import type { Gpu } from './gpu.ts';
import { GpuHeap } from './heap.ts';
import { GpuRecorded } from './recorded.ts';
import type { GpuOwner } from './recorded.ts';

/** Those of each device, which all kernels on it share. */
const arenas = new WeakMap<Gpu, SharedArena<number>>();

export class GpuKernels extends MemoryKernels<number> implements GpuOwner {
  readonly backend = 'webgpu';
  readonly kernelSet = 'wgsl';
  readonly gpu: Gpu;
  readonly heap: GpuHeap;
  readonly arena: SharedArena<number>;

  constructor(gpu: Gpu, arrange?: (program: Program) => Program) {
    super(arrange);
    this.gpu = gpu;
    this.heap = new GpuHeap(gpu);
    this.arena = arenas.get(gpu) ?? new SharedArena(new GpuHeap(gpu));
    arenas.set(gpu, this.arena);
  }

  get memoryLimit(): number {
    return this.gpu.limit;
  }

  counters(): Counters {
    // Who has no program has no part in the arena.
    const arena = this.programs.size === 0 ? 0 : this.arena.bytes;
    return {
      bytes: this.heap.bytes + arena,
      allocations: this.heap.allocations + (arena === 0 ? 0 : 1),
      arena,
      dataIds: 0,
      wasmMemory: 0,
    };
  }

  protected eagerly(ends: Ends | undefined, onDispose: () => void): Eager {
    return new GpuEager(this, this.gpu, ends, onDispose);
  }

  protected recorded(program: Program, onDispose: () => void): Promise<Recorded> {
    return GpuRecorded.create(this, program, onDispose);
  }
}

export { openGpu } from './gpu.ts';
