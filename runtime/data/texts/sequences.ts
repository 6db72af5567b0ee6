/** Texts as sequences of ids, all of one length: what is learned from training rows, and how it is applied. */
import type { PortSpec, TextSpec } from '../../model.ts';
import { UserError } from '../../user-error.ts';
import { limitsOf } from '../limits.ts';
import { maskOfLengths } from '../mask.ts';
import type { End } from '../mask.ts';
import { charactersOf, mostFrequent, wordsOf } from './words.ts';
import { readVocabulary, wordPiece } from './wordpiece.ts';

interface Common {
  readonly port: string;
  /** The input that is 1 where a sequence has a token, and 0 where it is padded. */
  readonly mask?: string;
}

/** Of `tokens` and `chars`, id 0 is padding, 1 unknown, and the list begins with id 2; of `wordpiece` it begins with 0. */
export type TextPrep =
  | (Common & { readonly kind: 'tokens'; readonly words: readonly string[]; readonly pad: End })
  | (Common & { readonly kind: 'chars'; readonly characters: readonly string[]; readonly pad: End })
  | (Common & { readonly kind: 'wordpiece'; readonly vocabulary: readonly string[] })
  /** Windows of a stream: ids begin with 0, and what is unknown or not there is a space (else id 0). */
  | (Common & { readonly kind: 'stream'; readonly characters: readonly string[] });

const kinds: ReadonlySet<string> = new Set<TextPrep['kind']>(['tokens', 'chars', 'wordpiece', 'stream']);

interface Step {
  readonly kind: string;
}

/** Whether the step makes ids of texts. */
export const isTextStep = <S extends Step>(step: S): step is Extract<S, { readonly kind: TextPrep['kind'] }> =>
  kinds.has(step.kind);

/** Ids of padding and of what is unknown. */
const reserved = 2;

/** What a step learns of the texts of training rows. `open` reads a file that the spec names. Throws NN4007. */
export function fitTexts(
  step: TextSpec,
  texts: readonly string[],
  spec: PortSpec | undefined,
  open: (file: string) => string,
): TextPrep {
  const fitted = learned(step, texts, open);
  const ids = idsOf(fitted);
  const table = spec === undefined ? Infinity : limitsOf(spec).below(0);
  if (ids > table) {
    const of =
      fitted.kind === 'wordpiece' ? 'as its vocabulary has lines' : 'with 0 for padding and 1 for what is unknown';
    throw new UserError(
      'NN4007',
      `\`prep ${step.port} ${step.kind}\` makes ${ids} different ids, ${of}, but the table that they name rows of has ${table}`,
      `write: layer embedding ${ids} …${fitted.kind === 'tokens' ? `, or prep ${step.port} tokens ${table}` : ''}`,
    );
  }
  return fitted;
}

function learned(step: TextSpec, texts: readonly string[], open: (file: string) => string): TextPrep {
  const { port, mask } = step;
  const common = { port, ...(mask === undefined ? {} : { mask }) };
  switch (step.kind) {
    case 'tokens':
      return {
        ...common,
        kind: 'tokens',
        words: mostFrequent(texts.map(wordsOf), step.count - reserved),
        pad: step.pad ?? 'front',
      };
    case 'wordpiece':
      return { ...common, kind: 'wordpiece', vocabulary: readVocabulary(open(step.file), step.file) };
    case 'chars': {
      const characters = inCodePoints(new Set(texts.flatMap(charactersOf)));
      return { ...common, kind: 'chars', characters, pad: step.pad ?? 'front' };
    }
  }
}

export const inCodePoints = (characters: ReadonlySet<string>): readonly string[] =>
  [...characters].sort((a, b) => codePoint(a) - codePoint(b));

const codePoint = (character: string): number => character.codePointAt(0) ?? 0;

/** How many ids there are. */
function idsOf(fitted: TextPrep): number {
  if (fitted.kind === 'wordpiece') return fitted.vocabulary.length;
  if (fitted.kind === 'stream') return fitted.characters.length;
  return reserved + (fitted.kind === 'tokens' ? fitted.words : fitted.characters).length;
}

export interface Sequences {
  readonly ids: Int32Array;
  /** 1 where there is a token. */
  readonly mask: Float32Array;
}

/** A sequence of this length for each text, row-major. */
export function sequences(fitted: TextPrep, texts: readonly string[], length: number): Sequences {
  const { padding, pad, encode } = encoder(fitted, length);
  const ids = new Int32Array(texts.length * length).fill(padding);
  const lengths = Int32Array.from(texts, (text, row) => {
    const all = encode(text);
    const kept = pad === 'end' ? all.slice(0, length) : all.slice(Math.max(0, all.length - length));
    ids.set(kept, row * length + (pad === 'end' ? 0 : length - kept.length));
    return kept.length;
  });
  return { ids, mask: maskOfLengths(lengths, length, pad) };
}

interface Encoder {
  readonly padding: number;
  readonly pad: End;
  readonly encode: (text: string) => readonly number[];
}

function encoder(fitted: TextPrep, length: number): Encoder {
  if (fitted.kind === 'wordpiece') {
    const { padding, encode } = wordPiece(fitted.vocabulary);
    return { padding, pad: 'end', encode: (text) => encode(text, length) };
  }
  if (fitted.kind === 'stream') {
    const ids = new Map(fitted.characters.map((character, i) => [character, i]));
    const padding = ids.get(' ') ?? 0;
    return { padding, pad: 'front', encode: (text) => charactersOf(text).map((each) => ids.get(each) ?? padding) };
  }
  const [list, parts] =
    fitted.kind === 'tokens' ? [fitted.words, wordsOf] : ([fitted.characters, charactersOf] as const);
  const ids = new Map(list.map((word, i) => [word, i + reserved]));
  return { padding: 0, pad: fitted.pad, encode: (text) => parts(text).map((word) => ids.get(word) ?? 1) };
}
