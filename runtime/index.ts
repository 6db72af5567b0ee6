/** `nnc/runtime`: what generated files and pages import. Pure: it touches no file, no process and no storage. */
export * from './kernels/scalar/functions.ts';
export type { Operand, Scalar, Sym } from './kernels/scalar/symbol.ts';
export type { DType, K, MapBody, MapResult, MatmulOptions, ReduceOptions, Shape, Value } from './kernels/k.ts';
export type { Elements, Kernels, KernelOptions } from './kernels/device.ts';
export { openKernels } from './train/backend.ts';
export type { BackendName } from './train/backend.ts';
export * as host from './host.ts';
export type { HostArray } from './host.ts';
export { chain, chainBack } from './chain.ts';
export { defineModel } from './model.ts';
export type {
  Clock,
  DataSpec,
  Draw,
  Forward,
  LoadSpec,
  Memory,
  ModelDefinition,
  Numbers,
  ParameterSpec,
  PortSpec,
  PrepSpec,
  Scalars,
  Slots,
  TensorSpec,
  Totals,
  TrainSpec,
  Values,
  Weights,
} from './model.ts';
export {
  adapted,
  average,
  balanced,
  constant,
  covered,
  each,
  frozen,
  leavesAt,
  leavesOf,
  ones,
  param,
  remembered,
  reparam,
  rounds,
  slot,
  state,
  within,
  withTerms,
  zeros,
} from './tables.ts';
export type { Init, Nested, Trained } from './tables.ts';
export { createTrainer } from './train/create-trainer.ts';
export type { Tally } from './train/tally.ts';
export type {
  Batches,
  BatchOf,
  EvaluateOptions,
  Figures,
  InputsOf,
  PredictionsOf,
  Snapshot,
  Step,
  Trainer,
  TrainerOptions,
} from './train/trainer.ts';
export type { EpochReport, FitOptions, FitResult, FitState, StepReport } from './train/fit.ts';
export type { Tensors } from './train/memory.ts';
export type { HostTensor, TensorHandle, TensorLike } from './train/tensor.ts';
export { createPredictor } from './predict/predictor.ts';
export type { Answer, Predictor, PredictorOptions, SavedRun } from './predict/predictor.ts';
export type { Word } from './predict/answers.ts';
export type { RawField, RawRecord, RawValue } from './data/records.ts';
export type { RawImage } from './data/images/given.ts';
export { exactStep } from './train/exact-step.ts';
export type { ExactStepOptions } from './train/exact-step.ts';
export { readSafetensors, writeSafetensors } from './checkpoint/safetensors.ts';
export type { SavedTensor, TensorFile } from './checkpoint/safetensors.ts';
export { loadDataset } from './data/dataset.ts';
export type { DataFacts, Dataset, Source } from './data/dataset.ts';
export { balancedWeights } from './train/class-weights.ts';
export type { ClassWeights } from './train/class-weights.ts';
export { batchesOf, shuffled } from './data/batches.ts';
export { filesOf, readLoads } from './load/read-loads.ts';
export type { Files } from './load/read-loads.ts';
export type { Stored, StoredFile } from './load/stored.ts';
export { evaluationPart } from './data/split.ts';
export { UserError } from './user-error.ts';
export type { RuntimeErrorCode } from './user-error.ts';
