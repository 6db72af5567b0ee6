/** The diagnostics of a text, as `nnc check` finds them. */
import { compile } from '../../compiler/compile.ts';
import type { Diagnostic } from '../../compiler/diagnostics/types.ts';

export function diagnose(file: string, text: string): readonly Diagnostic[] {
  return compile({ file, text }).diagnostics;
}
