/** One page of the catalogue: what `nnc explain CODE` prints. */
export interface Entry {
  readonly severity: 'error' | 'warning';
  /** A few words, lower case, without the particulars of one case. */
  readonly title: string;
  /** What it means and why it is so, in plain words. */
  readonly explanation: string;
  /** A spec (or a command) that meets it; undefined where none can be written down. */
  readonly wrong: string | undefined;
  /** The same, mended. */
  readonly mended: string | undefined;
}
