/** NN6xxx: the command line. */
import type { Entry } from './entry.ts';

export const commands = {
  NN6001: {
    severity: 'error',
    title: 'unknown command',
    explanation: '`nnc --help` lists the commands.',
    wrong: 'nnc biuld model.nn',
    mended: 'nnc build model.nn',
  },
  NN6002: {
    severity: 'error',
    title: 'unknown option',
    explanation: '`nnc COMMAND --help` lists the options of a command.',
    wrong: 'nnc build --outdir gen model.nn',
    mended: 'nnc build --out-dir gen model.nn',
  },
  NN6003: {
    severity: 'error',
    title: 'a setting of an unknown hyper',
    explanation: '`--set name=value` gives a value to a `hyper` of the spec.',
    wrong: 'nnc build --set widht=64 model.nn',
    mended: 'nnc build --set width=64 model.nn',
  },
} as const satisfies Record<string, Entry>;
