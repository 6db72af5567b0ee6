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

export function specFile(name: string): SmallSpec {
  return { name, text: readFileSync(`${specFolder}${name}.nn`, 'utf8') };
}
