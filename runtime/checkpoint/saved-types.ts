/** What the JSON of saved files holds; `schema/` says the same to ajv. */
import type { FittedPrep } from '../data/prep.ts';

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

export interface RunState {
  readonly format: 1;
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
}
