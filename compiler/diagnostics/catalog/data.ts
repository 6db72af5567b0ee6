/** NN4xxx: data and files. */
import type { Entry } from './entry.ts';

export const data = {
  NN4001: {
    severity: 'warning',
    title: 'a file that is not there yet',
    explanation:
      'The spec names a file that is not there. `build` and `check` go on; `train` needs it. Paths are relative to the spec.',
    wrong: undefined,
    mended: undefined,
  },
  NN4002: {
    severity: 'error',
    title: 'a column that the file does not have',
    explanation:
      '`data csv "f.csv" target=c` and `name=columns` name columns of the first line of the file; `*` stands for any characters.',
    wrong: undefined,
    mended: undefined,
  },
  NN4003: {
    severity: 'error',
    title: 'columns that do not fill an input',
    explanation: 'The number of columns must be the number of elements of one example.',
    wrong: undefined,
    mended: undefined,
  },
  NN4004: {
    severity: 'error',
    title: 'rows of the wrong length',
    explanation: 'Each row of `data inline` is the inputs, then the targets.',
    wrong: 'input x: f32[2]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\ndata inline [[0, 0, 1], [1, 0]]',
    mended: 'input x: f32[2]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\ndata inline [[0, 0, 1], [1, 0, 0]]',
  },
  NN4005: {
    severity: 'error',
    title: 'an input without columns',
    explanation: 'No column serves this input: there is none of its name, and more than one input is left.',
    wrong: undefined,
    mended: undefined,
  },
  NN4006: {
    severity: 'error',
    title: 'a file that cannot be read as a spec',
    explanation: 'A spec is UTF-8 text, at most 1 MB long.',
    wrong: undefined,
    mended: undefined,
  },
} as const satisfies Record<string, Entry>;
