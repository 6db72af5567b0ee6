/** Every code of a diagnostic with its severity and its page; the entries lie by their thousands in `catalog/`. */
import { commands } from './catalog/commands.ts';
import { data } from './catalog/data.ts';
import type { Entry } from './catalog/entry.ts';
import { meaning } from './catalog/meaning.ts';
import { model } from './catalog/model.ts';
import { running } from './catalog/running.ts';
import { syntax } from './catalog/syntax.ts';

export type { Entry } from './catalog/entry.ts';

export const catalog = {
  ...syntax,
  ...meaning,
  ...model,
  ...data,
  ...running,
  ...commands,
} as const satisfies Record<string, Entry>;

export type Code = keyof typeof catalog;

export function isCode(text: string): text is Code {
  return Object.hasOwn(catalog, text);
}
