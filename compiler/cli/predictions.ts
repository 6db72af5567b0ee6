/** Predictions as text: a JSON object for each row, or the rows of a CSV file. */

/** A class by its name, or a number. */
type Word = string | number;

export interface Predictions {
  readonly rows: number;
  /** Where each row is in its file, from 0. */
  readonly at: Int32Array;
  readonly outputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>;
  /** What is said of the targets, and by which output. */
  readonly said: readonly {
    readonly target: string;
    readonly output: string;
    readonly by: 'scores' | 'class' | 'numbers';
    of(row: number): readonly Word[];
  }[];
  /** What the data says of the targets. */
  readonly truth: Readonly<Record<string, readonly (readonly (Word | undefined)[])[]>>;
}

/** One name over the values that every row has under it. */
interface Column {
  readonly name: string;
  /** Of one row. */
  readonly shape: readonly number[];
  of(row: number): readonly (Word | undefined)[];
}

/**
 * The class of each target that is one, by its name; the outputs; and what the data says of the targets. Numbers of a
 * target are an output already, and so is a class under the target's own name, which then is called by its name.
 */
function columnsOf({ outputs, said, truth }: Predictions): readonly Column[] {
  const classes = said.filter(({ by }) => by !== 'numbers');
  const words = classes.map(({ target, of }): Column => ({ name: target, shape: shapeOf(of(0)), of }));
  const named = new Map(classes.map((each) => [each.target, each]));
  const values = Object.entries(outputs).flatMap(([name, { shape, data }]): Column[] => {
    const same = named.get(name);
    if (same?.by === 'class' && same.output === name) return [];
    const width = sizeOf(shape.slice(1));
    const of = (row: number) => Array.from({ length: width }, (_, i) => data[row * width + i] ?? NaN);
    return [{ name: same === undefined ? name : `${name}_scores`, shape: shape.slice(1), of }];
  });
  const truths = Object.entries(truth).map(([target, rows]): Column => ({
    name: `true_${target}`,
    shape: shapeOf(rows[0] ?? []),
    of: (row) => rows[row] ?? [],
  }));
  return [...words, ...values, ...truths];
}

const shapeOf = (words: readonly unknown[]): readonly number[] => (words.length === 1 ? [] : [words.length]);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Single precision has about seven digits; what is printed reads back to the same float. */
function short(value: number): number {
  if (Math.fround(value) !== value) return value;
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

/** Values in the nesting of a shape; what is not there, or no finite number, is null. */
function nested(values: readonly (Word | undefined)[], shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return typeof values[0] === 'number' ? short(values[0]) : (values[0] ?? null);
  const step = sizeOf(rest);
  return Array.from({ length: size }, (_, i) => nested(values.slice(i * step, (i + 1) * step), rest));
}

/** `[{ "row": 3, "species": "Adelie", "predict": [0.1, 0.9] }, …]`, one row a line; `row` counts the data's rows from 1. */
export function predictionsAsJson(predictions: Predictions): string {
  const columns = columnsOf(predictions);
  const lines = Array.from({ length: predictions.rows }, (_, row) => {
    const entries = columns.map(({ name, shape, of }): [string, unknown] => [name, nested(of(row), shape)]);
    return `  ${JSON.stringify({ row: (predictions.at[row] ?? NaN) + 1, ...Object.fromEntries(entries) })}`;
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** Columns `row` (from 1), then the classes, the outputs (`predict` or `predict_0`, `predict_1`, …) and the true values. */
export function predictionsAsCsv(predictions: Predictions): string {
  const columns = columnsOf(predictions);
  const header = columns.flatMap(({ name, shape }) => {
    const width = sizeOf(shape);
    return width === 1 ? [name] : Array.from({ length: width }, (_, i) => `${name}_${i}`);
  });
  const lines = Array.from({ length: predictions.rows }, (_, row) =>
    [(predictions.at[row] ?? NaN) + 1, ...columns.flatMap(({ of }) => of(row))].map(cell).join(','),
  );
  return `${['row', ...header].map(cell).join(',')}\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** Quoted where a reader would take it apart. */
function cell(value: Word | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return decimal(value);
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Every number in one form, whatever its size: digits and a point, never an exponent. */
export function decimal(value: number): string {
  const [mantissa = '', power] = String(short(value)).split('e');
  if (power === undefined) return mantissa;
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)\.?(\d*)$/.exec(mantissa) ?? [];
  const point = whole.length + Number(power);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}
