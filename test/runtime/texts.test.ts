/** Texts become ids: words by how often they come, characters in order, pieces by the published algorithm. */
import { describe, expect, test } from 'vitest';
import { fitTexts, sequences } from '../../runtime/data/texts/sequences.ts';
import { mostFrequent, wordsOf } from '../../runtime/data/texts/words.ts';
import { basicTokens, readVocabulary, wordPiece } from '../../runtime/data/texts/wordpiece.ts';
import type { TextSpec } from '../../runtime/model.ts';
import { UserError } from '../../runtime/user-error.ts';

const ids = (length: number, below?: number) => ({
  shape: [length],
  dtype: 'int32' as const,
  ...(below === undefined ? {} : { below }),
});

describe('words', () => {
  test.each<[string, readonly string[]]>([
    ["Don't STOP – 3.5 times, naïve café!", ["don't", 'stop', '3', '5', 'times', 'naïve', 'café']],
    ['e\u0301tude', ['\u00e9tude']],
    ['“quoted” ’tis rock’n’roll', ['quoted', 'tis', 'rock’n’roll']],
    ['Привет, МИР', ['привет', 'мир']],
    ['…', []],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
  test('are taken by how often they come, then in order', () => {
    const all = [['b', 'a', 'c'], ['c'], ['d', 'b', 'c']];
    expect(mostFrequent(all, 3)).toEqual(['c', 'b', 'a']);
    expect(mostFrequent(all, 9)).toEqual(['c', 'b', 'a', 'd']);
  });
});

/** The ids of `then` and where there are tokens, once `texts` have been learned from. */
function made(step: TextSpec, texts: readonly string[], then: string, length: number) {
  const fitted = fitTexts(step, texts, ids(length), () => pieces.join('\n'));
  const { ids: of, mask } = sequences(fitted, [then], length);
  return [Array.from(of), Array.from(mask).join('')];
}

describe('sequences', () => {
  const tokens = { port: 'x', kind: 'tokens', count: 5 } as const;
  const chars = { port: 'x', kind: 'chars' } as const;
  const learned = ['the cat and the dog and the sun'];
  // The three most frequent have 2, 3, 4: the, and, cat.
  test.each<[string, TextSpec, string, number, number[], string]>([
    ['short ones are padded at the front', tokens, 'The dog', 4, [0, 0, 2, 1], '0011'],
    ['long ones are cut there', tokens, 'cat and the', 2, [3, 2], '11'],
    ['or at the end', { ...tokens, pad: 'end' }, 'The dog', 4, [2, 1, 0, 0], '1100'],
    ['both of it', { ...tokens, pad: 'end' }, 'cat and the', 2, [4, 3], '11'],
    ['a text without words is padding', tokens, '?!', 2, [0, 0], '00'],
    // ' acdeghnostu' have 2 to 13.
    ['characters in their order', chars, 'Cat ', 6, [0, 0, 1, 3, 12, 2], '001111'],
    ['characters cut', { ...chars, pad: 'end' }, 'sun', 2, [11, 13], '11'],
  ])('%s', (_, step, text, length, expected, mask) => {
    expect(made(step, learned, text, length)).toEqual([expected, mask]);
  });
  test('characters of two units are one', () => {
    expect(made(chars, ['😀b'], 'b😀c', 3)).toEqual([[2, 3, 1], '111']);
  });
  test('more ids than the table has rows are an error', () => {
    const fit = (step: TextSpec, below: number) => () =>
      fitTexts(step, learned, ids(4, below), () => pieces.join('\n'));
    expect(fit(tokens, 5)).not.toThrow();
    expect(fit(tokens, 4)).toThrow(
      '`prep x tokens` makes 5 different ids, with 0 for padding and 1 for what is unknown, but the table that they name rows of has 4',
    );
    expect(fit(chars, 14)).not.toThrow();
    expect(fit(chars, 13)).toThrow('`prep x chars` makes 14 different ids');
    const pieceSpec = { port: 'x', kind: 'wordpiece', file: 'v.txt' } as const;
    expect(fit(pieceSpec, pieces.length)).not.toThrow();
    expect(fit(pieceSpec, pieces.length - 1)).toThrow(UserError);
  });
});

const vocabulary =
  `[PAD] [UNK] [CLS] [SEP] each sentence is converted naive token ##isation : auto ##en ##code ##rs aren ' t ` +
  `trivial ! un ##aff ##able want ##want ##ed run ##ning , 李 ##李 a ##a ##b ab abc ##c .`;
const pieces = vocabulary.split(' ');

describe('wordpiece', () => {
  // The first three are published: two sentences of all-MiniLM-L6-v2, and the test of BERT's own tokenizer.
  test.each<[string, string]>([
    ['Each sentence is converted', 'each sentence is converted'],
    [
      "Naïve tokenisation: autoencoders aren't trivial!",
      "naive token ##isation : auto ##en ##code ##rs aren ' t trivial !",
    ],
    ['UNwantéd,running', 'un ##want ##ed , run ##ning'],
    ['unaffable', 'un ##aff ##able'],
    // The whole word is unknown where a rest has no piece, however long the beginning is.
    ['unwantx', '[UNK]'],
    ['  ', ''],
    // Longest first: abc, though ab and a fit too; then a is left with ##b ##c.
    ['abc ab aabc', 'abc ab a ##a ##b ##c'],
    ['a李a', 'a 李 a'],
    ['a\u200bb\u0000\ufffd', 'ab'],
    ['a\u00a0a\t\n', 'a a'],
    ['a.a', 'a . a'],
    ['[SEP]', '[UNK] [UNK] [UNK]'],
    ['a'.repeat(100), `a${' ##a'.repeat(99)}`],
    ['a'.repeat(101), '[UNK]'],
  ])('%j', (text, expected) => {
    const { encode } = wordPiece(readVocabulary(pieces.join('\n'), 'v.txt'));
    const named = encode(text, 128).map((id) => pieces[id]);
    expect(named.join(' ')).toBe(['[CLS]', ...(expected === '' ? [] : [expected]), '[SEP]'].join(' '));
  });
  test('is cut before [SEP], and padded at the end', () => {
    const step = { port: 'x', kind: 'wordpiece', file: 'v.txt' } as const;
    const fitted = fitTexts(step, [], ids(5), () => pieces.join('\r\n') + '\r\n');
    const { ids: of, mask } = sequences(fitted, ['is is', 'is is is is'], 5);
    expect(Array.from(of)).toEqual([2, 6, 6, 3, 0, 2, 6, 6, 6, 3]);
    expect(Array.from(mask).join('')).toBe('1111011111');
  });
  test('separates punctuation and keeps other scripts', () => {
    expect(basicTokens('¿Qué? $5_x カナ')).toEqual(['¿', 'que', '?', '$', '5', '_', 'x', 'カナ']);
  });
  test.each([
    ['[PAD]\n[CLS]\nword', 'v.txt is no vocabulary of WordPiece: it has no line [UNK], [SEP]'],
    ['[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\na', 'v.txt:7: `a` stands on line 5 already'],
  ])('%j is no vocabulary', (text, message) => {
    expect(() => readVocabulary(text, 'v.txt')).toThrow(message);
  });
});
