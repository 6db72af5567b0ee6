/** What the emitter is given: the model, its three planned graphs, and what the header of the file says. */
import type { Model } from './model.ts';
import type { Plan } from './plan.ts';

/**
 * A compiled model, ready to be written out.
 *
 * Host numbers: a node with an `f64` output stands among the steps where it is needed first; it belongs to `numbers`
 * (training) or to `figures` (what follows `batch_total` in evaluation), never to a kernel. Constants are literals.
 */
export interface Program {
  readonly model: Model;
  /** Sections forward → backward → [accumulate] → update, in this order; kept values cross from one to the next. */
  readonly training: Plan;
  /** Outputs of role `metric`, host numbers over `batch_total`s. */
  readonly evaluation: Plan;
  /** Outputs of role `predict`. */
  readonly inference: Plan;
  readonly header: Header;
}

export interface Header {
  /** The spec's name as shown, relative: `digits.nn`. */
  readonly file: string;
  /** FNV-1a-64 of its text, in hexadecimal. */
  readonly hash: string;
  /** The compiler's version: `0.1.0`. */
  readonly compiler: string;
  /** The hypers that `--set` has overridden. */
  readonly settings: Readonly<Record<string, number>>;
}
