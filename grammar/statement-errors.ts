/** Mistakes in statements that parse: unknown sorts, clauses where they do not belong, bodies missing or surplus. */
import { distance } from 'fastest-levenshtein';
import type { Span } from './ast.ts';
import { keywords, sorts } from './keywords.ts';
import { problem, say, type SyntaxProblem } from './syntax-errors.ts';

/** No keyword is nearly as long. */
const longestWord = 30;

/** The known words that are near enough to be meant, nearest first. */
const nearest = (word: string, known: readonly string[]): readonly string[] => {
  if (word.length > longestWord) return [];
  const limit = Math.max(1, Math.floor(word.length / 3));
  const scored = known.map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate) }));
  const near = scored.filter(({ far }) => far <= limit).sort((a, b) => a.far - b.far);
  return near.slice(0, 3).map(({ candidate }) => candidate);
};

export const unknownSort = (word: string, span: Span): SyntaxProblem =>
  problem(say.NN1028.sort({ word, near: nearest(word, sorts), sorts }), span);

/** Words of other frameworks, and what they are called here. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['optimizer', 'optim'],
  ['optimiser', 'optim'],
  ['criterion', 'loss'],
  ['objective', 'loss'],
  ['fit', 'train'],
  ['lr_scheduler', 'schedule'],
  ['preprocess', 'prep'],
  ['transform', 'prep'],
  ['augmentation', 'augment'],
  ['parameter', 'weight'],
  ['sequential', 'block NAME { … }'],
  ['class', 'def layer'],
  ['regularizer', 'penalty'],
  ['regularize', 'penalty'],
  ['dataset', 'data'],
  ['output', 'predict'],
  ['label', 'target'],
  ['param', 'weight'],
  ['for', 'repeat'],
  ['while', 'repeat'],
  ['let', 'name = expression'],
  ['const', 'hyper'],
  ['var', 'name = expression'],
  ['function', 'def fn'],
  ['return', 'it = expression'],
  ['epochs', 'train epochs='],
  ['patience', 'train patience='],
  ['seed', 'train seed='],
  ['monitor', 'train monitor='],
  ['lr', 'optim adam lr='],
  ['learning_rate', 'optim adam lr='],
  ['batch', 'train batch='],
  ['scheduler', 'schedule'],
  ['assert', 'require'],
]);

export const unknownKeyword = (word: string, span: Span): SyntaxProblem => {
  const near = nearest(word, [...keywords.keys()]);
  return problem(say.NN1017.unknown({ word, near, elsewhere: elsewhere.get(word.toLowerCase()) }), span);
};

/** Which clauses a statement may have; `layer`'s are the most usual. */
const clauses: ReadonlyMap<string, readonly string[]> = new Map([
  ['from', ['layer', 'reuse', 'load', 'augment']],
  ['on', ['penalty', 'reparam']],
  ['for', ['optim']],
  ['as', ['layer', 'reuse', 'metric']],
]);

export const clauseProblem = (
  keyword: string,
  clause: string,
  span: Span,
  twice: boolean,
): SyntaxProblem | undefined => {
  if (twice) return problem(say.NN1029.twice({ clause }), span);
  if (clauses.get(clause)?.includes(keyword) ?? true) return undefined;
  return problem(say.NN1029.clause({ keyword, clause }), span);
};

/** Signs of other languages and of text processors, and what is written here. */
const signs: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['!', 'not'],
  ['≤', '<='],
  ['≥', '>='],
  ['≠', '!='],
  ['×', '*'],
  ['−', '-'],
  ['“', '"'],
  ['”', '"'],
  ['←', '<-'],
]);

export const unknownCharacters = (characters: string, span: Span): SyntaxProblem => {
  const shown = /^[\p{L}\p{N}\p{S}\p{P}]/u.test(characters) ? characters : JSON.stringify(characters);
  const isLetter = /^[\p{L}\p{N}]/u.test(characters);
  return problem(say.NN1007.characters({ shown, instead: signs.get(characters), isLetter }), span);
};
