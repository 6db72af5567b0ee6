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

  it('is laid out as prettier lays it out: no comment stands in a column', async () => {
    expect(text).toBe(await format(text, { parser: 'typescript', printWidth: 120, singleQuote: true }));
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
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

it('explains its words in six lines, and in one more what not every file mentions, above its imports', () => {
  const [header = ''] = emitted(specText('digits'), 'digits.nn').split('\n\nimport ', 1);
  const legend = header.split('\n').slice(3);
  const [own, mentioned] = [legend.slice(0, 6), legend.slice(6)];
  expect(mentioned.map((line) => line.split(/[(:]/, 1)[0])).toEqual(['// act', '// each', '// flush']);
  for (const word of ['k.map(', 'Sym', 'rowSum(', 'p:', 'n:', 's:', 'g:']) expect(own.join(' ')).toContain(word);
});

it('says in its header what was set, and carries it', () => {
  const text = emitted(specText('digits'), 'digits.nn', { width: '64' });
  expect(text.split('\n', 1)).toEqual(['// digits.nn.ts, written by nnc 0.1.0 from digits.nn with --set width=64.']);
  expect(text).toContain('settings: { width: 64 }');
  expect(text).toContain('dense: { kernel: param([64, 64], ');
});

it.each([
  ['a scan in one line', 'layer rnn 4'],
  ['a scan over several lines', 'layer lstm 4 mask=keep; layer dense 2'],
  ['a scan from the end', 'layer bidirectional gru 4 sequences=true; layer lstm 4 reverse=true'],
])('%s is laid out as prettier lays it out', async (_, layers) => {
  const spec = `input keep: f32[5]; input sound: f32[5, 3]; target y: f32[1]\n${layers}\nlayer dense 1; loss mse; optim sgd\n`;
  const text = emitted(spec, 'scans.nn');
  expect(text).toBe(await format(text, { parser: 'typescript', printWidth: 120, singleQuote: true }));
});
