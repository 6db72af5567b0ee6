/** The pages of the words of the language: statements, and what stands within them. */
import type { Page as Written } from '../../grammar/pages.ts';
import { emptyPage } from './page.ts';
import type { Page } from './page.ts';

export const wordPage = (
  subject: 'statement' | 'word',
  name: string,
  { summary, forms, doc, example }: Written,
): Page => ({
  ...emptyPage(subject, name),
  summary,
  forms: forms.map(([written, meaning]) => ({ written, meaning })),
  paragraphs: doc === undefined ? [] : [doc],
  example,
});
