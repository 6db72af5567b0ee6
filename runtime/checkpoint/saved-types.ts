/** What the JSON of saved files holds; `schema/` says the same to ajv. */
import type { FittedPrep } from '../data/prep.ts';
import type { PlateauState } from '../train/plateau.ts';

/** A check made by ajv: its errors stand beside it after a failure. */
export interface Check<T> {
  (value: unknown): value is T;
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

export interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Tensors by name, and texts under `__metadata__`. */
export type Header = Readonly<Record<string, HeaderEntry | Readonly<Record<string, string>>>>;

/** Which file holds each tensor of a model that is published in several. */
export interface Shards {
  readonly weight_map: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly format: 1;
  readonly model: string;
  readonly source: {
    readonly file: string;
    readonly hash: string;
    readonly compiler: string;
    readonly settings: Readonly<Record<string, number>>;
    /** The spec as it was trained, if the command line did it. */
    readonly text?: string;
  };
  readonly backend: string;
  readonly kernelSet: string;
  readonly seed: number;
  /** Updates behind the saved weights' run, and the epoch that they are from. */
  readonly t: number;
  readonly epoch: number;
  /** Whether the run came to its end. */
  readonly finished: boolean;
  /** Of that epoch; null stands for what is not a number. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** Which columns served which port. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly prep: readonly FittedPrep[];
}

/** What tells one set of data from another. */
export interface DataDigest {
  readonly rows: number;
  /** Which columns served which port. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** For each port, of its values as they were read: digests of equally many rows each. */
  readonly ports: Readonly<Record<string, readonly string[]>>;
}

export interface RunState {
  readonly format: 2;
  /** The spec's file, and the hash of its text. */
  readonly file: string;
  readonly hash: string;
  readonly settings: Readonly<Record<string, number>>;
  readonly backend: string;
  readonly kernelSet: string;
  readonly seed: number;
  readonly epochs: number;
  readonly t: number;
  readonly microBatches: number;
  readonly epoch: number;
  readonly batch: number;
  readonly lossSum: number;
  readonly rows: number;
  readonly stale: number;
  readonly best?: { readonly epoch: number; readonly value: number };
  /**
   * Of a model with phases or steps: the phase, from 0, and the epochs before it; how far each step is, by its name (the
   * one without a name is the empty one); sums of their losses by their figures.
   */
  readonly phase?: { readonly at: number; readonly before: number };
  readonly steps?: Readonly<Record<string, { readonly t: number; readonly runs: number }>>;
  readonly lossSums?: Readonly<Record<string, number>>;
  /** Of steps whose schedules watch a figure: what they have made of the rate, and what they go by. */
  readonly plateaus?: Readonly<Record<string, PlateauState>>;
  /** Of the evaluation under way; its sums are among the tensors. */
  readonly tally?: { readonly batches: number; readonly rows: number };
  readonly data: DataDigest;
  /** Whether the run came to its end: only more epochs go on from here. */
  readonly finished: boolean;
}
