/** NN6xxx: the command line. */
import type { Entry } from './entry.ts';

export const commands = {
  NN6001: {
    severity: 'error',
    title: 'unknown command',
    explanation: '`nnc --help` lists the commands.',
    wrong: 'nnc biuld model.nn',
    mended: 'nnc build model.nn',
    messages: {},
  },
  NN6002: {
    severity: 'error',
    title: 'unknown option',
    explanation: '`nnc COMMAND --help` lists the options of a command.',
    wrong: 'nnc build --outdir gen model.nn',
    mended: 'nnc build --out-dir gen model.nn',
    messages: {},
  },
  NN6003: {
    severity: 'error',
    title: 'a setting of an unknown hyper',
    explanation: '`--set name=value` gives a value to a `hyper` at the top level of the spec.',
    wrong: 'nnc build --set widht=64 model.nn',
    mended: 'nnc build --set width=64 model.nn',
    messages: {},
  },
  NN6004: {
    severity: 'error',
    title: 'a setting that cannot be read',
    explanation:
      '`--set` takes name=value with a number; true and false count as 1 and 0. It is written once for each hyper.',
    wrong: 'nnc build --set width model.nn',
    mended: 'nnc build --set width=64 model.nn',
    messages: {},
  },
  NN6005: {
    severity: 'error',
    title: 'an argument that is missing or left over',
    explanation: '`nnc COMMAND --help` shows how a command is written.',
    wrong: 'nnc train',
    mended: 'nnc train model.nn',
    messages: {},
  },
  NN6006: {
    severity: 'error',
    title: 'no spec matches',
    explanation:
      'A pattern such as `specs/*.nn` names no file. Without a pattern, `build` and `check` take every .nn file below the working folder.',
    wrong: 'nnc build spec/*.nn',
    mended: 'nnc build specs/*.nn',
    messages: {},
  },
  NN6007: {
    severity: 'error',
    title: 'a file that cannot be read',
    explanation: 'The file is not there, may not be read, or is no file: folders, devices and pipes are not read.',
    wrong: 'nnc train modle.nn',
    mended: 'nnc train model.nn',
    messages: {},
  },
  NN6008: {
    severity: 'error',
    title: 'a file that cannot be written',
    explanation:
      'The folder may not be written to, the disk is full, or something else than a file lies there. Nothing was changed: files are written beside and renamed. A training asks before it begins; where the disk fills up later, its result is kept in the folder for temporary files, which the message names.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN6009: {
    severity: 'error',
    title: 'an option with a value that it does not take',
    explanation: '`nnc COMMAND --help` shows what an option takes.',
    wrong: 'nnc train --backend gpu model.nn',
    mended: 'nnc train --backend wasm model.nn',
    messages: {},
  },
  NN6010: {
    severity: 'error',
    title: 'nothing of that name to explain',
    explanation:
      '`nnc explain` knows the definitions of the standard library, the operations on tensors, and the codes of diagnostics.',
    wrong: 'nnc explain dnse',
    mended: 'nnc explain dense',
    messages: {},
  },
  NN6011: {
    severity: 'error',
    title: 'an unknown stage of the compiler',
    explanation: '`nnc ir --after PASS` prints the program as it is after a pass.',
    wrong: 'nnc ir --after fues model.nn',
    mended: 'nnc ir --after fuse model.nn',
    messages: {},
  },
  NN6012: {
    severity: 'error',
    title: 'a file of definitions where a model is needed',
    explanation: 'A file of `def`s alone is checked and builds nothing; it cannot be trained.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN6013: {
    severity: 'error',
    title: 'two specs would write one file',
    explanation: "With `--out-dir` the specs' names must differ, since each writes NAME.nn.ts there.",
    wrong: 'nnc build --out-dir gen a/model.nn b/model.nn',
    mended: 'nnc build a/model.nn b/model.nn',
    messages: {},
  },
  NN6014: {
    severity: 'error',
    title: 'a configuration that cannot be read',
    explanation:
      '`nnc.config.ts` in the folder, or `nnc` in its package.json, may set `specs`, `outDir` and `backend`; the command line comes first.',
    wrong: "export default defineConfig({ outdir: 'generated' })",
    mended: "export default defineConfig({ outDir: 'generated' })",
    messages: {},
  },
} as const satisfies Record<string, Entry>;
