/** A graph in the order in which it runs, with the stores that replace what a model remembers. */
import type { Graph, GraphInput, Node, Section, Value } from './types.ts';

/** The new value of a parameter, slot, state or accumulator. */
export interface Store {
  readonly section: Section;
  readonly target: GraphInput;
  readonly value: Value;
}

export interface Plan extends Graph {
  /** The nodes, and the stores between them. */
  readonly steps: readonly (Node | Store)[];
}

export const isStore = (step: Node | Store): step is Store => 'target' in step;
