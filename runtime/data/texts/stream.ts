/** A text as one stream of characters, cut into windows: each with the characters that follow its own. */
import { UserError } from '../../user-error.ts';
import type { ModelDefinition } from '../../model.ts';
import type { FieldKind, Fields } from '../fields.ts';
import { columnPlaces } from '../table.ts';
import { charactersOf } from './words.ts';

/** Positions of a window: the length of the input whose characters they are. */
export function windowOf({ inputs, prep }: Pick<ModelDefinition, 'inputs' | 'prep'>): number | undefined {
  const port = prep.find(({ kind }) => kind === 'chars')?.port;
  return Object.entries(inputs).find(([name]) => name === port)?.[1].shape[0];
}

/**
 * The fields `text`, a window in each row, and, if `withNext`, `next`: for each position the character behind it. What
 * is left at the end of the text is no row. Throws NN4006.
 */
export function streamFields(text: string, file: string, length: number, withNext: boolean): Fields {
  const all = charactersOf(text.replace(/^\ufeff/, ''));
  const needed = length + Number(withNext);
  const rows = Math.floor((all.length - Number(withNext)) / length);
  if (rows < 1) {
    const few = `${file} has ${all.length} characters, and a row takes ${needed}`;
    throw new UserError('NN4006', all.length === 0 ? `${file} is empty` : few, 'shorten the input, or give more text');
  }
  const header = withNext ? ['text', 'next'] : ['text'];
  const kinds: readonly FieldKind[] = [
    { width: 1, numeric: false },
    { width: length, numeric: false },
  ];
  const windows = (): readonly string[] =>
    Array.from({ length: rows }, (_, row) => all.slice(row * length, (row + 1) * length).join(''));
  return {
    file,
    header,
    places: columnPlaces(header),
    kinds: kinds.slice(0, header.length),
    rows,
    isStream: true,
    ...(withNext ? { target: 'next' } : {}),
    place: (row) => `${file}:character ${row * length + 1}`,
    read: (name) =>
      name === 'text'
        ? { kind: 'texts', width: 1, values: windows() }
        : { kind: 'texts', width: length, values: all.slice(1, rows * length + 1) },
  };
}
