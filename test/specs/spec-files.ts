/** The example specs of the project, with their data. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SmallSpec } from './small-specs.ts';

/** The folder that their data is relative to. */
export const specFolder = fileURLToPath(new URL('../../specs/', import.meta.url));

export function specFiles(): readonly SmallSpec[] {
  const files = readdirSync(specFolder).filter((file) => file.endsWith('.nn'));
  return files.toSorted().map((file) => specFile(basename(file, '.nn')));
}

/** Specs of the language's contract of one step, as they stand there. The interpreter takes long for the text. */
export function contractSpecs(): readonly SmallSpec[] {
  const names = [
    ...['09-own-layers', '10-contrastive'],
    ...(process.env['NNC_VERIFY'] === 'all' ? ['01-two-layer', '06-lstm-text', '07-vae'] : []),
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
