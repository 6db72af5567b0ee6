/** Each page of the catalogue about meaning: its wrong spec meets the code, its mended one does not. */
import { describe, expect, it } from 'vitest';
import { catalog } from '../../compiler/diagnostics/catalog.ts';
import type { Entry } from '../../compiler/diagnostics/catalog.ts';
import { elaboration } from './elaboration.ts';

const pages: readonly (readonly [string, Entry])[] = Object.entries(catalog);
/** What is known when a spec is compiled. */
const behind: ReadonlySet<string> = new Set(['NN3026', 'NN3027']);
const checked = pages.filter(([code, page]) => /^NN[234]/.test(code) && !behind.has(code) && page.wrong !== undefined);

describe('the pages of the catalogue', () => {
  it.each(checked)('%s', (code, page) => {
    const wrong = elaboration(page.wrong ?? '').diagnostics.map((each) => each.code);
    expect(wrong, 'the wrong spec').toContain(code);
    const { diagnostics, problems } = elaboration(page.mended ?? '');
    const left = diagnostics.map((each) => `${each.code}: ${each.message}`);
    // Pages show the few lines that matter: what is not trained is said to be so.
    expect(
      left.filter((each) => !each.startsWith('NN3013')),
      'the mended spec',
    ).toEqual([]);
    expect(problems).toBe(0);
  });
});
