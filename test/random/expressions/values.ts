/** What expressions are made of and to: values with their bounds, numbers, shapes. */
import { bare, ownersOf } from '../draft.ts';
import type { Draft, Shape, Val } from '../draft.ts';

interface Made {
  readonly text: string;
  readonly shape: Shape;
  readonly from: readonly Val[];
  readonly low: number;
  readonly high: number;
  readonly dtype?: 'f32' | 'i32';
  readonly perExample?: boolean;
  /** Without a derivative. */
  readonly flat?: boolean;
  readonly classes?: number | undefined;
}

export function made({ text, shape, from, low, high, dtype = 'f32', perExample, flat = false, classes }: Made): Val {
  return {
    text,
    shape,
    dtype,
    perExample: perExample ?? from.some((value) => value.perExample),
    low,
    high,
    owners: flat ? new Set() : ownersOf(...from),
    known: from.length > 0 && from.every((value) => value.known === true),
    ...(classes === undefined ? {} : { classes }),
  };
}

/** The same value in another shape or order. */
export const moved = (of: Val, text: string, shape: Shape): Val => ({ ...of, text, shape });

export const number = (value: number): Val => ({
  text: value < 0 ? `(${value})` : String(value),
  shape: [],
  dtype: 'f32',
  perExample: false,
  low: value,
  high: value,
  owners: new Set(),
  known: true,
});

export const listText = (items: readonly (number | string)[]): string => `[${items.join(', ')}]`;

/** Numbers, not integers. */
export const numeric = (d: Draft): readonly Val[] => d.values.filter(({ dtype }) => dtype === 'f32');

export const integers = (d: Draft): readonly Val[] => d.values.filter(({ dtype }) => dtype === 'i32');

export const extent = ({ low, high }: Val): number => Math.max(Math.abs(low), Math.abs(high));

/** Within ±limit: rounding stays small, and nothing overflows. */
export function tamed(d: Draft, value: Val, limit = 4): Val {
  if (extent(value) <= limit) return value;
  const name = d.random.pick(['sin', 'tanh', 'erf', 'softsign', 'cos']);
  return made({ text: `${name}(${bare(value.text)})`, shape: value.shape, from: [value], low: -1, high: 1 });
}

/** Above 0 by at least a little, whatever the weights come to be. */
export function positive(d: Draft, value: Val): Val {
  const by = d.random.number(0.2, 0.6);
  const ways: readonly (() => Made)[] = [
    () => ({
      text: `(${value.text}^2 + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: extent(value) ** 2 + by,
    }),
    () => ({
      text: `(abs(${bare(value.text)}) + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: extent(value) + by,
    }),
    () => ({
      text: `(sigmoid(${bare(value.text)}) + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: 1 + by,
    }),
    () => ({ text: `exp(sin(${bare(value.text)}))`, shape: value.shape, from: [value], low: 0.36, high: 2.72 }),
    () => ({
      text: `(softplus(${bare(value.text)}) + ${by})`,
      shape: value.shape,
      from: [value],
      low: by,
      high: extent(value) + 1 + by,
    }),
  ];
  return made(d.random.pick(ways)());
}

/** Where a step may lie: not where values meet by their structure, so that rounding does not decide. */
export const offset = (d: Draft): string => (d.random.number(0.1, 0.4) + 0.003).toFixed(3);

/** What there is to start from. */
export function leaf(d: Draft): Val {
  const known = numeric(d);
  if (known.length === 0) return number(0.5);
  const weighted = known.filter(({ owners }) => owners.size > 0);
  const way = d.random.whole(0, 9);
  if (way < 4) return d.random.pick(known.slice(-3));
  return d.random.pick(way < 7 && weighted.length > 0 ? weighted : known);
}

/** A shape of up to so many axes, of small sizes, often 1. */
export function someShape(d: Draft, rank: number, least = 1): Shape {
  const axes = d.random.whole(Math.min(least, rank), rank);
  return Array.from({ length: axes }, () => d.random.pick([1, 1, 2, 2, 3, 3, 4, 5]));
}

export function counted(d: Draft): Val {
  const count = d.random.whole(1, 4);
  return made({ text: `arange(${count})`, shape: [count], from: [], low: 0, high: count - 1 });
}
