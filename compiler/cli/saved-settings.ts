/** The settings with which a saved model was trained, so that `eval` and `predict` need not repeat them. */
import { join } from 'node:path';
import { readIfThere } from './files.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of the run that this folder of runs/ holds. */
export function savedSettings(terminal: Terminal, run: string): Settings {
  const text = readIfThere(join(terminal.folder, 'runs', run, 'manifest.json'));
  if (text === undefined) return {};
  try {
    const manifest: unknown = JSON.parse(text);
    const source = isRecord(manifest) ? manifest['source'] : undefined;
    const settings = isRecord(source) ? source['settings'] : undefined;
    if (!isRecord(settings)) return {};
    return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  } catch {
    // Opening the saved model will say what is wrong with it.
    return {};
  }
}
