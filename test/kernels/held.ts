/** What runs line by line hold of wasm's heap. */
import { Buffer } from '../../runtime/kernels/buffer.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { callsIn } from '../../runtime/kernels/instruction.ts';
import { mostAlive } from '../../runtime/kernels/program.ts';
import type { Program } from '../../runtime/kernels/program.ts';
import { bytesOf, kernelsOf } from '../../runtime/kernels/wasm/compile.ts';
import { WasmKernels } from '../../runtime/kernels/wasm/index.ts';

/** Kernels whose heap can be watched. */
export async function openWasm(): Promise<WasmKernels> {
  const opened = await createKernels('wasm', { kernelSet: 'simd' });
  if (!(opened instanceof WasmKernels)) throw new Error('other kernels');
  return opened;
}

const line = 64;

/** The bytes that the heap counts for so many. */
export const rounded = (bytes: number): number => Math.max(line, Math.ceil(bytes / line) * line);

/** The bytes when most is alive at once, each value in memory of its own. */
export const mostHeld = ({ lives }: Pick<Program, 'lives'>): number =>
  4 *
  mostAlive(
    lives.map((life) => ({
      ...life,
      buffer: new Buffer(rounded(4 * life.buffer.elements) / 4, life.buffer.dtype, 'temporary'),
    })),
  );

/** What a kernel of the program may take for the time of its call. */
export function apartOf({ instructions }: Pick<Program, 'instructions'>): number {
  const kernels = kernelsOf(callsIn(instructions), false);
  return rounded(bytesOf(kernels, 'scratch')) + rounded(bytesOf(kernels, 'partial'));
}

/** The most that is held at once while something runs, beyond what is held when it begins. */
export async function peakWhile({ heap }: WasmKernels, run: () => unknown): Promise<number> {
  const before = heap.bytes;
  const reserve = heap.reserve.bind(heap);
  let peak = 0;
  heap.reserve = (bytes) => {
    const address = reserve(bytes);
    peak = Math.max(peak, heap.bytes - before);
    return address;
  };
  try {
    await run();
  } finally {
    heap.reserve = reserve;
  }
  return peak;
}
