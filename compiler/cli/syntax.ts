/** What the parser found, as diagnostics. */
import type { SyntaxProblem } from '../../grammar/syntax-errors.ts';
import { catalog } from '../diagnostics/catalog.ts';
import type { Diagnostic, Source } from '../diagnostics/types.ts';

export function syntaxDiagnostics(source: Source, problems: readonly SyntaxProblem[]): readonly Diagnostic[] {
  return problems.map(({ code, variant, facts, message, span, help }) => ({
    code,
    variant,
    facts,
    severity: catalog[code].severity,
    message,
    primary: { source, span, text: '' },
    secondary: [],
    help,
  }));
}
