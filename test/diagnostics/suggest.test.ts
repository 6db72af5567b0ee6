/** The nearest names: slips are found, strangers are not. */
import { describe, expect, it } from 'vitest';
import { nearest } from '../../compiler/diagnostics/suggest.ts';
import { didYouMean, either } from '../../compiler/diagnostics/words.ts';

const layers = ['dense', 'dropout', 'conv', 'conv_transpose', 'flatten', 'relu', 'gelu', 'selu', 'attention', 'add'];

describe('nearest', () => {
  it.each([
    ['dnse', ['dense']],
    ['dnese', ['dense']],
    ['Dense', ['dense']],
    ['densee', ['dense']],
    ['rleu', ['relu']],
    ['elu', ['gelu', 'relu', 'selu']],
    ['conv_tr', ['conv_transpose', 'conv']],
    ['atention', ['attention']],
    ['dropuot', ['dropout']],
    ['xyz', []],
    ['nonlinear', []],
    ['a', []],
    ['', []],
    ['dense', ['dense']],
  ])('%s → %j', (word, found) => {
    expect(nearest(word, layers)).toEqual(found);
  });

  it('gives at most three, the nearest first, whatever the order of the candidates', () => {
    const candidates = ['beta2', 'beta1', 'beta3', 'beta', 'betas'];
    expect(nearest('beta', candidates)[0]).toBe('beta');
    expect(nearest('beta', candidates)).toHaveLength(3);
    expect(nearest('beta', candidates.toReversed())).toEqual(nearest('beta', candidates));
  });

  it('is quick with a long word and many candidates', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `value${i}`);
    expect(nearest('v'.repeat(2000), many)).toEqual([]);
  });
});

describe('settings of other frameworks', () => {
  it.each([
    ['learning_rate', ['lr', 'beta1', 'eps'], 'lr'],
    ['learningRate', ['lr', 'beta1', 'eps'], 'lr'],
    ['epsilon', ['lr', 'eps'], 'eps'],
    ['kernel_initializer', ['init', 'bias_init'], 'init'],
    ['alpha', ['slope', 'x'], 'slope'],
    ['alpha', ['lr', 'rho'], 'rho'],
    ['normalize', ['scale', 'standardize', 'minmax'], 'standardize'],
  ])('%s of %j is %s', (word, names, meant) => {
    expect(nearest(word, names)).toEqual([meant]);
  });

  it('are advised only where there is what they mean', () => {
    expect(nearest('epsilon', ['lr', 'beta'])).toEqual([]);
    expect(nearest('strides', ['units', 'strided'])).toEqual(['strided']);
  });
});

describe('didYouMean', () => {
  it('asks, or is silent', () => {
    expect(didYouMean(nearest('dnse', layers))).toBe('did you mean `dense`?');
    expect(didYouMean(nearest('elu', layers))).toBe('did you mean `gelu`, `relu` or `selu`?');
    expect(didYouMean(nearest('xyz', layers))).toBeUndefined();
  });
  it('joins words', () => {
    expect([either([]), either(['a']), either(['a', 'b'])]).toEqual(['', '`a`', '`a` or `b`']);
  });
});
