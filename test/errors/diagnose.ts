/** The diagnostics of a text, as `nnc check` finds them. Behind lines `+++ name` stand the files that it may import. */
import { posix } from 'node:path';
import type { ReadImport } from '../../compiler/check/imports.ts';
import { compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/types.ts';
import { library } from '../library.ts';

export function diagnose(
  file: string,
  text: string,
  settings: Readonly<Record<string, string>> = {},
): readonly Diagnostic[] {
  const [spec = '', ...others] = text.split(/^\+\+\+ /m);
  const files = new Map(
    others.map((other) => {
      const end = other.indexOf('\n');
      return [other.slice(0, end), other.slice(end + 1)] as const;
    }),
  );
  const read: ReadImport = (path, importer) => {
    const name = posix.join(posix.dirname(importer.file), path);
    if ([...files.keys(), file].some((each) => each.startsWith(`${name}/`))) return { folder: true };
    const found = name === file ? spec : files.get(name);
    if (found === undefined) return { missing: true };
    return found.startsWith('!') ? { reason: 'permission denied' } : { file: name, text: found };
  };
  return compile({ file, text: spec }, { version: 'test', library, settings, read }).diagnostics;
}
