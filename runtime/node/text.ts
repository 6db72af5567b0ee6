/** Texts of Node as streams. */
import type { Fields } from '../data/fields.ts';
import { streamFields, windowOf } from '../data/texts/stream.ts';
import type { ModelDefinition } from '../model.ts';
import { UserError } from '../user-error.ts';
import { readText, relativeToSpec } from './files.ts';

/** The windows of a file that the model reads; `shown` is its name in messages. */
export function readStream(path: string, shown: string, model: ModelDefinition): Promise<Fields> {
  const read = (): Fields => {
    const length = windowOf(model);
    if (length === undefined) {
      const help = 'write: input chars: i32[128], and prep chars chars';
      throw new UserError('NN4005', `${shown} is a text, and no input takes characters`, help);
    }
    const text = readText(path, 'NN4001', relativeToSpec, shown);
    return streamFields(text, shown, length, Object.keys(model.targets).length > 0);
  };
  return new Promise((resolve) => resolve(read()));
}
