/** What a program holds of the heap when it is recorded, without a device. */
import { callsIn } from '../instruction.ts';
import type { Program } from '../program.ts';
import { Addresses } from './addresses.ts';
import { inLines } from '../memory/arena.ts';
import { bytesOf, kernelsOf } from './compile.ts';

export interface Held {
  /** Bytes of the arena: temporaries, and what kernels take for the time of a call. */
  readonly arena: number;
  /** Bytes of its inputs and of its table. */
  readonly beside: number;
}

export function heldBy(program: Program): Held {
  const kernels = kernelsOf(callsIn(program.instructions), false);
  const places = new Addresses(program, bytesOf(kernels, 'partial'), bytesOf(kernels, 'scratch'));
  const inputs = [...program.inputs.values()].map(({ buffer }) => buffer.elements);
  const beside = [places.entries, ...inputs].reduce((sum, elements) => sum + inLines(4 * elements), 0);
  return { arena: places.bytes, beside };
}
