/** `--set name=value`: values for the hypers of a spec. */
import type { File } from '../../grammar/ast.ts';
import { hyperNames } from '../elaborate/elaborate.ts';
import { say } from '../diagnostics/say.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { UsageError } from './usage.ts';

/** As written: the elaborator reads the values. */
export type Settings = Readonly<Record<string, string>>;

/** Collects one `--set` after another, as commander hands them over. */
export function collectSetting(text: string, before: Settings): Settings {
  const [, name, written] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  if (name === undefined || written === undefined) throw new UsageError(say.NN6004.form({ written: text }));
  if (Object.hasOwn(before, name)) throw new UsageError(say.NN6004.twice({ name }));
  checkValue(name, written);
  return { ...before, [name]: written };
}

/** A number as the language writes it, `true` or `false`. */
function checkValue(name: string, written: string): void {
  if (/^(true|false|-?\d+(\.\d+)?([eE][+-]?\d+)?(\/\d+(\.\d+)?)?)$/.test(written)) return;
  throw new UsageError(say.NN6004.number({ name, written }));
}

/** Every name that is set must be a hyper of the spec. */
export function checkSettings(names: readonly string[], file: File, shown: string): void {
  const hypers = hyperNames(file);
  for (const name of names) {
    if (hypers.includes(name)) continue;
    throw new UsageError(say.NN6003.hyper({ file: shown, name, near: nearest(name, hypers), hypers }));
  }
}
