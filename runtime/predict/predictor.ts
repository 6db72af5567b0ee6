/** A trained model that answers raw records: prepared as in training, and answered in the data's units and words. */
import { demandFinite } from '../checkpoint/finite.ts';
import type { Manifest } from '../checkpoint/saved-types.ts';
import { inputsRead, unitsOf } from '../data/dataset.ts';
import { applyPrep, unknownTexts } from '../data/prep.ts';
import { readRecords } from '../data/records.ts';
import type { RawRecord } from '../data/records.ts';
import { checkTableRows } from '../data/table-rows.ts';
import type { ModelDefinition, PortSpec } from '../model.ts';
import type { BackendName } from '../train/backend.ts';
import { createTrainer } from '../train/create-trainer.ts';
import type { Tensors } from '../train/memory.ts';
import { sizeOf } from '../train/tensor.ts';
import type { HostTensor } from '../train/tensor.ts';
import { answersOf, classNames } from './answers.ts';
import type { Said, Word } from './answers.ts';

/** What training left: the files of a run folder. */
export interface SavedRun {
  readonly weights: Tensors;
  readonly manifest: Manifest;
}

export interface PredictorOptions {
  /** `auto` takes the fastest that starts here. */
  readonly backend?: BackendName;
  /** Hears of what is odd and no error, such as a category that no training row has: on the console unless given. */
  readonly onWarning?: (message: string) => void;
}

type Names<M extends ModelDefinition, Target> = [Extract<M['prep'][number], { port: Target; kind: 'onehot' }>] extends [
  never,
]
  ? never
  : string;

/** One value is given alone, several as a list in the order of the shape. */
type OneOrList<Shape extends readonly number[], T> = number extends Shape['length']
  ? T | readonly T[]
  : Shape extends readonly [] | readonly [1]
    ? T
    : readonly T[];

type ValueOf<P extends PortSpec> = PortSpec extends P ? Word : P extends { readonly classes: number } ? Word : number;

/** What a model says of one record. */
export interface Answer<M extends ModelDefinition = ModelDefinition> {
  /**
   * By target: a class as the data names it, or numbers in the data's units. A target is among them if the only
   * prediction, or one with the target's name, has its shape (for a class: a score for each).
   */
  readonly targets: {
    readonly [Target in keyof M['targets']]?:
      OneOrList<M['targets'][Target]['shape'], ValueOf<M['targets'][Target]>> | Names<M, Target>;
  };
  /** Of a class that was chosen by its score: the scores of all, by the classes' names. */
  readonly scores: { readonly [Target in keyof M['targets']]?: Readonly<Record<string, number>> };
  /** Every prediction by its name (`predict` if there is only one), its numbers in the order of its shape. */
  readonly outputs: { readonly [Name in keyof ReturnType<M['predict']>]: readonly number[] };
}

export interface Predictor<M extends ModelDefinition = ModelDefinition> {
  readonly model: M;
  /** What the classes of each target are called, in the order of the scores. */
  readonly classes: { readonly [Target in keyof M['targets']]?: readonly Word[] };
  /** One record, or several; their fields go by the names of the data's columns or of the inputs. */
  predict(record: RawRecord): Promise<Answer<M>>;
  predict(records: readonly RawRecord[]): Promise<readonly Answer<M>[]>;
  dispose(): void;
}

/** Throws NN5004 where the weights are not the model's, NN5013 where they are no numbers. */
export function createPredictor<M extends ModelDefinition>(
  model: M,
  run: SavedRun,
  options?: PredictorOptions,
): Promise<Predictor<M>>;
export async function createPredictor(
  model: ModelDefinition,
  { weights, manifest }: SavedRun,
  options: PredictorOptions = {},
): Promise<Predictor> {
  const warn = options.onWarning ?? ((message) => globalThis.console.warn(message));
  demandFinite(weights);
  if (!sameSource(model, manifest)) {
    warn(`${model.source.file} was changed since this run was trained: its answers may mean something else now`);
  }
  const { prep } = manifest;
  const inputs = inputsRead(model);
  const trainer = await createTrainer(model, {
    weights,
    seed: manifest.seed,
    units: unitsOf(model, prep),
    ...(options.backend === undefined ? {} : { backend: options.backend }),
  });

  async function answer(records: readonly RawRecord[], place: (row: number) => string): Promise<Answer[]> {
    if (records.length === 0) return [];
    const raw = readRecords(records, inputs, manifest, place);
    const { elements, unknown } = applyPrep(prep, raw, inputs);
    checkTableRows(elements, inputs, place, manifest.columns);
    for (const line of unknownTexts(unknown, place, manifest.columns)) warn(line);
    const outputs = await trainer.predict(elements, { rows: records.length });
    const said = answersOf(model, prep, outputs);
    return records.map((_, row) => answerOf(row, said, outputs, new Map(Object.entries(classes))));
  }

  async function predict(record: RawRecord): Promise<Answer>;
  async function predict(records: readonly RawRecord[]): Promise<readonly Answer[]>;
  async function predict(given: RawRecord | readonly RawRecord[]): Promise<Answer | readonly Answer[]> {
    if (isList(given)) return answer(given, (row) => `records[${row}]`);
    const [one] = await answer([given], () => 'the record');
    return one ?? { targets: {}, scores: {}, outputs: {} };
  }

  const classes = Object.fromEntries(
    Object.keys(model.targets).flatMap((target) => {
      const names = classNames(model, prep, target);
      return names === undefined ? [] : [[target, names] as const];
    }),
  );
  return { model, classes, predict, dispose: () => trainer.dispose() };
}

function answerOf(
  row: number,
  said: readonly Said[],
  outputs: Readonly<Record<string, HostTensor>>,
  classes: ReadonlyMap<string, readonly Word[]>,
): Answer {
  const values = Object.entries(outputs).map(([name, { shape, data }]) => {
    const width = sizeOf(shape.slice(1));
    return [name, Array.from(data.subarray(row * width, (row + 1) * width))] as const;
  });
  const numbers = new Map(values);
  const targets = said.map(({ target, of }) => {
    const words = of(row);
    const [only = NaN, ...more] = words;
    return [target, more.length === 0 ? only : words] as const;
  });
  const scores = said.flatMap(({ target, output, by }) => {
    const [names, own] = [classes.get(target) ?? [], numbers.get(output) ?? []];
    if (by !== 'scores' || own.length !== names.length) return [];
    return [[target, Object.fromEntries(names.map((name, k) => [name, own[k] ?? NaN]))] as const];
  });
  return {
    targets: Object.fromEntries(targets),
    scores: Object.fromEntries(scores),
    outputs: Object.fromEntries(values),
  };
}

const isList = (given: RawRecord | readonly RawRecord[]): given is readonly RawRecord[] => Array.isArray(given);

function sameSource({ source }: ModelDefinition, manifest: Manifest): boolean {
  const settings = (record: Readonly<Record<string, number>>): string => JSON.stringify(Object.entries(record).sort());
  return source.hash === manifest.source.hash && settings(source.settings) === settings(manifest.source.settings);
}
