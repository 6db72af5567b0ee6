/** NN5xxx: what is found when a model runs. */
import type { Entry } from './entry.ts';

export const running = {
  NN5001: {
    severity: 'error',
    title: 'a value of the data that cannot be used',
    explanation:
      'The message names the row and the column. Numbers must be finite and lie in the range of their input.',
    wrong: undefined,
    mended: undefined,
  },
  NN5002: {
    severity: 'error',
    title: 'weights that do not fit the model',
    explanation: 'Each parameter needs a tensor of its path and its shape; the message lists every difference.',
    wrong: undefined,
    mended: undefined,
  },
  NN5003: {
    severity: 'error',
    title: 'no checkpoint',
    explanation:
      '`nnc eval` and `nnc predict` read `runs/<model>/` of the current folder. Train first, or give `--weights`.',
    wrong: undefined,
    mended: undefined,
  },
} as const satisfies Record<string, Entry>;
