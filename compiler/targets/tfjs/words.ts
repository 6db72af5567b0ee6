/** Words of values as names of the emitted file. */
import { nameOf } from '../../ir/called.ts';
import type { Value } from '../../ir/types.ts';

/** Before all passes have run, some values have no word yet. */
export const wordFor = ({ word = 'value' }: Pick<Value, 'word'>): string => nameOf(word);
