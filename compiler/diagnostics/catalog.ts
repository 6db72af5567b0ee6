/** Every code of a diagnostic with its severity and its page; the entries lie by their thousands in `catalog/`. */
import { args } from './catalog/arguments.ts';
import { commands } from './catalog/commands.ts';
import { data } from './catalog/data.ts';
import type { Entry } from './catalog/entry.ts';
import { model } from './catalog/model.ts';
import { names } from './catalog/names.ts';
import { running } from './catalog/running.ts';
import { statements } from './catalog/statements.ts';
import { syntax } from './catalog/syntax.ts';
import { values } from './catalog/values.ts';

export type { Entry } from './catalog/entry.ts';

export const catalog = {
  ...syntax,
  ...names,
  ...args,
  ...values,
  ...statements,
  ...model,
  ...data,
  ...running,
  ...commands,
} as const satisfies Record<string, Entry>;

export type Code = keyof typeof catalog;

export function isCode(text: string): text is Code {
  return Object.hasOwn(catalog, text);
}
