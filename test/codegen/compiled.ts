/** Specs of this repository, compiled as the command line compiles them. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompileResult } from '../../compiler/compile.ts';
import { packageVersion } from '../../compiler/cli/version.ts';
import { compile } from '../../compiler/compile.ts';

const folder = fileURLToPath(new URL('../../specs/', import.meta.url));

export const specNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.nn'))
  .map((name) => name.slice(0, -3));

export const specText = (name: string): string => readFileSync(`${folder}${name}.nn`, 'utf8');

/** The goldens are what `nnc build` writes, to the byte. */
const version = packageVersion();

export function compileText(
  text: string,
  file: string,
  settings: Readonly<Record<string, string>> = {},
): CompileResult {
  return compile({ file, text }, { version, settings });
}

/** The generated text of a spec that must compile. */
export function emitted(text: string, file: string, settings: Readonly<Record<string, string>> = {}): string {
  const result = compileText(text, file, settings);
  if (result.text === undefined) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.text;
}
