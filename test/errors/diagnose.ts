/** The diagnostics of a text, as `nnc check` finds them. */
import { compile } from '../../compiler/compile.ts';
import { standardLibrary } from '../../compiler/language/library.ts';
import type { Diagnostic } from '../../compiler/diagnostics/types.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';

const library = standardLibrary(std, parse);

export function diagnose(
  file: string,
  text: string,
  settings: Readonly<Record<string, string>> = {},
): readonly Diagnostic[] {
  return compile({ file, text }, { version: 'test', library, settings }).diagnostics;
}
