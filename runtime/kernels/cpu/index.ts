/** Our own kernels in plain JavaScript: no tfjs, and no code made at run time. */
import type { Counters, Eager, Recorded } from '../device.ts';
import type { Ends } from '../ends.ts';
import { MemoryKernels } from '../memory/kernels.ts';
import { SharedArena } from '../memory/shared-arena.ts';
import type { Program } from '../program.ts';
import { CpuEager } from './eager.ts';
import { CpuHeap } from './heap.ts';
import type { Base } from './memory.ts';
import { CpuRecorded } from './recorded.ts';
import type { CpuOwner } from './recorded.ts';

/** What all kernels in plain JavaScript share. */
const arena = new SharedArena<Base>(new CpuHeap());

export class CpuKernels extends MemoryKernels<Base> implements CpuOwner {
  readonly backend = 'cpu';
  readonly kernelSet = 'plain';
  /** The engine says nothing of how much there is. */
  readonly memoryLimit = Infinity;
  readonly heap = new CpuHeap();
  readonly arena = arena;

  counters(): Counters {
    // Who has no program has no part in the arena.
    const shared = this.programs.size === 0 ? 0 : this.arena.bytes;
    return {
      bytes: this.heap.bytes + shared,
      allocations: this.heap.allocations + (shared === 0 ? 0 : 1),
      arena: shared,
      dataIds: 0,
      wasmMemory: 0,
    };
  }

  protected eagerly(ends: Ends | undefined, onDispose: () => void): Eager {
    return new CpuEager(this, ends, onDispose);
  }

  protected async recorded(program: Program, onDispose: () => void): Promise<Recorded> {
    return new CpuRecorded(this, program, onDispose);
  }
}
