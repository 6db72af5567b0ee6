/** Predictions as text: a JSON object for each row, or the rows of a CSV file. */

export interface Predictions {
  readonly rows: number;
  /** Where each row is in its file, from 0. */
  readonly at: Int32Array;
  readonly outputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>;
}

/** Single precision has about seven digits; what is printed reads back to the same float. */
function written(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}

function valuesOf(data: ArrayLike<number>, row: number, width: number): readonly number[] {
  return Array.from({ length: width }, (_, i) => written(data[row * width + i] ?? NaN));
}

const widthOf = (shape: readonly number[]): number => shape.slice(1).reduce((product, size) => product * size, 1);

/** Numbers in the nesting of a shape. */
function nested(values: readonly number[], shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return values[0];
  const step = rest.reduce((product, each) => product * each, 1);
  return Array.from({ length: size }, (_, i) => nested(values.slice(i * step, (i + 1) * step), rest));
}

/** `[{ "row": 3, "predict": [0.1, 0.9] }, …]`, one row a line; `row` is the position in the data, from 0. */
export function predictionsAsJson({ rows, at, outputs }: Predictions): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const entries = Object.entries(outputs).map(([name, { shape, data }]): [string, unknown] => [
      name,
      nested(valuesOf(data, row, widthOf(shape)), shape.slice(1)),
    ]);
    return `  ${JSON.stringify({ row: at[row], ...Object.fromEntries(entries) })}`;
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

/** Columns `row`, then `predict` or `predict_0`, `predict_1`, …. */
export function predictionsAsCsv({ rows, at, outputs }: Predictions): string {
  const all = Object.entries(outputs).map(([name, { shape, data }]) => ({ name, data, width: widthOf(shape), shape }));
  const header = all.flatMap(({ name, width, shape }) =>
    shape.length === 1 ? [name] : Array.from({ length: width }, (_, i) => (width === 1 ? name : `${name}_${i}`)),
  );
  const lines = Array.from({ length: rows }, (_, row) =>
    [at[row], ...all.flatMap(({ data, width }) => valuesOf(data, row, width))].join(','),
  );
  return `${['row', ...header].join(',')}\n${lines.map((line) => `${line}\n`).join('')}`;
}
