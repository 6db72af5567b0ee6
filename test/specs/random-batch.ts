/** Batches that look random and are the same everywhere: numbers in a port's range, classes of which some are left out. */
import type { Model, Port } from '../../compiler/ir/model.ts';
import { stream } from '../../runtime/random/stream.ts';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';

/** One tensor for each port, with so many rows. */
export function randomBatch(model: Model, rows: number, seed: number): Map<string, SavedTensor> {
  return new Map(model.ports.map((port) => [port.name, tensor(port, rows, seed)]));
}

function tensor({ name, shape, dtype, classes, range, below }: Port, rows: number, seed: number): SavedTensor {
  const { uniform } = stream(seed, name);
  const full = [rows, ...shape];
  const size = full.reduce((product, length) => product * length, 1);
  // Ids without a range lie in the table that they are rows of.
  const [low, high] = range ?? (typeof below === 'number' ? [0, below - 1] : [-1.5, 1.5]);
  const draw = (i: number): number => uniform(0, i);
  if (dtype === 'f32')
    return { shape: full, data: Float32Array.from({ length: size }, (_, i) => low + (high - low) * draw(i)) };
  const [least, count] = classes === undefined ? [low, high - low + 1] : [0, classes];
  const whole = (i: number): number => {
    // One class in nine is left out, but never all.
    if (classes !== undefined && i % 9 === 4) return -1;
    return least + Math.floor(draw(i) * count);
  };
  return { shape: full, data: Int32Array.from({ length: size }, (_, i) => whole(i)) };
}
