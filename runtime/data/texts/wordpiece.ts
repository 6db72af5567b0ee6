/** WordPiece as BERT's uncased models have it: a text becomes pieces of words that a vocabulary lists. */
import { UserError } from '../../user-error.ts';

/** Words of more characters are unknown, as a whole. */
const longestWord = 100;

const specials = { padding: '[PAD]', unknown: '[UNK]', start: '[CLS]', end: '[SEP]' } as const;

export interface WordPiece {
  readonly padding: number;
  /** The ids of a text, at most `length`, from [CLS] to [SEP]. */
  readonly encode: (text: string, length: number) => readonly number[];
}

/** One piece a line; its number is the line's, from 0. Throws NN4007 where it is no such vocabulary. */
export function readVocabulary(text: string, file: string): readonly string[] {
  const pieces = text
    .replace(/^\ufeff/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const missing = Object.values(specials).filter((piece) => !pieces.includes(piece));
  if (missing.length > 0) {
    throw new UserError(
      'NN4007',
      `${file} is no vocabulary of WordPiece: it has no line ${missing.join(', ')}`,
      'such a file has one piece a line: [PAD], [UNK], [CLS], [SEP], words, and endings such as ##ing',
    );
  }
  const seen = new Map<string, number>();
  pieces.forEach((piece, i) => {
    const before = seen.get(piece);
    if (before !== undefined)
      throw new UserError('NN4007', `${file}:${i + 1}: \`${piece}\` stands on line ${before + 1} already`);
    seen.set(piece, i);
  });
  return pieces;
}

export function wordPiece(vocabulary: readonly string[]): WordPiece {
  const ids = new Map(vocabulary.map((piece, id) => [piece, id]));
  const idOf = (piece: string): number => ids.get(piece) ?? 0;
  const [padding, unknown] = [idOf(specials.padding), idOf(specials.unknown)];
  const [start, end] = [idOf(specials.start), idOf(specials.end)];
  return {
    padding,
    encode(text, length) {
      const pieces = basicTokens(text).flatMap((word) => piecesOf(word, ids) ?? [unknown]);
      return [start, ...pieces.slice(0, Math.max(0, length - 2)), end];
    },
  };
}

/** Words in lower case without accents; each mark of punctuation and each ideograph is a word of its own. */
export function basicTokens(text: string): readonly string[] {
  const clean = text.replace(/[\t\n\r\p{Zs}]/gu, ' ').replace(/[\0\ufffd\p{Cc}\p{Cf}]/gu, '');
  const plain = clean
    .replace(ideographs, ' $& ')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
  return plain
    .replace(punctuation, ' $& ')
    .split(' ')
    .filter((word) => word !== '');
}

/** Unicode's punctuation, and what of ASCII is neither letter, digit nor space. */
const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;

/** The blocks of CJK ideographs. Kana and Hangul are written with letters, and stay in words. */
const ideographs =
  /[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/gu;

/** The longest piece that the word begins with, and so on; undefined where some rest begins with none. */
function piecesOf(word: string, ids: ReadonlyMap<string, number>): readonly number[] | undefined {
  const characters = Array.from(word);
  if (characters.length > longestWord) return undefined;
  const found: number[] = [];
  for (let begin = 0; begin < characters.length;) {
    let end = characters.length;
    let id: number | undefined;
    for (; end > begin && id === undefined; end--)
      id = ids.get(`${begin > 0 ? '##' : ''}${characters.slice(begin, end).join('')}`);
    if (id === undefined) return undefined;
    found.push(id);
    begin = end + 1;
  }
  return found;
}
