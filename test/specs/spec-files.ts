/** The example specs of the project, with their data. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { everything } from '../amounts.ts';
import type { SmallSpec } from './small-specs.ts';

/** The folder that their data is relative to. */
export const specFolder = fileURLToPath(new URL('../../specs/', import.meta.url));

export function specFiles(): readonly SmallSpec[] {
  const files = readdirSync(specFolder).filter((file) => file.endsWith('.nn'));
  return files.toSorted().map((file) => specFile(basename(file, '.nn')));
}

/** The specs of the language's contract that can be trained, as they stand there: all where there is time for it. */
export function contractSpecs(): readonly SmallSpec[] {
  const names = [
    ...['02-xor', '09-own-layers', '10-contrastive', '11-phases'],
    ...(everything
      ? ['01-two-layer', '03-digits', '04-residual-cnn', '05-bert-lora', '06-lstm-text', '07-vae', '08-gan']
      : []),
  ];
  const folder = fileURLToPath(new URL('../grammar/contract/', import.meta.url));
  return names.map((name) => ({
    name: `contract ${name}`,
    text: readFileSync(`${folder}${name}.nn`, 'utf8'),
  }));
}

export function specFile(name: string): SmallSpec {
  return { name, text: readFileSync(`${specFolder}${name}.nn`, 'utf8') };
}
