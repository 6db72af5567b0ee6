/** `nnc merge`: a trained model's weights with its pairs folded in, as a file. */
import { demandFinite } from '../checkpoint/finite.ts';
import { weightsFile } from '../checkpoint/run-files.ts';
import type { ModelDefinition } from '../model.ts';
import { merged, pairsOf } from '../pairs.ts';
import { UserError } from '../user-error.ts';
import { areOneFile } from './disk.ts';
import { demandWritable, unwritable, writeWhole } from './files.ts';
import { weightsPath } from './run-folder.ts';
import { openOwn } from './saved-model.ts';
import { runFolder } from './train.ts';
import type { ModelOptions } from './train.ts';

export interface MergeOptions extends ModelOptions {
  /** A file of weights in place of the run's own. */
  readonly weights?: string | undefined;
  readonly out: string;
}

/** Writes the file, and gives how many matrices had a pair. Throws NN5018 where none has. */
export async function merge(model: ModelDefinition, options: MergeOptions): Promise<number> {
  const { weights: file, out } = options;
  const pairs = pairsOf(model.parameters);
  if (pairs.size === 0)
    throw new UserError('NN5018', `${model.source.file} adapts no matrix: there is nothing to merge`);
  const from = weightsPath(runFolder(model, options), file);
  if (areOneFile(out, from))
    throw unwritable(out, 'the weights to merge lie there, and would be lost', 'give the merged ones another name');
  const { weights } = await openOwn(model, options);
  demandWritable(out, 0);
  const whole = merged(weights, pairs);
  demandFinite(whole, out, 'a matrix and its pair are too large for single precision together');
  await writeWhole(out, weightsFile(whole));
  return pairs.size;
}
