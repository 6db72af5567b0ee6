/** `nnc merge`: a trained model's weights as its layers read them, as a file. */
import { demandFinite } from '../checkpoint/finite.ts';
import { weightsFile } from '../checkpoint/run-files.ts';
import type { ModelDefinition } from '../model.ts';
import type { HostArray } from '../host.ts';
import { merged, pairsOf } from '../pairs.ts';
import { adaptedBy } from '../reparams.ts';
import { specsOf } from '../tables.ts';
import type { Tensors } from '../train/memory.ts';
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
  /** What layers read of the weights that `reparam` adapts, by path, in double precision: the compiler knows it. */
  readonly effective: (weights: Tensors) => ReadonlyMap<string, HostArray>;
}

/** Writes the file, and gives how many weights are adapted. Throws NN5018 where none is. */
export async function merge(model: ModelDefinition, options: MergeOptions): Promise<number> {
  const { weights: file, out } = options;
  const pairs = pairsOf(model.parameters);
  const specs = specsOf(model.parameters);
  const own = adaptedBy(specs);
  const adapted = [...specs].filter(([path, { reparam }]) => reparam !== undefined || pairs.has(path));
  if (adapted.length === 0)
    throw new UserError('NN5018', `${model.source.file} adapts no weight: there is nothing to merge`);
  const from = weightsPath(runFolder(model, options), file);
  if (areOneFile(out, from))
    throw unwritable(out, 'the weights to merge lie there, and would be lost', 'give the merged ones another name');
  const { weights } = await openOwn(model, options);
  demandWritable(out, 0);
  const plain = new Map([...weights].filter(([path]) => !own.has(path)));
  const whole = merged(plain, pairs, options.effective(weights));
  demandFinite(whole, out, 'a weight as layers read it is too large for single precision, or no number');
  await writeWhole(out, weightsFile(whole));
  return adapted.length;
}
