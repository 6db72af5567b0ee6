/** Seeded mutations of specs: what slips, editors and cats do to a text. */

/** A small generator of numbers in 0..1 (mulberry32), so that every run meets the same specs. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const whole = (random: () => number, below: number): number => Math.floor(random() * below);

function pick<T>(random: () => number, from: readonly T[], otherwise: T): T {
  return from[whole(random, from.length)] ?? otherwise;
}

/** Words, numbers, signs, spaces and comments: joined again they are the text. */
const tokensOf = (text: string): string[] =>
  text.match(/#[^\n]*|"[^"\n]*"|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?(?:e-?\d+)?|\s+|<-|[<>=!]=|\.\.\.?|[^\s]/g) ?? [];

const intruders = [
  ...['(', ')', '[', ']', '{', '}', ',', ':', ';', '=', '<-', '|', '*', '**', '..', '...', '.', '-', '^', '@', '%'],
  ...['"', "'", '#', '##', '\n', '\t', '\r\n', '\u0000', '\ufeff', '数', '\u202e', '$', '\\', '1e999', '1e-400'],
  ...['0', '1', '-1', '0.5', '3x3', '99999999999', '1e9', 'none', 'true', 'it', 'in', 'target', 'param', 'grad'],
  ...['from', 'as', 'on', 'for', 'over', 'with', 'updates', 'and', 'not', 'layer', 'loss', 'def', 'block', 'repeat 3'],
  ...['if', 'else', 'weight', 'state', 'scan', 'hyper', 'input', 'freeze', 'optim', 'dense', 'relu', 'xent', 'adam'],
  ...['B', '__proto__', 'constructor', 'toString', 'NaN', 'Infinity', 'f32', 'class', 'shape', 'size', 'training'],
];

type Mutation = (tokens: string[], random: () => number, others: readonly string[]) => void;

const mutations: readonly Mutation[] = [
  // Leave out, double, exchange.
  (tokens, random) => void tokens.splice(whole(random, tokens.length), 1 + whole(random, 3)),
  (tokens, random) => {
    const at = whole(random, tokens.length);
    tokens.splice(at, 0, ...tokens.slice(at, at + 1 + whole(random, 6)));
  },
  (tokens, random) => {
    const [a, b] = [whole(random, tokens.length), whole(random, tokens.length)];
    const [left = '', right = ''] = [tokens[a], tokens[b]];
    tokens[a] = right;
    tokens[b] = left;
  },
  // Put something foreign in, or in the place of something.
  (tokens, random) => void tokens.splice(whole(random, tokens.length), 0, pick(random, intruders, ' ')),
  (tokens, random) => void tokens.splice(whole(random, tokens.length), 1, pick(random, intruders, ' ')),
  // Another word of the same text: a use before its definition, a wrong kind, a name given twice.
  (tokens, random) => {
    const words = tokens.flatMap((token, i) => (/^\w/.test(token) ? [i] : []));
    const [to, from] = [pick(random, words, 0), pick(random, words, 0)];
    tokens[to] = tokens[from] ?? '';
  },
  // Another number.
  (tokens, random) => {
    const numbers = tokens.flatMap((token, i) => (/^\d/.test(token) ? [i] : []));
    tokens[pick(random, numbers, 0)] = pick(random, ['0', '1', '2', '7', '1000', '0.3', '1e30', '3x3'], '5');
  },
  // A slip in a word.
  (tokens, random) => {
    const at = whole(random, tokens.length);
    const word = tokens[at] ?? '';
    const cut = whole(random, word.length + 1);
    tokens[at] = word.slice(0, cut) + pick(random, ['', 'x', '_', '1', ' '], '') + word.slice(cut + whole(random, 2));
  },
  // Lines: left out, moved, taken from another spec.
  (tokens, random) => {
    const lines = tokens.join('').split('\n');
    const line = lines.splice(whole(random, lines.length), 1);
    if (random() < 0.6) lines.splice(whole(random, lines.length + 1), 0, ...line);
    tokens.splice(0, tokens.length, ...tokensOf(lines.join('\n')));
  },
  (tokens, random, others) => {
    const lines = tokens.join('').split('\n');
    const foreign = pick(random, others, '').split('\n');
    lines.splice(whole(random, lines.length + 1), 0, pick(random, foreign, ''));
    tokens.splice(0, tokens.length, ...tokensOf(lines.join('\n')));
  },
  // The end is missing.
  (tokens, random) => void tokens.splice(whole(random, tokens.length)),
];

/** One spec with one to four mutations. */
export function mutate(text: string, random: () => number, others: readonly string[]): string {
  const tokens = tokensOf(text);
  const count = 1 + whole(random, 4);
  for (let i = 0; i < count && tokens.length > 0; i++) {
    mutations[whole(random, mutations.length)]?.(tokens, random, others);
  }
  return tokens.join('');
}
