/** The names of fused kernels: after what they are part of, and what they make. */
import type { Node } from '../../ir/types.ts';

/** What a kernel makes, as its body calls it. */
export interface Result {
  readonly word: string;
  /** Whether somebody has called it so. */
  readonly isSaid: boolean;
  /** Whether it is called after what it is made for. */
  readonly isMadeFor: boolean;
  /** Whether the kernel is given what it replaces: a state, a slot. */
  readonly replaces: boolean;
  readonly isCotangent: boolean;
}

/** What kernels call the result of another layer. */
export const OTHERS = 'other';

const MEAN = /^mean_/;

/** `cost_of_xent`, `d_x_of_relu` in the backward pass; `dropout` for the result of the definition itself. */
export function kernelName({ inputs, origin: { what }, section }: Node, results: readonly Result[]): string {
  if (inputs.length === 0) return 'number';
  const own = results.filter(({ word, replaces }) => !replaces && word !== OTHERS);
  const said = own.filter(({ isSaid }) => isSaid).toReversed();
  const [main] = [
    // Where a loss is computed with its gradient, the loss comes first.
    ...said.filter(({ isCotangent }) => isCotangent === (section === 'backward')),
    ...said,
    ...own.filter(({ isMadeFor }) => isMadeFor),
    ...(own.length === 1 ? own : []),
  ];
  if (main === undefined) return what;
  // A kernel that divides a sum is called for each sum.
  const word = !main.isSaid && MEAN.test(main.word) ? 'mean' : main.word;
  return word === what || word.startsWith(`${what}_`) ? word : `${word}_of_${what}`;
}
