/** What is said at the other places that a mistake has to do with: where a name was made, where the first one is. */
import { formatBytes, formatShape } from '../words.ts';
import type { Shape } from './entry.ts';

export const note = {
  first: 'the first is here',
  range: 'its range',
  declared: 'declared here',
  probabilities: 'probabilities are made here',
  block: 'the block is here',
  appliedFirst: (name: string) => `\`${name}\` is applied here for the first time`,
  imported: 'it is imported here',
  defined: (file: string) => `the one of ${file}`,
  madeFirst: 'it is made here',
  loaded: (file: string) => `it is loaded from "${file}" here`,
  adapted: 'it is adapted here',
  namedToo: 'it is named here too',
  reused: 'it is reused here',
  numbers: (count: number) => `${count} of them`,
  made: (name: string) => `\`${name}\` is made here`,
  shape: (shape: Shape) => `this value has shape ${formatShape(shape)}`,
  classes: (count: number) => `this value has type class[${count}]`,
  /** Of one line: parameters by path, and what it computes, which has none. */
  memory: (parts: readonly { readonly path: string; readonly bytes: number }[]) =>
    parts
      .slice(0, 2)
      .map(({ path, bytes }) =>
        path === '' ? `${formatBytes(bytes)} of values` : `\`${path}\` and its slots: ${formatBytes(bytes)}`,
      )
      .join(', '),
  use: (what: string) => `in this \`${what}\``,
} as const;
