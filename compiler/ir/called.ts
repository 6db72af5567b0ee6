/**
 * What readers call a value. A word is a path, as that of a parameter is: `encoder.0.attention.scores` is what the
 * attention in round 0 of the encoder calls `scores`. A definition calls what it is given by words of its own, by which
 * others do not know it. What nobody has said is said in `words.ts`.
 */
import { isBelow, within, wordOf } from './paths.ts';
import type { Origin, Value } from './types.ts';

/** Marks the word of a cotangent: `∂h` is the gradient of the loss by h. */
const COTANGENT = '∂';

/** What a value is called, inside and outside of the definitions that are given it. */
export type Called = Pick<Value, 'word' | 'givenAs'>;

/** What something is called, without what else is known of it. */
export function calledAs(called: string | Called | undefined): Called {
  const { word, givenAs } = typeof called === 'string' ? { word: called, givenAs: undefined } : (called ?? {});
  return { ...(word === undefined ? {} : { word }), ...(givenAs === undefined ? {} : { givenAs }) };
}

/** Whether a word is that of a cotangent. */
export const isCotangent = ({ word }: Called): boolean => word?.startsWith(COTANGENT) === true;

/** What the cotangent of a value is called. */
export const cotangentOf = (called: Called): Called => renamed(called, (word) => COTANGENT + word);

/** Each word of a value changed, also those by which it was given. */
function renamed({ word, givenAs }: Called, change: (word: string) => string): Called {
  return calledAs({
    word: word === undefined ? undefined : change(word),
    givenAs: givenAs && new Map([...givenAs].map(([scope, name]) => [scope, change(name)])),
  });
}

/** The word of a value that is made of another: its own part changed, in the same scope. */
export function altered<T extends string | undefined>(word: T, change: (own: string) => string): string | T {
  if (word === undefined) return word;
  const [, mark = '', scope = '', own = ''] = /^(∂*)(.*\.)?([^.]*)$/u.exec(word) ?? [];
  return `${mark}${scope}${change(own)}`;
}

/** What a part of a value is called: likewise by those who were given the value. */
export const partCalled = (called: Called, change: (own: string) => string): Called =>
  renamed(called, (word) => altered(word, change));

/** What a value is called in another form: `x_transposed`. */
export const inForm = (called: Called, form: string): Called => partCalled(called, (own) => `${own}_${form}`);

/** What marks a part of a value, at the end of its word. */
const PARTS = ['part', 'terms', 'rows', 'before_all', 'all'] as const;

export type Part = (typeof PARTS)[number];

/** The own part of a word for such a part of the value. */
export const asPart =
  (part: Part) =>
  (own: string): string =>
    `${own}_${part}`;

/** The part of a word for the value that each turn of a loop made. */
export const everyTurn = asPart('all');

/** The part of a word for the value that each turn of a loop was given. */
export const beforeEveryTurn = asPart('before_all');

/** A word as the path that it is, and the marks of cotangents in front. */
export function parted(word: string): { readonly marks: string; readonly path: string } {
  const path = word.replace(/^∂+/u, '');
  return { marks: word.slice(0, word.length - path.length), path };
}

/** A word as one name: `∂encoder.0.h` is `d_encoder_0_h`. */
export function nameOf(word: string): string {
  const { marks, path } = parted(word);
  return 'd_'.repeat(marks.length) + wordOf(path);
}

/** The word of a value as a name. Before all passes have run, some values have none yet. */
export const wordFor = ({ word = 'value' }: Called): string => nameOf(word);

/** What is called so from outside, to who stands at a path: words below it start there. */
export function calledWithin(at: string, { word, givenAs }: Called): Called {
  return calledAs({
    word: word === undefined ? undefined : below(at, word),
    givenAs:
      givenAs === undefined
        ? undefined
        : new Map([...givenAs].map(([scope, name]) => [isBelow(at, scope) ? within(at, scope) : scope, name])),
  });
}

function below(at: string, word: string): string {
  const { marks, path } = parted(word);
  return isBelow(at, path) ? marks + within(at, path) : word;
}

/**
 * What a scope calls a value: by its own word, where it was given the value; what it makes by the word within it; what
 * it is the result of, by the definition's kind; what scopes around it make, by the word there. `foreign` may say
 * otherwise of what is none of its own, by the path and by that word.
 */
export function localWord(
  called: Called,
  { scope = '', what }: Pick<Origin, 'scope' | 'what'>,
  foreign: (path: string, local: string) => string = (_, local) => local,
): string | undefined {
  const around = scopesAround(scope);
  const given = around.map((each) => called.givenAs?.get(each)).find((name) => name !== undefined);
  if (given !== undefined) return nameOf(given);
  const { word } = called;
  if (word === undefined) return undefined;
  const { marks, path } = parted(word);
  const { whole, part } = partOf(path);
  if (whole === scope) return nameOf(marks + what + part);
  const holder = around.find((each) => isBelow(each, path));
  const local = holder === undefined ? path : within(holder, path);
  return nameOf(marks + (holder === scope ? local : foreign(path, local)));
}

const ENDING = new RegExp(`(?:${PARTS.map((part) => `_${part}`).join('|')})*$`);

/** A path without what marks a part of a value (`h_terms`, `h_all`), and that mark. */
export function partOf(path: string): { readonly whole: string; readonly part: string } {
  const [part = ''] = ENDING.exec(path) ?? [];
  return { whole: path.slice(0, path.length - part.length), part };
}

/** A scope and those around it, from inside out. */
function scopesAround(scope: string): readonly string[] {
  const names = scope.split('.');
  return names.map((_, i) => names.slice(0, names.length - i).join('.'));
}
