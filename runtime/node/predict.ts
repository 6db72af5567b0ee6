/** `nnc predict`: what a saved model says of rows, and what the rows themselves say. */
import { gatherRows } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Source } from '../data/dataset.ts';
import { evaluationPart } from '../data/split.ts';
import type { Fields } from '../data/fields.ts';
import type { FittedPrep } from '../data/prep.ts';
import { Problems } from '../data/problems.ts';
import { valuesOf } from '../data/raw.ts';
import { parseNumber } from '../data/table.ts';
import type { ModelDefinition } from '../model.ts';
import { own } from '../own.ts';
import { answersOf } from '../predict/answers.ts';
import type { Said, Word } from '../predict/answers.ts';
import { sizeOf } from '../train/tensor.ts';
import type { HostTensor } from '../train/tensor.ts';
import { UserError } from '../user-error.ts';
import { openGenerator, openTrainer } from './saved-model.ts';
import type { SavedOptions } from './saved-model.ts';

export interface Predictions {
  readonly rows: number;
  /** Where each row is in its file, from 0. */
  readonly at: Int32Array;
  /** By name (`predict` if there is only one), the rows on the first axis. */
  readonly outputs: Readonly<Record<string, HostTensor>>;
  /** What is said of the targets, in the data's words. */
  readonly said: readonly Said[];
  /** What the data says of them, row by row, where it has their columns: `undefined` for an empty field. */
  readonly truth: Readonly<Record<string, readonly (readonly (Word | undefined)[])[]>>;
  /** What the classes are called, by target, where the data has texts. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly part: 'test' | 'validation' | 'all';
}

export interface PredictOptions extends SavedOptions {
  /** How many predictions there are to be, where they read noise alone. */
  readonly rows?: number | undefined;
}

/** Of `--data`'s rows, or of those that `eval` uses; of noise as often as `--rows` says. */
export async function predict(model: ModelDefinition, options: PredictOptions): Promise<Predictions> {
  if (model.predictInputs.length === 0 && model.noise !== undefined) return generate(model, options);
  if (options.rows !== undefined) {
    const read = model.predictInputs.map((name) => `\`${name}\``).join(', ');
    throw new UserError('NN5001', `the predictions read ${read}: --rows is for those that read noise alone`, fromData);
  }
  const { trainer, data, source } = await openTrainer(model, options, 'predict');
  try {
    const part = evaluationPart(data.parts);
    const inputs = Object.fromEntries(
      Object.entries(model.inputs).filter(([name]) => model.predictInputs.includes(name)),
    );
    const elements = Object.fromEntries(Object.entries(data.elements).filter(([name]) => Object.hasOwn(inputs, name)));
    const outputs = await trainer.predict(gatherRows(elements, inputs, part.rows));
    const { prep } = data.facts;
    return {
      rows: part.rows.length,
      at: part.rows,
      outputs,
      said: answersOf(model, prep, outputs),
      truth: truthOf(model, source, data, part.rows),
      labels: labelsOf(prep),
      part: part.name,
    };
  } finally {
    trainer.dispose();
  }
}

const fromData = 'give the rows that they read: --data csv:file.csv';

async function generate(model: ModelDefinition, options: PredictOptions): Promise<Predictions> {
  const { rows } = options;
  if (rows === undefined || options.data !== undefined) {
    const help = 'say how many there are to be: --rows 16';
    throw new UserError('NN5001', 'the predictions read noise alone', help);
  }
  const { trainer, prep } = await openGenerator(model, options);
  try {
    const outputs = await trainer.predict({}, { rows });
    const at = Int32Array.from({ length: rows }, (_, row) => row);
    return { rows, at, outputs, said: answersOf(model, prep, outputs), truth: {}, labels: labelsOf(prep), part: 'all' };
  } finally {
    trainer.dispose();
  }
}

const labelsOf = (prep: readonly FittedPrep[]): Predictions['labels'] =>
  Object.fromEntries(prep.flatMap((step) => (step.kind === 'classes' ? [[step.port, step.labels] as const] : [])));

/** The targets' fields as they stand in the data. They are read for a person: what is wrong with one is no error here. */
function truthOf(model: ModelDefinition, source: Source, data: Dataset, rows: Int32Array): Predictions['truth'] {
  const texts = (target: string): boolean =>
    data.facts.prep.some((step) => step.port === target && (step.kind === 'classes' || step.kind === 'onehot'));
  const isStream = source.kind === 'fields' && source.fields.isStream === true;
  const truth = Object.keys(model.targets).flatMap((target) => {
    const read = readerOf(model, source, data, target, texts(target));
    if (read === undefined) return [];
    const word = (field: string): Word | undefined => {
      if (isStream) return field;
      const text = field.trim();
      return text === '' ? undefined : texts(target) ? text : (parseNumber(text) ?? text);
    };
    return [[target, Array.from(rows, (row) => read(row).map(word))] as const];
  });
  return Object.fromEntries(truth);
}

/** The target's fields in a row, if the data has them. */
function readerOf(
  model: ModelDefinition,
  source: Source,
  data: Dataset,
  target: string,
  texts: boolean,
): ((row: number) => readonly string[]) | undefined {
  if (source.kind === 'table') {
    const { places, rows } = source.table;
    const at = own(data.facts.columns, target)?.map((name) => places.get(name) ?? -1);
    return at === undefined ? undefined : (row) => at.map((column) => rows[row]?.[column] ?? '');
  }
  if (source.kind === 'fields') return wordsOfFields(source.fields, own(data.facts.columns, target) ?? [], texts);
  const widths = Object.entries({ ...model.inputs, ...model.targets }).map(
    ([name, { shape }]) => [name, sizeOf(shape)] as const,
  );
  const place = widths.findIndex(([name]) => name === target);
  const first = widths.slice(0, place).reduce((sum, [, width]) => sum + width, 0);
  const end = first + (widths[place]?.[1] ?? 0);
  return (row) => (source.rows[row] ?? []).slice(first, end).map(String);
}

/** Fields as they are shown; none where the file does not have them all. */
function wordsOfFields(
  fields: Fields,
  names: readonly string[],
  texts: boolean,
): ((row: number) => readonly string[]) | undefined {
  if (names.length === 0 || names.some((name) => !fields.places.has(name))) return undefined;
  const ignored = new Problems();
  const read = names.map((name) =>
    fields.read(name, { as: texts ? 'texts' : 'numbers', shape: [] }, ignored, () => undefined),
  );
  const word = (value: string | number | undefined): string =>
    value === undefined || Number.isNaN(value) ? '' : String(value);
  return (row) =>
    read.flatMap((field) => {
      const values = valuesOf(field);
      return Array.from({ length: field.width }, (_, at) => word(values[row * field.width + at]));
    });
}
