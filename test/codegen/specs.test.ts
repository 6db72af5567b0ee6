/** Generated files of the specs: goldens for a reader, the same bytes every time, and the layout that prettier has. */
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { emitted, specNames, specText } from './compiled.ts';

describe('goldens', () => {
  it.each(['two-layer', 'xor', 'digits'])('%s', async (name) => {
    await expect(emitted(specText(name), `specs/${name}.nn`)).toMatchFileSnapshot(`golden/${name}.nn.ts`);
  });
});

describe.each(specNames)('%s', (name) => {
  const text = emitted(specText(name), `specs/${name}.nn`);

  it('has the same bytes again, from another folder, and in other company', () => {
    emitted(specText('xor'), 'xor.nn');
    expect(emitted(specText(name), `somewhere/else/${name}.nn`)).toBe(text);
  });

  it('is laid out as prettier lays it out, but for the column of its comments', async () => {
    const pretty = await format(text, { parser: 'typescript', printWidth: 120, singleQuote: true });
    expect(withoutColumns(text)).toBe(withoutColumns(pretty));
  });

  it('imports the runtime alone, and nothing that it does not use', () => {
    const imports = [...text.matchAll(/import (?:type )?\{([^}]*)\} from '([^']*)';/g)];
    const [body = ''] = text.split(/^.* from 'nnc\/runtime';$/m).slice(-1);
    expect(new Set(imports.map(([, , from]) => from))).toEqual(new Set(['nnc/runtime']));
    for (const [, names = ''] of imports) {
      for (const name of names
        .split(',')
        .map((part) => part.trim().replace(/.* as /, ''))
        .filter(Boolean)) {
        expect(body).toMatch(new RegExp(`\\b${name}\\b`));
      }
    }
  });

  it('stays within 120 columns', () => {
    expect(text.split('\n').filter((line) => line.length > 120 && !line.startsWith('// To change it'))).toEqual([]);
  });
});

/** Prettier leaves one blank before a comment; the emitted file keeps comments in one column. */
const withoutColumns = (text: string): string => text.replace(/(\S) +(\/\/ )/g, '$1 $2');

it('says in its header what was set, and carries it', () => {
  const text = emitted(specText('digits'), 'digits.nn', { width: '64' });
  expect(text.split('\n', 1)).toEqual(['// digits.nn.ts, written by nnc 0.1.0 from digits.nn with --set width=64.']);
  expect(text).toContain('settings: { width: 64 }');
  expect(text).toContain("path: 'dense.kernel',\n    shape: [64, 64],");
});
