/** The options that commands which run a model share. */
import { InvalidArgumentError, Option } from 'commander';
import { largestSeed } from '../../runtime/random/seed.ts';
import { takes } from '../diagnostics/catalog/commands.ts';
import { collectSetting } from './settings.ts';
import type { Settings } from './settings.ts';

export interface RunOptions {
  readonly backend: 'auto' | 'wasm' | 'cpu' | 'webgl' | 'webgpu';
  readonly set: Settings;
  /** The name of a folder in runs/, in place of the model's. */
  readonly run?: string;
}

export const backendOption = (): Option =>
  new Option('--backend <name>', 'where it runs').choices(['auto', 'wasm', 'cpu', 'webgl', 'webgpu']).default('auto');

export const setOption = (): Option =>
  new Option('--set <name=value>', 'give a hyper a value (repeatable)').argParser(collectSetting).default({}, 'none');

/** A whole number that is not below `least`, nor above `most`. */
export function wholeNumber(least: number, most?: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < least || value > (most ?? Infinity))
      throw new InvalidArgumentError(takes.wholeNumber({ least, most }));
    return value;
  };
}

export const seedOption = (): Option =>
  new Option('--seed <number>', "in place of the spec's seed").argParser(wholeNumber(0, largestSeed));

/** `csv:file.csv`: rows from elsewhere than the spec says. */
export function dataFile(text: string): string {
  if (!/^(csv|jsonl|npz|idx|images|text):./.test(text)) throw new InvalidArgumentError(takes.file);
  return text;
}

export const dataOption = (): Option =>
  new Option(
    '--data <format:file>',
    'take the rows from this file: csv:rows.csv, jsonl:, npz:, idx:train, images:folder, text:book.txt',
  ).argParser(dataFile);

/** The name of one folder: nothing that leads out of runs/, hides there, or cannot be typed. */
export function runName(text: string): string {
  if (/^[^\p{C}/\\:*?"<>|.][^\p{C}/\\:*?"<>|]{0,99}$/u.test(text)) return text;
  throw new InvalidArgumentError(takes.folder);
}

export const runOption = (what: string): Option =>
  new Option('--run <name>', `${what} runs/NAME/, in place of runs/<model>/`).argParser(runName);

/** Seconds, and parts of one, as milliseconds. */
export function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError(takes.seconds);
  return 1000 * value;
}
