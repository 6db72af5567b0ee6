/** `nnc eval`: loss and metrics of a saved model. */
import { batchesOf } from '../data/batches.ts';
import { evaluationPart } from '../data/split.ts';
import type { ModelDefinition } from '../model.ts';
import type { Figures } from '../train/trainer.ts';
import { openTrainer } from './saved-model.ts';
import type { SavedOptions } from './saved-model.ts';

export interface Evaluation {
  readonly loss: number;
  readonly metrics: Figures;
  readonly rows: number;
  /** Which rows: of `--data` and of a spec without a split it is `all`. */
  readonly part: 'test' | 'validation' | 'all';
}

export async function evaluate(model: ModelDefinition, options: SavedOptions): Promise<Evaluation> {
  const { trainer, data } = await openTrainer(model, options, 'evaluate');
  try {
    const part = evaluationPart(data.parts);
    const ports = { ...model.inputs, ...model.targets };
    const { loss = NaN, ...metrics } = await trainer.evaluate(
      batchesOf(data.elements, ports, part.rows, model.train.batch),
    );
    return { loss, metrics, rows: part.rows.length, part: part.name };
  } finally {
    trainer.dispose();
  }
}
