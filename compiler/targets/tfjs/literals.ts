/** Numbers as text that reads back to the same double: decimals, or what they are where that says more. */

/** How tightly the text of a number binds: in front of it stands a sign, it is a product, a power, a call, or one word. */
type Form = 'signed' | 'product' | 'power' | 'call' | 'word';

export interface Literal {
  readonly text: string;
  readonly form: Form;
}

/** Decimals shorter than this say enough. */
const LONG = 14;

/** The greatest terms of a fraction that is looked for under a root. */
const LARGEST_TERM = 4096;

/** Numbers of analysis, to the bit. */
const KNOWN: readonly (readonly [number, Literal])[] = [
  [Math.PI, { text: 'Math.PI', form: 'word' }],
  [2 / Math.sqrt(Math.PI), { text: '2 / Math.sqrt(Math.PI)', form: 'product' }],
  [Math.sqrt(2 / Math.PI), { text: 'Math.sqrt(2 / Math.PI)', form: 'call' }],
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 20, 32, 64, 100, 128, 256, 512, 1000, 1024].map(
    (n): readonly [number, Literal] => [Math.log(n), { text: `Math.log(${n})`, form: 'call' }],
  ),
];

const found = new Map<number, Literal>();

/** A power of two, the root of a fraction or a logarithm where the decimal is long, else the decimal. */
export function literalOf(value: number): Literal {
  if (Object.is(value, -0)) return { text: '-0', form: 'signed' };
  if (value < 0) {
    const { text, form } = literalOf(-value);
    return { text: form === 'power' || form === 'product' ? `-(${text})` : `-${text}`, form: 'signed' };
  }
  const text = decimal(value);
  if (text.length < LONG || !Number.isFinite(value)) return { text, form: 'word' };
  const known = found.get(value) ?? namedForm(value) ?? { text, form: 'word' };
  found.set(value, known);
  return known;
}

export const literal = (value: number): string => literalOf(value).text;

function namedForm(value: number): Literal | undefined {
  const known = KNOWN.find(([number]) => number === value)?.[1];
  if (known !== undefined) return known;
  const exponent = Math.round(Math.log2(value));
  if (2 ** exponent === value) return { text: `2 ** ${exponent}`, form: 'power' };
  const square = value * value;
  for (let below = 1; below <= LARGEST_TERM; below++) {
    const above = Math.round(square * below);
    if (above > LARGEST_TERM) return undefined;
    if (above === 0 || Math.sqrt(above / below) !== value) continue;
    // The root of a square is a fraction, which decimals say as well.
    if (isSquare(above) && isSquare(below)) return undefined;
    return { text: `Math.sqrt(${below === 1 ? above : `${above} / ${below}`})`, form: 'call' };
  }
  return undefined;
}

const isSquare = (n: number): boolean => Number.isInteger(Math.sqrt(n));

/** The shortest decimal that reads back to the same double. */
export const decimal = (value: number): string => (Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e'));

/**
 * Likewise for a number that kernels take in single precision: 1 − 0.9 is 0.09999999999999998 in double precision, and
 * 0.1 is the same number to a kernel.
 */
export function singleLiteral(value: number): string {
  const short = Number(value.toPrecision(15));
  const isSame = Math.fround(short) === Math.fround(value) && Math.abs(short - value) <= 2e-15 * Math.abs(value);
  return isSame && decimal(short).length + 4 < decimal(value).length ? decimal(short) : literal(value);
}
