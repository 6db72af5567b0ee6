/** Arrays with names, whose first axis is that of the rows, as fields. */
import { visibleName } from '../../logging/visible.ts';
import { UserError } from '../../user-error.ts';
import type { FieldKind, Fields, Wanted } from '../fields.ts';
import type { Problems } from '../problems.ts';
import type { NumberArray, RawPort } from '../raw.ts';
import { columnPlaces } from '../table.ts';
import { sizeOf } from './values.ts';

export interface NamedArray {
  readonly name: string;
  /** Rows first. */
  readonly shape: readonly number[];
  readonly holdsTexts: boolean;
  /** Row-major. */
  readonly read: () => NumberArray | readonly string[];
}

/** There are as many rows as most arrays have. `target` is the field that serves an only target. Throws NN4006. */
export function arrayFields(file: string, arrays: readonly NamedArray[], target?: string): Fields {
  const rows = rowsOf(arrays);
  if (rows === undefined) throw new UserError('NN4006', `${file} has no arrays of rows`);
  if (rows === 0) throw new UserError('NN4006', `${file} has no rows: its arrays are empty`);
  const header = arrays.map(({ name }) => name);
  const places = columnPlaces(header);
  return {
    file,
    header,
    places,
    kinds: arrays.map((array) => kindOf(array, rows)),
    rows,
    ...(target === undefined || !places.has(target) ? {} : { target }),
    place: (row) => `${file}:row ${row + 1}`,
    read: (name, wanted, problems, seen) => {
      const array = arrays[places.get(name) ?? -1];
      return array === undefined
        ? { kind: 'numbers', width: 1, values: new Float64Array(rows) }
        : readArray(array, file, rows, wanted, problems, seen);
    },
  };
}

/** The first axis that most arrays have; of several the longest. */
function rowsOf(arrays: readonly NamedArray[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { shape } of arrays) {
    const [rows] = shape;
    if (rows !== undefined) counts.set(rows, (counts.get(rows) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, n], [b, m]) => m - n || b - a);
  return most?.[0];
}

function kindOf({ shape, holdsTexts }: NamedArray, rows: number): FieldKind {
  const [first, ...each] = shape;
  const kind = { width: sizeOf(each), numeric: !holdsTexts, axes: each };
  return first === rows ? kind : { ...kind, isAside: true };
}

function readArray(
  { name, shape, read }: NamedArray,
  file: string,
  rows: number,
  { as, shape: wanted }: Wanted,
  problems: Problems,
  seen: (value: number, row: number, at: number) => void,
): RawPort {
  const [first = 0, ...axes] = shape;
  const where = `${file}, field \`${visibleName(name)}\``;
  const width = sizeOf(axes);
  if (first !== rows) {
    problems.add('NN4005', `${where}: it has ${shape.length === 0 ? 'no' : first} rows, and other fields ${rows}`);
    return { kind: 'texts', width, values: [] };
  }
  if (!fits(axes, wanted)) {
    const help = 'an axis moves so: np.transpose(array, [0, 2, 1])';
    problems.add('NN4005', `${where}: a row is [${axes.join(', ')}], and [${wanted.join(', ')}] is wanted`, help);
  }
  const values = read();
  if (as === 'texts') return { kind: 'texts', width, values: Array.from(values, String) };
  if (!isNumbers(values)) return { kind: 'texts', width, values };
  for (let i = 0; i < values.length; i++) seen(values[i] ?? NaN, Math.floor(i / width), i % width);
  return { kind: 'numbers', width, values, axes };
}

const isNumbers = (values: NumberArray | readonly string[]): values is NumberArray => ArrayBuffer.isView(values);

/** Whether the values may be taken one after another: the axes are the same but for those of size 1, or one of both is a list. */
function fits(axes: readonly number[], wanted: readonly number[]): boolean {
  const [some, others] = [axes, wanted].map((sizes) => sizes.filter((size) => size !== 1));
  if (some === undefined || others === undefined || some.length <= 1 || others.length <= 1) return true;
  return some.length === others.length && some.every((size, i) => size === others[i]);
}
