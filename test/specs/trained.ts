/** Specs trained as `nnc train` does it, from their text to the figures on the rows that it holds back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSource } from '../../runtime/node/data.ts';
import { predict } from '../../runtime/node/predict.ts';
import { train } from '../../runtime/node/train.ts';
import { loadDataset } from '../../runtime/data/dataset.ts';
import { valuesOf } from '../../runtime/data/raw.ts';
import { evaluationPart } from '../../runtime/data/split.ts';
import type { Figures } from '../../runtime/train/trainer.ts';
import type { Generated } from '../generated.ts';
import { specFolder } from './spec-files.ts';

const silent = { line: (): void => undefined, end: (): void => undefined };

export interface Training {
  readonly figures: Figures;
  /** Of the rows that were held back. */
  readonly predictions: ArrayLike<number>;
}

export async function trained({ definition }: Generated, seed?: number): Promise<Training> {
  const runs = mkdtempSync(join(tmpdir(), 'nnc-runs-'));
  try {
    const options = { baseDir: specFolder, runs, output: silent, seed, backend: 'wasm' } as const;
    const { figures = {} } = await train(definition, options);
    const { outputs } = await predict(definition, options);
    const [first] = Object.values(outputs);
    return { figures, predictions: first?.data ?? [] };
  } finally {
    rmSync(runs, { recursive: true });
  }
}

/** The only target of each row, as the data has it: of the rows that train, and of those that are held back. */
export async function targets({ definition }: Generated) {
  const { raw, parts } = loadDataset(definition, await openSource(definition, { baseDir: specFolder }));
  const [name = ''] = Object.keys(definition.targets);
  const column = raw.ports[name];
  const values = column === undefined ? [] : valuesOf(column);
  const of = (rows: Int32Array): number[] => Array.from(rows, (row) => Number(values[row]));
  return { training: of(parts.training), heldOut: of(evaluationPart(parts).rows) };
}
