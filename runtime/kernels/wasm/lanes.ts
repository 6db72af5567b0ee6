/** Loads and stores of one to four floats as a vector. */
import { v128 } from './assembler/instructions.ts';
import type { Code, I32, V128 } from './assembler/instructions.ts';

/** The first `count` lanes from memory, zeros above. Reads nothing beyond. */
export function loadLanes(address: I32, count: number, offset = 0): V128 {
  switch (count) {
    case 1:
      return v128.load32(address, offset);
    case 2:
      return v128.load64(address, offset);
    case 3:
      return v128.load32Lane(address, v128.load64(address, offset), 2, offset + 8);
    default:
      return v128.load(address, offset);
  }
}

/** Writes the first `count` lanes. The value is used up to twice: a variable. */
export function storeLanes(address: I32, value: V128, count: number, offset = 0): Code {
  switch (count) {
    case 1:
      return v128.store32Lane(address, value, 0, offset);
    case 2:
      return v128.store64Lane(address, value, 0, offset);
    case 3:
      return [...v128.store64Lane(address, value, 0, offset), ...v128.store32Lane(address, value, 2, offset + 8)];
    default:
      return v128.store(address, value, offset);
  }
}
