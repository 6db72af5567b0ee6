/** A spec whose trained model is wanted: compiled with the settings of its run unless others are given. */
import type { Runnable } from './definition.ts';
import { openSpec } from './definition.ts';
import { savedSettings } from './saved-settings.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** `run` names a folder in runs/, in place of the model's. */
export async function openSaved(
  terminal: Terminal,
  name: string,
  given: Settings,
  run?: string,
): Promise<Runnable | undefined> {
  const opened = await openSpec(terminal, name, given);
  if (opened === undefined || Object.keys(given).length > 0) return opened;
  const settings = savedSettings(terminal, run ?? opened.model.name);
  const known = opened.model.source.settings;
  const differs = Object.entries(settings).some(([hyper, value]) => String(known[hyper]) !== value);
  return differs ? openSpec(terminal, name, settings) : opened;
}
