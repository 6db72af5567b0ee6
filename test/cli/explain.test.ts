/** `nnc explain`: every word of the language and every name has an answer, and so have the definitions of a file. */
import { describe, expect, it } from 'vitest';
import { sampled } from '../amounts.ts';
import { internalOps, languageFunctions } from '../../compiler/language/language-functions.ts';
import { registry } from '../../compiler/ops/index.ts';
import { keywords, reserved, sorts } from '../../grammar/keywords.ts';
import { statementPages, wordPages } from '../../grammar/pages.ts';
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

  it.each(pages)('%s has forms that hold it', async (word, { forms }) => {
    for (const [form] of forms) expect(form).toMatch(new RegExp(`\\b(${word}|units)\\b`));
    expect((await explained(word)).replaceAll(/\s+/g, ' ')).toContain(forms[0]?.[1]);
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

  it.each([
    [['cross_entropy'], 'nnc calls cross_entropy xent.', '# loss xent'],
    [['nn.CrossEntropyLoss'], 'nnc calls nn.CrossEntropyLoss xent.', '# loss xent'],
    [['mean_squared_error'], 'nnc calls mean_squared_error mse.', '# metric mse'],
    [['loss', 'l1'], 'nnc calls l1 mae.', '# loss mae'],
    [['np.absolute'], 'nnc calls np.absolute abs.', '# function abs'],
    [['dot'], 'nnc has no dot. It is written:', 'sum(a * b)'],
  ])('%j, by the name that it has elsewhere', async (words, said, part) => {
    const text = await explained(...words);
    expect(text).toContain(said);
    expect(text).toContain(part);
  });

  it.each(['step', 'clip', 'pad'])('%s, which is several things, shows each', async (word) => {
    expect((await explained(word)).match(/^# /gm)?.length).toBeGreaterThan(1);
  });

  it.each(sorts)('%s lists the names of the library', async (sort) => {
    expect(await explained(sort)).toMatch(/^In the library: \w+/m);
  });

  const functions = [...[...registry.keys()].filter((name) => !internalOps.has(name)), ...languageFunctions.keys()];

  it.each(sampled(functions, 4))('the function %s', async (name) => {
    expect(await explained(name)).toContain(name);
  });
});

describe('nnc explain of a file', () => {
  const files = {
    'inner.nn': 'def fn halved(x) = x / 2\n',
    'own.nn': `import "./inner.nn"
## A gated layer (Dauphin et al. 2017).
##
## PyTorch: nn.GLU; without weights
##
##     input x: f32[8]
##     layer gated 16
def layer gated(units: int, act: fn = halved) {
  weight gate: [in, units] init=he_normal
  layer dense units as plain
  it = plain * act(it)
}
def optim still(lr=0.1) { state v = zeros; param <- param - lr * v }
`,
    'model.nn': 'input x: f32[2]; target y: f32[1]\nlayer dense 1; loss mse; optim sgd\n',
    'wrong.nn': 'def layer a() { it = nothing }\n',
  };

  it('shows each definition, in their order', async () => {
    const { code, out, err } = await nnc(folderWith(files), 'explain', './own.nn');
    expect([code, err]).toEqual([0, '']);
    expect(out.match(/^# .*$/gm)).toEqual(['# layer gated (own.nn)', '# optimizer still (own.nn)']);
    for (const part of [
      'A gated layer',
      'gate  [in, units]  he_normal',
      'plain  dense',
      'nn.GLU; without weights',
      'Slots',
    ])
      expect(out).toContain(part);
    expect(out).toContain('layer gated units act=halved');
  });

  it('shows one of them', async () => {
    const { code, out } = await nnc(folderWith(files), 'explain', 'own.nn', 'still');
    expect([code, out.match(/^# /gm)?.length]).toEqual([0, 1]);
  });

  it.each([
    ['wrong.nn', 1, 'NN2001'],
    ['model.nn', 2, 'nnc summary model.nn'],
    ['nowhere.nn', 2, 'NN6007'],
  ])('%s', async (file, code, said) => {
    const result = await nnc(folderWith(files), 'explain', file);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toContain(said);
  });

  it('says what it has where it has not the name', async () => {
    const { code, err } = await nnc(folderWith(files), 'explain', 'own.nn', 'dense');
    expect(code).toBe(2);
    expect(err).toContain('it defines gated, still');
  });
});
