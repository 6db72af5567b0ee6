/** A kernel made ready: where all it reads and writes lies is known, and a call does the work. */
import type { View } from '../buffer.ts';
import type { Place } from './memory.ts';

export type Kernel = () => void;

/** What kernels are made ready on. */
export interface Machine {
  /** Where the first element of a view lies. */
  place(view: View): Place;
  /** A number of the host, as it is at a call. */
  number(name: string): () => number;
  /** Of random numbers, as they are at a call. */
  readonly draws: { readonly seed: number; readonly counter: number };
}

export const nothing: Kernel = () => {
  // Of no elements.
};
