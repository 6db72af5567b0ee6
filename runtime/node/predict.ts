/** `nnc predict`: what a saved model says of rows. */
import { gatherRows } from '../data/batches.ts';
import { evaluationPart } from '../data/split.ts';
import type { ModelDefinition } from '../model.ts';
import type { HostTensor } from '../train/tensor.ts';
import { openTrainer } from './saved-model.ts';
import type { SavedOptions } from './saved-model.ts';

export interface Predictions {
  readonly rows: number;
  /** Where each row is in its file, from 0. */
  readonly at: Int32Array;
  /** By name (`predict` if there is only one), the rows on the first axis. */
  readonly outputs: Readonly<Record<string, HostTensor>>;
  /** What the classes are called, by target, where the data has texts. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly part: 'test' | 'validation' | 'all';
}

/** Of `--data`'s rows, or of those that `eval` uses. */
export async function predict(model: ModelDefinition, options: SavedOptions): Promise<Predictions> {
  const { trainer, data } = await openTrainer(model, options, 'predict');
  try {
    const part = evaluationPart(data.parts);
    const inputs = Object.fromEntries(
      Object.entries(model.inputs).filter(([name]) => model.predictInputs.includes(name)),
    );
    const elements = Object.fromEntries(Object.entries(data.elements).filter(([name]) => name in inputs));
    const outputs = await trainer.predict(gatherRows(elements, inputs, part.rows));
    const labels = data.facts.prep.flatMap((step) =>
      step.kind === 'classes' ? [[step.port, step.labels] as const] : [],
    );
    return { rows: part.rows.length, at: part.rows, outputs, labels: Object.fromEntries(labels), part: part.name };
  } finally {
    trainer.dispose();
  }
}
