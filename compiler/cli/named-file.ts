/** What is to be said of a file that a spec names, at the place where it names it. */
import { catalog } from '../diagnostics/catalog.ts';
import type { Told } from '../diagnostics/say.ts';
import type { Diagnostic, Label } from '../diagnostics/types.ts';

type Said = Pick<Told, 'code' | 'message' | 'help'> & Partial<Pick<Told, 'variant' | 'facts'>>;

export function ofNamedFile(
  { code, message, help, ...known }: Said,
  { source, span }: Pick<Label, 'source' | 'span'>,
): Diagnostic {
  const primary = { source, span, text: '' };
  return { ...known, code, severity: catalog[code].severity, message, primary, secondary: [], help };
}
