/** `--set name=value`: values for the hypers of a spec. */
import type { File } from '../../grammar/ast.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { UsageError } from './usage.ts';

export type Settings = Readonly<Record<string, number>>;

/** Collects one `--set` after another, as commander hands them over. */
export function collectSetting(text: string, before: Settings): Settings {
  const [, name, written] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
  if (name === undefined || written === undefined) {
    throw new UsageError('NN6004', `--set ${text} is not of the form name=value`, 'for example --set width=64');
  }
  if (Object.hasOwn(before, name)) throw new UsageError('NN6004', `--set gives ${name} twice`);
  return { ...before, [name]: settingValue(name, written) };
}

/** A number as the language writes it; true and false count as 1 and 0. */
function settingValue(name: string, written: string): number {
  if (written === 'true') return 1;
  if (written === 'false') return 0;
  const value = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(written) ? Number(written) : NaN;
  if (!Number.isFinite(value)) {
    throw new UsageError('NN6004', `--set ${name}=${written}: ${written} is not a number`, 'write 64, 0.5 or 1e-3');
  }
  return value;
}

/** Every name that is set must be a hyper of the spec. */
export function checkSettings(settings: Settings, file: File, shown: string): void {
  const hypers = file.statements.flatMap((statement) => (statement.type === 'hyper' ? [statement.name.text] : []));
  for (const name of Object.keys(settings)) {
    if (hypers.includes(name)) continue;
    const known = hypers.length === 0 ? 'it has none' : `its hypers are ${hypers.join(', ')}`;
    throw new UsageError('NN6003', `${shown} has no hyper ${name}`, didYouMean(name, hypers) ?? known);
  }
}
