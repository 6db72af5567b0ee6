/** The diagnostics of a text, as `nnc check` finds them. */
import { syntaxDiagnostics } from '../../compiler/cli/syntax.ts';
import { standardLibrary } from '../../compiler/check/library.ts';
import type { Diagnostic } from '../../compiler/diagnostics/types.ts';
import { elaborate } from '../../compiler/passes/lower-model.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';

const library = standardLibrary(std, parse);

export function diagnose(file: string, text: string): readonly Diagnostic[] {
  const source = { file, text };
  const { file: tree, problems } = parse(text);
  if (problems.length > 0) return syntaxDiagnostics(source, problems);
  const diagnostics: Diagnostic[] = [];
  elaborate(source, tree, { std: library, settings: {}, parse }, { report: (each) => void diagnostics.push(each) });
  return diagnostics;
}
