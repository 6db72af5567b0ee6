/** `nnc/runtime/node`: files, run folders and the terminal; what the commands that run a model call. */
export { evaluate } from './node/evaluate.ts';
export type { Evaluation } from './node/evaluate.ts';
export { readCsv } from './node/csv.ts';
export { openSource } from './node/data.ts';
export type { DataOptions } from './node/data.ts';
export { predict } from './node/predict.ts';
export type { Predictions } from './node/predict.ts';
export { openModel, saveModel } from './node/run-folder.ts';
export type { SavedModel } from './node/run-folder.ts';
export { openTrainer } from './node/saved-model.ts';
export type { SavedOptions } from './node/saved-model.ts';
export { step } from './node/step.ts';
export type { StepOptions } from './node/step.ts';
export { terminalOutput } from './node/terminal.ts';
export type { TerminalOutput } from './node/terminal.ts';
export { train } from './node/train.ts';
export type { ModelOptions, TrainOptions, TrainOutcome } from './node/train.ts';
