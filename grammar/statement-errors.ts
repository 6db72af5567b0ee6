/** Mistakes in statements that parse: unknown sorts, clauses where they do not belong, bodies missing or surplus. */
import { distance } from 'fastest-levenshtein';
import type { Span } from './ast.ts';
import { keywords, sorts } from './keywords.ts';
import { problem, type SyntaxProblem } from './syntax-errors.ts';

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

const quoted = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(' or ');

export const unknownSort = (word: string, span: Span): SyntaxProblem => {
  const near = nearest(word, sorts);
  const help = near.length > 0 ? `did you mean ${quoted(near)}?` : `a def is one of: ${sorts.join(', ')}`;
  return problem('NN1028', span, `there is no sort of definition called \`${word}\``, help);
};

/** Words of other frameworks, and what they are called here. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['optimizer', 'optim'],
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
  const other = elsewhere.get(word.toLowerCase());
  const help =
    other !== undefined
      ? `that is \`${other}\` here`
      : near.length > 0
        ? `did you mean ${quoted(near)}?`
        : 'a statement starts with a keyword (`layer`, `loss`, `optim`, …) or with `name = `';
  return problem('NN1017', span, `no statement starts with \`${word}\``, help);
};

/** Which clauses a statement may have; `layer`'s are the most usual. */
const clauses: ReadonlyMap<string, readonly string[]> = new Map([
  ['from', ['layer', 'reuse', 'load']],
  ['on', ['penalty', 'reparam']],
  ['for', ['optim']],
  ['as', ['layer', 'reuse', 'metric']],
]);

const clauseHelp: ReadonlyMap<string, string> = new Map([
  ['from', 'other statements take values as arguments: `loss mse prediction y`'],
  ['on', '`penalty l2 1e-4 on backbone` chooses parameters; an optimizer has `for`'],
  ['for', '`optim sgd for head` chooses parameters; a penalty has `on`'],
  ['as', 'a layer’s result is named by `as`, any other value by `name = …`'],
]);

export const clauseProblem = (
  keyword: string,
  clause: string,
  span: Span,
  twice: boolean,
): SyntaxProblem | undefined => {
  if (twice)
    return problem('NN1029', span, `a second \`${clause}\` in one statement`, 'one is enough: separate by commas');
  if (clauses.get(clause)?.includes(keyword) ?? true) return undefined;
  return problem('NN1029', span, `\`${keyword}\` has no clause \`${clause}\``, clauseHelp.get(clause));
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
  const sign = signs.get(characters);
  const isLetter = /^[\p{L}\p{N}]/u.test(characters);
  const letters = isLetter ? 'a name is made of the letters a–z and A–Z, digits and `_`' : undefined;
  const help = sign === undefined ? letters : `write \`${sign}\``;
  const shown = /^[\p{L}\p{N}\p{S}\p{P}]/u.test(characters) ? characters : JSON.stringify(characters);
  return problem('NN1007', span, `\`${shown}\` is not part of the language`, help);
};
