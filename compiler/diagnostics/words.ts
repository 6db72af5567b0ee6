/** How facts are written in a sentence. */
import type { Sort } from '../../grammar/ast.ts';
import type { Near } from './catalog/entry.ts';
import { instead } from './catalog/instead.ts';

/** `[3, 4]`. */
export function formatShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(', ')}]`;
}

/** The type of an input of numbers: `f32[3, 4]`, `f32`. */
export const numbersOf = (shape: readonly (number | string)[]): string =>
  shape.length === 0 ? 'f32' : `f32${formatShape(shape)}`;

/** A number as a reader writes it, without the noise of the last bits. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** `` `a`, `b` ``. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** `` `a`, `b` or `c` ``. */
export function either(names: readonly string[]): string {
  const last = quoted(names.slice(-1));
  return names.length < 2 ? last : `${quoted(names.slice(0, -1))} or ${last}`;
}

/** A help line with the names that are near, or with what the word is here; undefined if there is neither. */
export function didYouMean(near: Near): string | undefined {
  if ('instead' in near) return instead.get(near.instead);
  if ('calls' in near) {
    const { calls, written, sort } = near;
    if (written !== undefined) return `it is written \`${written}\``;
    return `nnc calls it \`${calls}\`${sort === undefined ? '' : `, ${articleOf(nouns[sort])} ${nouns[sort]}`}`;
  }
  return near.length === 0 ? undefined : `did you mean ${either(near)}?`;
}

/** What a reader calls a definition of each sort. */
export const nouns: Readonly<Record<Sort, string>> = {
  layer: 'layer',
  loss: 'loss',
  penalty: 'penalty',
  metric: 'metric',
  optim: 'optimizer',
  schedule: 'schedule',
  init: 'initialiser',
  fn: 'function',
  reparam: 'reparametrisation',
  augment: 'augmentation',
};

/** `a` layer, `an` optimizer. */
export const articleOf = (noun: string): string => (/^[aeiou]/.test(noun) ? 'an' : 'a');

/** Where a name is known, if not here: `` `adam` is the name of a optim and a schedule ``, or undefined. */
export function namesElsewhere(name: string, sorts: readonly string[], not = ''): string | undefined {
  return sorts.length === 0 ? undefined : `\`${name}\` is the name of a ${sorts.join(' and a ')}${not}`;
}

/** The first five of some paths, and how many more there are. */
export function some(paths: readonly string[]): string {
  const shown = quoted(paths.slice(0, 5));
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}

/** An operand, as the user wrote it. */
export interface Shown {
  readonly name: string;
  readonly shape: readonly (number | 'B')[];
}

export function isShown(fact: unknown): fact is Shown {
  return typeof fact === 'object' && fact !== null && 'name' in fact && 'shape' in fact;
}

/** `` `skip` has shape [32] ``. */
export function ofShape({ name, shape }: Shown): string {
  return `${name} has shape ${formatShape(shape)}`;
}

/** `1 name`, `2 names`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Bytes in the unit that leaves at most four digits; a megabyte is 10⁶ bytes. */
export function formatBytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB'] as const;
  let [value, unit] = [count, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit] ?? ''}`;
}
