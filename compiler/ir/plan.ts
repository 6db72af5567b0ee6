/** A graph with its lifetimes: what each step overwrites, and what ends after it. */
import type { GraphInput, GraphOutput, Node, Value } from './types.ts';

export interface Step {
  readonly node: Node;
  /** For each output: the value whose memory it takes over (an input at its last use, or a parameter's old value). */
  readonly into: readonly (Value | undefined)[];
  /** Values whose last use this is. */
  readonly frees: readonly Value[];
}

export interface Plan {
  readonly inputs: readonly GraphInput[];
  readonly steps: readonly Step[];
  readonly outputs: readonly GraphOutput[];
}
