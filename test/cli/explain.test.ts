/** `nnc explain`: every word of the language has a page whose example is right; every name has an answer. */
import { describe, expect, it } from 'vitest';
import { internalOps, languageFunctions } from '../../compiler/language/language-functions.ts';
import { registry } from '../../compiler/ops/index.ts';
import { keywords, reserved, sorts } from '../../grammar/keywords.ts';
import { statementPages, wordPages } from '../../grammar/pages.ts';
import { print } from '../../grammar/print.ts';
import { parse } from '../../grammar/parser.ts';
import { diagnose } from '../errors/diagnose.ts';
import { folderWith, nnc } from './nnc.ts';

const pages = Object.entries({ ...statementPages, ...wordPages });
const explained = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await nnc(folderWith(), 'explain', ...words);
  expect([code, err]).toEqual([0, '']);
  return out;
};

describe('the words of the language', () => {
  it('have a page each', () => {
    expect([...keywords.keys()].sort()).toEqual(Object.keys(statementPages).sort());
    for (const word of [...reserved.keys(), 'it', 'in', 'training']) expect(Object.keys(wordPages)).toContain(word);
  });

  it.each(pages)('%s has an example that holds it, is right and is laid out', (word, { example }) => {
    const beside = '\n+++ blocks.nn\ndef layer twice() { it = 2 * it }\n';
    const known = diagnose('model.nn', example + beside).filter(({ severity }) => severity === 'error');
    expect(known.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    expect(example).toMatch(new RegExp(`\\b${word}\\b`));
    expect(print(parse(example).file, example)).toBe(example);
  });

  it.each(pages)('%s has forms that hold it', async (word, { forms }) => {
    for (const [form] of forms) expect(form).toMatch(new RegExp(`\\b(${word}|units)\\b`));
    expect(await explained(word)).toContain(forms[0]?.[1]);
  });
});

describe('nnc explain', () => {
  it.each([
    [['dense'], 'def layer dense('],
    [['layer', 'dense'], 'def layer dense('],
    [['adam'], 'def optim adam('],
    [['loss'], 'bce contrastive cosine ctc'],
    [['matmul'], 'matmul('],
    [['NN2004'], 'broadcast'],
    [['nn2004'], 'error NN2004'],
  ])('%j', async (words, part) => {
    expect(await explained(...words)).toContain(part);
  });

  it.each(['step', 'clip', 'pad'])('%s, which is several things, shows each', async (word) => {
    expect((await explained(word)).match(/^# /gm)?.length).toBeGreaterThan(1);
  });

  it.each(sorts)('%s lists the names of the library', async (sort) => {
    expect(await explained(sort)).toMatch(/^In the library: \w+/m);
  });

  it.each([...[...registry.keys()].filter((name) => !internalOps.has(name)), ...languageFunctions.keys()])(
    'the function %s',
    async (name) => {
      expect(await explained(name)).toContain(name);
    },
  );
});
