/** What the compiler hands to a target: a model, its planned graphs, and where they come from. */
import type { Model } from './model.ts';
import type { Plan } from './plan.ts';
import type { Graph } from './types.ts';

export interface Program {
  readonly model: Model;
  /** Sections forward, backward, [accumulate] and update in this order. */
  readonly training: Plan;
  readonly evaluation: Plan;
  readonly inference: Plan;
  /** What these call, but for the updates of parameters; those that others call before them. */
  readonly functions: ReadonlyMap<Graph, Plan>;
  /** The spec's file name without folders, its text, and the SHA-256 of that in hexadecimal. */
  readonly source: { readonly file: string; readonly text: string; readonly hash: string };
  /** The compiler's version. */
  readonly compiler: string;
}
