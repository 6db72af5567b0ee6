/** The catalogue: every page is whole, its wrong example meets its code, and the mended one does not. */
import { describe, expect, it } from 'vitest';
import { catalog, isCode } from '../../compiler/diagnostics/catalog.ts';
import type { Code } from '../../compiler/diagnostics/catalog.ts';
import { syntaxMessages } from '../../grammar/messages.ts';
import { runtimeErrors } from '../../runtime/user-error.ts';
import { diagnose } from '../errors/diagnose.ts';

const codes = Object.keys(catalog).filter(isCode);
const examples = codes.flatMap((code) => {
  const { wrong, mended } = catalog[code];
  return wrong === undefined || code.startsWith('NN6') ? [] : [{ code, wrong, mended }];
});

const codesOf = (text: string): readonly Code[] => diagnose('model.nn', text).map(({ code }) => code);

describe('the catalogue', () => {
  it('has every code of the parser and of the runtime', () => {
    for (const code of [...Object.keys(syntaxMessages), ...Object.keys(runtimeErrors)]) expect(codes).toContain(code);
    expect(codes.filter((code) => code.startsWith('NN1'))).toEqual(Object.keys(syntaxMessages));
  });

  it.each(codes)('%s has a title and an explanation', (code) => {
    const { title, explanation, wrong, mended } = catalog[code];
    expect(title).toMatch(/^\S.*[^.\s]$/);
    expect(explanation).toMatch(/^\S[\s\S]*\.$/);
    expect(wrong === undefined).toBe(mended === undefined);
  });

  it.each(examples)('$code is met by its example, and not by the mended one', ({ code, wrong, mended }) => {
    expect(codesOf(wrong)).toContain(code);
    expect(codesOf(mended ?? '')).not.toContain(code);
  });
});
