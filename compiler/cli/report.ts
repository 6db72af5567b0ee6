/** Diagnostics and errors on stderr. */
import { visible, visibleName } from '../../runtime/logging/visible.ts';
import type { Code } from '../diagnostics/catalog.ts';
import { inOrder, render } from '../diagnostics/render.ts';
import type { Diagnostic, Label } from '../diagnostics/types.ts';
import { paintFor } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** More than this many in one run are counted, not printed. */
const mostShown = 100;

/** `2 errors, 1 warning`. */
export function tally(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [errors > 0 ? count(errors, 'error') : '', warnings > 0 ? count(warnings, 'warning') : ''];
  return parts.filter((part) => part !== '').join(', ');
}

/** Prints all, in order, and their tally if there are several. */
export function report(terminal: Terminal, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const paint = paintFor(terminal.color.err);
  const shown = inOrder(diagnostics).slice(0, mostShown);
  for (const diagnostic of shown) terminal.err(`${render(printable(diagnostic), paint)}\n\n`);
  if (diagnostics.length > shown.length) terminal.err(`… and ${diagnostics.length - shown.length} more\n`);
  if (diagnostics.length > 1) terminal.err(`${tally(diagnostics)}\n`);
}

/** Names of files and columns may hold what would move the terminal; the lines of a spec are cleaned where they are shown. */
function printable(diagnostic: Diagnostic): Diagnostic {
  const label = (each: Label): Label => ({
    ...each,
    source: { ...each.source, file: visibleName(each.source.file) },
  });
  return {
    ...diagnostic,
    message: visible(diagnostic.message),
    help: diagnostic.help === undefined ? undefined : visible(diagnostic.help),
    primary: label(diagnostic.primary),
    secondary: diagnostic.secondary.map(label),
  };
}

/** A mistake without a place in a text. */
export function reportPlain(
  terminal: Terminal,
  severity: 'error' | 'warning',
  code: Code | undefined,
  message: string,
  help?: string,
): void {
  const paint = paintFor(terminal.color.err);
  const loud = severity === 'error' ? paint.error : paint.warning;
  const head = code === undefined ? severity : `${severity}[${code}]`;
  terminal.err(`${loud(head)}${paint.strong(`: ${visible(message)}`)}\n`);
  for (const [i, line] of (help === undefined ? [] : visible(help).split('\n')).entries()) {
    terminal.err(i === 0 ? `  ${paint.frame('=')} ${paint.note('help:')} ${line}\n` : `          ${line}\n`);
  }
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
