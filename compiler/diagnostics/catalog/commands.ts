/** NN6xxx: the command line. */
import { didYouMean } from '../words.ts';
import type { Entry, Names, Near } from './entry.ts';

/** Commands and options are shown as they are typed. */
const meant = (near: Names): string | undefined => (near.length === 0 ? undefined : `did you mean ${near.join(', ')}?`);

/** What an option takes, behind the words of the parser of command lines for one that it refuses. */
/** Parameters whose gradient is wrong, and what is said of the first of them along a random direction. */
export interface Misled {
  readonly parameters: Names;
  readonly derivative: number;
  readonly difference: number;
}

const parametersOf = ({ parameters }: Misled): string => {
  const [first = '', second, ...more] = parameters;
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} more parameters`;
};

const directional = ({ derivative, difference }: Misled): string =>
  `along a random direction the gradient says ${derivative.toPrecision(6)}, and the loss ${difference.toPrecision(6)}`;

export const takes = {
  wholeNumber: ({ least, most }: { least: number; most: number | undefined }) =>
    `It must be a whole number${most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`}.`,
  seconds: 'It must be a number of seconds, such as 30 or 0.5.',
  file: 'Write its format in front, for example csv:data/rows.csv, jsonl:data/rows.jsonl, npz:data/arrays.npz or idx:data/train.',
  folder: 'It must be the name of one folder, without / and not beginning with a dot.',
} as const;

export const commands = {
  NN6001: {
    severity: 'error',
    title: 'unknown command',
    explanation: '`nnc --help` lists the commands.',
    wrong: 'nnc biuld model.nn',
    mended: 'nnc build model.nn',
    messages: {
      // `said` is the sentence of the parser of command lines, here as below.
      command: ({ said, near }: { said: string; near: Names }) => ({
        message: said,
        help: meant(near) ?? 'nnc --help lists the commands',
      }),
    },
  },
  NN6002: {
    severity: 'error',
    title: 'unknown option',
    explanation: '`nnc COMMAND --help` lists the options of a command.',
    wrong: 'nnc build --outdir gen model.nn',
    mended: 'nnc build --out-dir gen model.nn',
    messages: {
      option: ({ said, near }: { said: string; near: Names }) => ({
        message: said,
        help: meant(near) ?? 'nnc COMMAND --help lists the options',
      }),
    },
  },
  NN6003: {
    severity: 'error',
    title: 'a setting of an unknown hyper',
    explanation: '`--set name=value` gives a value to a `hyper` at the top level of the spec.',
    wrong: 'nnc build --set widht=64 model.nn',
    mended: 'nnc build --set width=64 model.nn',
    messages: {
      hyper: ({ file, name, near, hypers }: { file: string; name: string; near: Near; hypers: Names }) => ({
        message: `${file} has no hyper ${name}`,
        help: didYouMean(near) ?? (hypers.length === 0 ? 'it has none' : `its hypers are ${hypers.join(', ')}`),
      }),
    },
  },
  NN6004: {
    severity: 'error',
    title: 'a setting that cannot be read',
    explanation:
      '`--set` takes name=value with a number; true and false count as 1 and 0. It is written once for each hyper.',
    wrong: 'nnc build --set width model.nn',
    mended: 'nnc build --set width=64 model.nn',
    messages: {
      form: ({ written }: { written: string }) => ({
        message: `--set ${written} is not of the form name=value`,
        help: 'for example --set width=64',
      }),
      twice: ({ name }: { name: string }) => ({ message: `--set gives ${name} twice` }),
      number: ({ name, written }: { name: string; written: string }) => ({
        message: `--set ${name}=${written}: ${written} is not a number`,
        help: 'write 64, 0.5, 1e-3 or 1/16',
      }),
    },
  },
  NN6005: {
    severity: 'error',
    title: 'an argument that is missing or left over',
    explanation: '`nnc COMMAND --help` shows how a command is written.',
    wrong: 'nnc train',
    mended: 'nnc train model.nn',
    messages: {
      argument: ({ said }: { said: string }) => ({
        message: said,
        help: 'nnc COMMAND --help shows how it is written',
      }),
      words: () => ({ message: 'explain takes a name, perhaps after its sort: nnc explain layer dense' }),
    },
  },
  NN6006: {
    severity: 'error',
    title: 'no spec matches',
    explanation:
      'A pattern such as `specs/*.nn` names no file. Without a pattern, `build` and `check` take every .nn file below the working folder.',
    wrong: 'nnc build spec/*.nn',
    mended: 'nnc build specs/*.nn',
    messages: {
      pattern: ({ pattern }: { pattern: string }) => ({ message: `no spec matches ${pattern}` }),
      none: ({ pattern }: { pattern: string }) => ({
        message: `no spec matches ${pattern}`,
        help: 'name a spec: nnc build model.nn',
      }),
    },
  },
  NN6007: {
    severity: 'error',
    title: 'a file that cannot be read',
    explanation: 'The file is not there, may not be read, or is no file: folders, devices and pipes are not read.',
    wrong: 'nnc train modle.nn',
    mended: 'nnc train model.nn',
    messages: {
      folder: ({ file }: { file: string }) => ({
        message: `${file} is a folder`,
        help: `name its specs: ${file}/*.nn`,
      }),
      unreadable: ({ file, reason }: { file: string; reason: string }) => ({
        message: `cannot read ${file}: ${reason}`,
      }),
    },
  },
  NN6008: {
    severity: 'error',
    title: 'a file that cannot be written',
    explanation:
      'The folder may not be written to, the disk is full, or something else than a file lies there. Nothing was changed: files are written beside and renamed. A training asks before it begins; where the disk fills up later, its result is kept in the folder for temporary files, which the message names.',
    wrong: undefined,
    mended: undefined,
    messages: {
      file: ({ file, reason }: { file: string; reason: string }) => ({ message: `cannot write ${file}: ${reason}` }),
    },
  },
  NN6009: {
    severity: 'error',
    title: 'an option with a value that it does not take',
    explanation: '`nnc COMMAND --help` shows what an option takes.',
    wrong: 'nnc train --backend gpu model.nn',
    mended: 'nnc train --backend wasm model.nn',
    messages: {
      option: ({ said, near }: { said: string; near: Names }) => ({ message: said, help: meant(near) }),
      several: ({ specs }: { specs: number }) => ({ message: `--stdout prints one spec, and ${specs} are named` }),
    },
  },
  NN6010: {
    severity: 'error',
    title: 'nothing of that name to explain',
    explanation:
      '`nnc explain` knows the words of the language, the definitions of the standard library, the operations on tensors, ' +
      'and the codes of diagnostics; of a file that it is given, the definitions in it.',
    wrong: 'nnc explain dnse',
    mended: 'nnc explain dense',
    messages: {
      code: ({ name, near }: { name: string; near: Near }) => ({
        message: `no diagnostic has the code ${name}`,
        help: didYouMean(near),
      }),
      sort: ({ sort, name, sorts }: { sort: string; name: string; sorts: Names }) => ({
        message: `no ${sort} is called ${name}`,
        help: `${name} is of the sort ${sorts.join(', ')}`,
      }),
      name: ({ written, near }: { written: string; near: Near }) => ({
        message: `nothing is called ${written}`,
        help: didYouMean(near),
      }),
      inFile: ({ file, name, near, names }: { file: string; name: string; near: Near; names: Names }) => ({
        message: `${file} defines nothing called ${name}`,
        help: didYouMean(near) ?? `it defines ${names.join(', ')}`,
      }),
      undefined: ({ file }: { file: string }) => ({
        message: `${file} defines nothing`,
        help: `nnc summary ${file} shows the layers of a model; nnc explain dense one of the library`,
      }),
    },
  },
  NN6011: {
    severity: 'error',
    title: 'an unknown stage of the compiler',
    explanation: '`nnc ir --after PASS` prints the program as it is after a pass.',
    wrong: 'nnc ir --after fues model.nn',
    mended: 'nnc ir --after fuse model.nn',
    messages: {
      pass: ({ name, near, passes }: { name: string; near: Near; passes: Names }) => ({
        message: `the compiler has no pass ${name}`,
        help: didYouMean(near) ?? `the passes are ${passes.join(', ')}`,
      }),
      graph: ({ graph, pass }: { graph: string; pass: string }) => ({
        message: `the ${graph} graph does not go through ${pass}`,
        help: 'the training graph goes through all',
      }),
    },
  },
  NN6012: {
    severity: 'error',
    title: 'a file of definitions where a model is needed',
    explanation: 'A file of `def`s alone is checked and builds nothing; it cannot be trained.',
    wrong: undefined,
    mended: undefined,
    messages: {
      definitions: ({ file }: { file: string }) => ({
        message: `${file} holds definitions, and no model`,
        help: 'a model has an input, a loss and an optimizer',
      }),
    },
  },
  NN6013: {
    severity: 'error',
    title: 'two specs would write one file',
    explanation: "With `--out-dir` the specs' names must differ, since each writes NAME.nn.ts there.",
    wrong: 'nnc build --out-dir gen a/model.nn b/model.nn',
    mended: 'nnc build a/model.nn b/model.nn',
    messages: {
      file: ({ specs, file }: { specs: readonly [string, string]; file: string }) => ({
        message: `${specs.join(' and ')} would both write ${file}`,
        help: 'build them into two folders',
      }),
    },
  },
  NN6014: {
    severity: 'error',
    title: 'a configuration that cannot be read',
    explanation:
      '`nnc.config.ts` in the folder, or `nnc` in its package.json, may set `specs`, `outDir` and `backend`; the command line comes first.',
    wrong: "export default defineConfig({ outdir: 'generated' })",
    mended: "export default defineConfig({ outDir: 'generated' })",
    messages: {
      unreadable: ({ reason }: { reason: string }) => ({ message: `the configuration cannot be read: ${reason}` }),
      silent: ({ seconds }: { seconds: number }) => ({
        message: `the configuration cannot be read: it has given nothing for ${seconds} seconds`,
      }),
      // `reason` is that of the validator: `must be string`.
      form: ({ file, at, reason }: { file: string; at: string; reason: string | undefined }) => ({
        message: `${file} is no configuration${at === '' ? '' : ` at ${at}`}: it ${reason ?? 'has the wrong form'}`,
      }),
      setting: ({ file, name, near, settings }: { file: string; name: string; near: Near; settings: Names }) => ({
        message: `${file} sets \`${name}\`, which is no setting`,
        help: didYouMean(near) ?? `the settings are ${settings.join(', ')}`,
      }),
    },
  },
  NN6015: {
    severity: 'warning',
    title: 'a gradient that is stopped',
    explanation:
      '`nnc check --grad` compares each gradient with finite differences of the loss. `stop_gradient(x)` passes x on, and ' +
      'nothing back: the loss depends on what is in x, and the gradient of the loss does not say so. That may be meant ' +
      '(a target network, a straight-through estimate); where it is not, the model learns something else than it says.',
    wrong: 'h = stop_gradient(tanh(it))\nlayer dense 1 from h',
    mended: 'h = tanh(it)\nlayer dense 1 from h',
    messages: {
      stopped: (facts: Misled) => ({
        message: `the gradient of ${parametersOf(facts)} stops at this \`stop_gradient\``,
        label: directional(facts),
        help: 'if that is not meant, take the `stop_gradient` away',
      }),
    },
  },
  NN6016: {
    severity: 'error',
    title: 'a gradient that is wrong',
    explanation:
      '`nnc check --grad` compares each gradient with finite differences of the loss, and then the derivative of each ' +
      'operation with what it computes. Where they part, the rule of the operation is wrong: that is a fault of nnc, and ' +
      'not of the spec.',
    wrong: undefined,
    mended: undefined,
    messages: {
      operation: ({ op, ...facts }: Misled & { op: string }) => ({
        message: `the derivative of \`${op}\` is wrong, and with it the gradient of ${parametersOf(facts)}`,
        label: directional(facts),
        help: 'this is a fault of nnc: please report it with the spec',
      }),
      parameter: (facts: Misled) => ({
        message: `the gradient of ${parametersOf(facts)} is wrong, though each operation is right by itself`,
        label: directional(facts),
        help: 'this is a fault of nnc: please report it with the spec',
      }),
    },
  },
} as const satisfies Record<string, Entry>;
