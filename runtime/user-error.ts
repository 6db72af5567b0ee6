/** A mistake that the user of a model can correct: its code, what is wrong, and the next step. */

/** The mistakes that only show at run time. `nnc explain` documents each code. */
export const runtimeErrors = {
  NN4001: 'a file that the spec names cannot be read',
  NN4002: 'a value is missing or is not a number',
  NN4003: 'a value lies outside the range that its input states',
  NN4004: 'a class lies outside 0..K-1',
  NN4005: 'the columns do not fit the inputs and targets',
  NN4006: 'there are no rows, or too few for the split',
  NN4007: 'a step of prep cannot be fitted or applied',
  NN4008: 'a data file is malformed',
  NN4009: 'a model without data was asked to train',
  NN4012: 'weights to load do not fit the model',
  NN4013: 'a table of names cannot be understood',
  NN5001: 'a batch does not fit the model',
  NN5002: 'an id lies outside its table',
  NN5003: 'the loss is not a number',
  NN5004: 'the weights do not fit the model',
  NN5005: 'a saved file is damaged or of an unknown format',
  NN5006: 'there is no saved model to go on from',
  NN5007: 'a backend cannot be started',
  NN5008: 'the run was saved by another version of this model',
  NN5009: 'the number of updates of the run must be known',
  NN5010: 'the figure to monitor does not exist',
  NN5011: 'a model or a batch needs more memory than there is',
  NN5012: 'a trainer was used after its end',
  NN5013: 'saved weights are not finite numbers',
  NN5015: 'another training uses the run folder',
  NN5016: 'a trainer was not given what its model loads',
  NN5017: 'a phase or step that the spec does not have',
  NN5018: 'a model whose weights have nothing to merge',
  NN5019: 'a trainer was not given the weights of classes',
  NN6008: 'a file cannot be written',
  NN6009: 'an option has a value that it does not take',
} as const;

export type RuntimeErrorCode = keyof typeof runtimeErrors;

export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: RuntimeErrorCode;
  readonly help: string | undefined;

  constructor(code: RuntimeErrorCode, message: string, help?: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
