/** `--set name=value`: values for the hypers of a spec. */
import type { File } from '../../grammar/ast.ts';
import { hyperNames } from '../elaborate/elaborate.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { UsageError } from './usage.ts';

/** As written: the elaborator reads the values. */
export type Settings = Readonly<Record<string, string>>;

/** Collects one `--set` after another, as commander hands them over. */
export function collectSetting(text: string, before: Settings): Settings {
  const [, name, written] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  if (name === undefined || written === undefined) {
    throw new UsageError('NN6004', `--set ${text} is not of the form name=value`, 'for example --set width=64');
  }
  if (Object.hasOwn(before, name)) throw new UsageError('NN6004', `--set gives ${name} twice`);
  checkValue(name, written);
  return { ...before, [name]: written };
}

/** A number as the language writes it, `true` or `false`. */
function checkValue(name: string, written: string): void {
  if (/^(true|false|-?\d+(\.\d+)?([eE][+-]?\d+)?(\/\d+(\.\d+)?)?)$/.test(written)) return;
  throw new UsageError('NN6004', `--set ${name}=${written}: ${written} is not a number`, 'write 64, 0.5, 1e-3 or 1/16');
}

/** Every name that is set must be a hyper of the spec. */
export function checkSettings(names: readonly string[], file: File, shown: string): void {
  const hypers = hyperNames(file);
  for (const name of names) {
    if (hypers.includes(name)) continue;
    const known = hypers.length === 0 ? 'it has none' : `its hypers are ${hypers.join(', ')}`;
    throw new UsageError('NN6003', `${shown} has no hyper ${name}`, didYouMean(name, hypers) ?? known);
  }
}
