/** A scan as the calls of `k` that it stands for: what its turns must agree with, bit by bit. */
import type { K, ScanOptions, Value } from '../../runtime/kernels/k.ts';

type Scan = (
  options: ScanOptions<readonly Value[], readonly Value[]>,
  turn: (
    at: readonly Value[],
    carried: readonly Value[],
  ) => { readonly next: readonly Value[]; readonly stack: readonly Value[] },
) => { readonly last: readonly Value[]; readonly stacked: readonly Value[] };

/** At least one step: who unrolls nothing knows no shape. */
export const unrolled =
  (k: K): Scan =>
  ({ steps, over, with: first, reverse = false }, turn) => {
    const order = Array.from({ length: steps }, (_, i) => (reverse ? steps - 1 - i : i));
    let carried: readonly Value[] = first.map((value) => k.broadcast(value, value.shape));
    const stacks: Value[][] = [];
    for (const position of order) {
      const at = over.map((x) => {
        const [, ...rest] = x.shape;
        return k.reshape(k.slice(x, [position, ...rest.map(() => 0)], [1, ...rest]), rest);
      });
      const { next, stack } = turn(at, carried);
      carried = next;
      stack.forEach((value, i) => {
        (stacks[i] ??= [])[position] = k.reshape(value, [1, ...value.shape]);
      });
    }
    // Copies: a parameter that is carried on may be replaced later.
    return {
      last: carried.map((value) => k.broadcast(value, value.shape)),
      stacked: stacks.map((parts) => k.concat(parts, 0)),
    };
  };

/** What programs are written in that are run both ways. */
export type Scanner = Scan;

export const scanned =
  (k: K): Scan =>
  (options, turn) =>
    k.scan(options, turn);
