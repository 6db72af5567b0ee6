/**
 * The bodies of `k.globalNorm`. Where squares leave the range of float32 the norm comes from smaller numbers, so that
 * what is finite has a norm; it is at most the greatest float32.
 */
import { div, less, minimum, mul, rowSum, select, sqrt, square } from './scalar/functions.ts';
import type { Sym } from './scalar/symbol.ts';

/** By which numbers are multiplied before they are squared where their squares are too large. */
const SMALLER = 2 ** -80;
/** The greatest sum of squares that is trusted: single precision ends at 3.4e38. */
const LARGEST_SQUARES = 1e38;
const GREATEST = (2 - 2 ** -23) * 2 ** 127;

/** Σ x² over a row, and Σ (x · 2⁻⁸⁰)². */
export const rowSquares = (x: Sym): readonly [Sym, Sym] => [rowSum(square(x)), rowSum(square(mul(x, SMALLER)))];

/** √Σ x², of both sums. */
export const rootOf = (squares: Sym, small: Sym): Sym =>
  select(less(squares, LARGEST_SQUARES), sqrt(squares), minimum(div(sqrt(small), SMALLER), GREATEST));
