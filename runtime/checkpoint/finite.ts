/** Weights that are no numbers give answers that are none: whoever opens a file of them is told so. */
import type { Tensors } from '../train/memory.ts';
import { UserError } from '../user-error.ts';

/** Throws NN5013, naming the first tensor, and the file if there is one, that holds NaN or an infinity. */
export function demandFinite(
  tensors: Tensors,
  file?: string,
  help = 'train the model again with a lower learning rate, or with `clip norm 1.0`',
): void {
  for (const [name, { data }] of tensors) {
    let wrong = 0;
    for (const value of data) if (!Number.isFinite(value)) wrong += 1;
    if (wrong === 0) continue;
    throw new UserError(
      'NN5013',
      `\`${name}\`${file === undefined ? '' : ` in ${file}`}: ${wrong} of ${data.length} ${data.length === 1 ? 'number' : 'numbers'} ` +
        `${wrong === 1 ? 'is' : 'are'} not finite`,
      help,
    );
  }
}
