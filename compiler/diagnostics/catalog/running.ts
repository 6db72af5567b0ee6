/** NN5xxx: what is found when a model runs. */
import type { Entry } from './entry.ts';

export const running = {
  NN5001: {
    severity: 'error',
    title: 'a batch that does not fit the model',
    explanation:
      'Each input and each target comes by its name, with the batch on the first axis and its own shape behind it. Its numbers are finite, and whole where they are classes or ids.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5002: {
    severity: 'error',
    title: 'an id outside its table',
    explanation:
      'The numbers of an `i32` input that reach a table (`layer embedding 5000 16`) are its rows, and must lie in 0..rows-1; a class lies in 0..K-1, or is -1. The message names the row and the column, or the example of a batch.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5003: {
    severity: 'error',
    title: 'a loss that is not a number',
    explanation:
      'The loss became infinite or undefined. Usually the learning rate is too large, or the data is not scaled; `clip norm 1.0` helps against single large gradients.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5004: {
    severity: 'error',
    title: 'weights that do not fit the model',
    explanation:
      'Every parameter needs a tensor of its path and its shape, and there is no other. The message lists each difference. Perhaps the spec was changed, or `--set` was different, when the weights were saved.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5005: {
    severity: 'error',
    title: 'a saved file that is damaged or of an unknown format',
    explanation:
      'Weights are safetensors: a header in JSON, then the numbers. The file is cut short, or it is something else.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5006: {
    severity: 'error',
    title: 'no saved model',
    explanation:
      '`nnc eval`, `nnc predict` and `nnc train --resume` read `runs/<model>/` in the working folder. Train first, or name a file with `--weights`.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5007: {
    severity: 'error',
    title: 'a backend that cannot be started',
    explanation: 'The message says what kept this one from starting.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5008: {
    severity: 'error',
    title: 'a run of another version of this model',
    explanation:
      'The saved run was made from another model, another seed, other data, or on other kernels; to go on from it would not give the numbers of an uninterrupted run. `--resume` takes another number of `epochs`, and changes that leave the generated file as it is, such as comments. Everything else is a new run.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5009: {
    severity: 'error',
    title: 'a step beyond the end of a run of unknown length',
    explanation: 'The schedule depends on the number of updates of the run. `nnc step --updates T` gives it.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5010: {
    severity: 'error',
    title: 'a figure to monitor that does not exist',
    explanation:
      '`train monitor=…` names a figure of the validation part: `val_loss`, or `val_` and the name of a metric.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5011: {
    severity: 'error',
    title: 'a model or a batch that needs more memory than there is',
    explanation:
      'A step is planned before it runs: every value it makes has its place. The wasm backend holds at most 4 GiB in all. The message names the largest values; most of them grow with the batch, so that a smaller `train batch=` helps, and `accumulate n` keeps an update as large as it was.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5012: {
    severity: 'error',
    title: 'a trainer that was used after its end',
    explanation:
      'After `dispose()` a trainer has no memory any more. Calls made before it still end, later ones are refused; so are the next steps of a `fit` under way. Make another trainer with `createTrainer`.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5013: {
    severity: 'error',
    title: 'weights that are not finite numbers',
    explanation:
      'A saved tensor holds NaN or an infinity, so that no answer of the model would be a number. The training went astray in its last steps, or the file comes from elsewhere.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5014: {
    severity: 'warning',
    title: 'a spec that has changed since its model was trained',
    explanation:
      'The saved weights fit the spec, but it has another text, or other settings, than when they were trained: activations, losses or `prep` may differ. The message shows the lines. Weights that no longer fit are an error, NN5004.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5015: {
    severity: 'error',
    title: 'a run folder in which another training is under way',
    explanation:
      'A training locks its folder, `runs/<model>` or `runs/NAME` with `--run NAME`, so that two never write over each other. The lock is the file `.lock`, which names its process; that of a process that is no more is taken over. Of a process of another machine that cannot be known: delete the file if it is gone.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5016: {
    severity: 'error',
    title: 'a trainer that was not given what its model loads',
    explanation:
      'The spec says `load … from "file"`. `nnc train` reads the file; a program of your own gives what is in it: `createTrainer({ loaded: openLoads(model, folder) })` of `nnc/runtime/node`, `await fetchLoads(model, address)` of `nnc/runtime/browser`, or `readLoads(model, filesOf({ "file": bytes }))` of `nnc/runtime`. Without them the model would silently begin with random numbers.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5017: {
    severity: 'error',
    title: 'a phase or a step that the spec does not have',
    explanation:
      'A spec with several steps leaves open which one `nnc step` means: `--step NAME` says it. `--phase NAME` chooses a phase, the first unless given. The message lists the names that there are.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5018: {
    severity: 'error',
    title: 'a model that has nothing to merge',
    explanation:
      '`nnc merge` writes weights as layers read them: with the pairs that `lora` has trained, and with what `reparam` makes of them. This spec says neither, so that its weights are what they would be; or what a `reparam` makes is drawn anew each time.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN5019: {
    severity: 'error',
    title: 'a trainer that was not given the weights of classes',
    explanation:
      'The spec says `weights=balanced`: each class counts n/(K·n_k), of n training rows and n_k of that class. `nnc train` counts them, and a run saves them with its weights as `<target>.weights`; `nnc step` takes them from `--weights`. A program of your own gives them: `createTrainer({ classWeights: dataset.classWeights })` of `loadDataset`, or `{ classWeights: { label: [0.7, 1.9] } }`.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
} as const satisfies Record<string, Entry>;
