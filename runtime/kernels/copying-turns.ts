/** The turns of a scan, line by line, on a device that writes nothing into a value: what is stacked is joined at the end. */
import { View, made } from './buffer.ts';
import type { KernelCall } from './instruction.ts';
import type { DType, Shape } from './k.ts';
import type { Made } from './made.ts';
import type { Stack, Turns } from './scan.ts';

type Execute = (call: KernelCall) => void;

export const copyingTurns = (execute: Execute, results: Made): Turns => ({
  position: (x, at) => {
    const [, ...rest] = x.shape;
    const out = made(rest, x.dtype);
    execute(sliceAt(x, at, out));
    return out;
  },
  stack: (steps, shape, dtype) => stack(execute, steps, shape, dtype),
  mark: () => results.count,
  since: (mark) => results.since(mark),
  end: results.end,
  keep: (values, since) => results.keep(values, since),
});

/** A position of x along its first axis. */
export const sliceAt = (x: View, position: number, at: View): KernelCall => ({
  kind: 'slice',
  x,
  begin: x.shape.map((_, axis) => (axis === 0 ? position : 0)),
  out: new View(at.buffer, [1, ...at.shape]),
});

function stack(execute: Execute, steps: number, shape: Shape, dtype: DType): Stack {
  const parts = new Map<number, View>();
  return {
    put: (each, at) => {
      const part = made([1, ...shape], dtype);
      execute({ kind: 'broadcast', x: new View(each.buffer, part.shape), out: part });
      parts.set(at, part);
    },
    get held() {
      return [...parts.values()];
    },
    finish: () => {
      const xs = Array.from({ length: steps }, (_, at) => parts.get(at)).filter((part) => part !== undefined);
      const out = made([steps, ...shape], dtype);
      execute({ kind: 'concat', xs, axis: 0, out });
      return out;
    },
  };
}
