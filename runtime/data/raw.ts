/** Columns as numbers and texts: every field is checked here, with its line and column, before anything is computed. */
import { visibleName } from '../logging/visible.ts';
import type { PortSpec } from '../model.ts';
import type { Picture } from './images/picture.ts';
import type { Columns } from './columns.ts';
import { emptyHelp, Problems } from './problems.ts';
import type { Reading } from './reading.ts';
import { isNumeric, parseNumber } from './table.ts';
import type { Table } from './table.ts';
import { own, put } from '../own.ts';

/** Numbers as they lie in a file; those of a text are doubles. */
export type NumberArray =
  Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

/** One port's values before `prep`, row-major: numbers, or texts that are to become numbers. */
export type RawPort =
  | {
      readonly kind: 'numbers';
      readonly width: number;
      readonly values: NumberArray;
      /** The shape of a row, where the file says one. */
      readonly axes?: readonly number[];
    }
  | { readonly kind: 'texts'; readonly width: number; readonly values: readonly string[] }
  /** Pictures that may differ in size; `width` is that of the first. */
  | { readonly kind: 'pictures'; readonly width: number; readonly pictures: readonly Picture[] };

/** Numbers or texts of all rows; pictures are none of them. */
export const valuesOf = (column: RawPort): NumberArray | readonly string[] =>
  column.kind === 'pictures' ? [] : column.values;

export interface RawData {
  readonly rows: number;
  readonly ports: Readonly<Record<string, RawPort>>;
  /** Where row r is, for messages: `digits.csv:12`. */
  readonly place: (row: number) => string;
}

/**
 * The columns of each port. Categorical ports and classes may hold text. `place` says where a row is, if not on a line
 * of a file.
 */
export function readColumns(
  table: Table,
  columns: Columns,
  ports: Readonly<Record<string, PortSpec>>,
  { categorical, imputed }: Reading,
  place = (row: number): string => `${table.file}:${table.lines[row] ?? '?'}`,
): RawData {
  const problems = new Problems();
  const raw: [string, RawPort][] = [];
  for (const [port, names] of Object.entries(columns)) {
    const spec = own(ports, port);
    if (spec === undefined) continue;
    const at = names.map((name) => table.places.get(name) ?? -1);
    const textual =
      categorical.has(port) || (spec.classes !== undefined && at.some((column) => !isNumeric(table, column)));
    const values: RawPort = textual
      ? { kind: 'texts', width: names.length, values: readTexts(table, at, place, problems) }
      : {
          kind: 'numbers',
          width: names.length,
          values: readNumbers(table, at, { port, spec, isImputed: imputed.has(port) }, place, problems),
        };
    raw.push([port, values]);
  }
  problems.throwAny();
  return { rows: table.rows.length, ports: Object.fromEntries(raw), place };
}

/** Rows of `data inline`: the inputs, then the targets, each row-major. */
export function inlineData(
  rows: readonly (readonly number[])[],
  ports: Readonly<Record<string, PortSpec>>,
  categorical: ReadonlySet<string>,
): RawData {
  const place = (row: number): string => `inline row ${row + 1}`;
  const problems = new Problems();
  const names = Object.keys(ports);
  const widths = names.map((name) => (own(ports, name)?.shape ?? []).reduce((product, size) => product * size, 1));
  const total = widths.reduce((sum, width) => sum + width, 0);
  rows.forEach((row, r) => {
    if (row.length !== total) {
      problems.add('NN4008', `${place(r)} has ${row.length} numbers, but inputs and targets have ${total}`);
    }
  });
  problems.throwAny();
  const raw: Record<string, RawPort> = {};
  let first = 0;
  names.forEach((name, i) => {
    const width = widths[i] ?? 0;
    const from = first;
    const spec = own(ports, name);
    const values = rows.flatMap((row) => row.slice(from, from + width));
    if (categorical.has(name)) put(raw, name, { kind: 'texts', width, values: values.map(String) });
    else {
      if (spec !== undefined) {
        values.forEach((value, v) => {
          check(value, spec, () => `${place(Math.floor(v / width))}, \`${name}\``, problems);
        });
      }
      put(raw, name, { kind: 'numbers', width, values: Float64Array.from(values) });
    }
    first += width;
  });
  problems.throwAny();
  return { rows: rows.length, ports: raw, place };
}

function readNumbers(
  table: Table,
  columns: readonly number[],
  { port, spec, isImputed }: { readonly port: string; readonly spec: PortSpec; readonly isImputed: boolean },
  place: (row: number) => string,
  problems: Problems,
): Float64Array {
  const values = new Float64Array(table.rows.length * columns.length);
  const textual = new Set(columns.filter((column) => tellText(table, column, port, problems)));
  table.rows.forEach((row, r) => {
    columns.forEach((column, c) => {
      if (textual.has(column)) return;
      const field = row[column] ?? '';
      const where = (): string => `${place(r)}, column \`${visibleName(table.header[column] ?? '')}\``;
      const value = parseNumber(field);
      if (value === undefined && field.trim() === '') {
        if (!isImputed) problems.add('NN4002', `${where()}: the field is empty`, emptyHelp);
      } else if (value === undefined) {
        problems.add('NN4002', `${where()}: \`${visibleName(field.trim())}\` is not a number`);
      } else check(value, spec, where, problems);
      values[r * columns.length + c] = value ?? NaN;
    });
  });
  return values;
}

/** Tells once of a column of texts where numbers are wanted, rather than of every field. */
function tellText(table: Table, column: number, port: string, problems: Problems): boolean {
  const fields = table.rows.map((row) => (row[column] ?? '').trim()).filter((field) => field !== '');
  const texts = fields.filter((field) => parseNumber(field) === undefined);
  if (fields.length < 2 || texts.length <= fields.length / 2) return false;
  textsForNumbers(texts, `${table.file}, column \`${visibleName(table.header[column] ?? '')}\``, port, problems);
  return true;
}

/** `where` is the column or field that holds the texts. */
export function textsForNumbers(texts: readonly string[], where: string, port: string, problems: Problems): void {
  const different = [...new Set(texts)];
  const [some, rest] = [different.slice(0, 3), different.length > 3 ? ', …' : ''];
  const shown = some.map((text) => `\`${visibleName(short(text))}\``).join(', ');
  const name = visibleName(port);
  const classes =
    different.length > 1
      ? `a target of texts is declared as classes, \`target ${name}: class[${different.length}]\`; `
      : '';
  problems.add(
    'NN4002',
    `${where} holds texts (${shown}${rest}), and \`${name}\` takes numbers`,
    `${classes}those of an input become numbers by \`prep ${name} onehot\`, or by \`prep ${name} tokens 5000\` where they are prose`,
  );
}

/** A passage is known by its beginning. */
const short = (text: string): string => (text.length <= 30 ? text : `${text.slice(0, 28)}…`);

function readTexts(
  table: Table,
  columns: readonly number[],
  place: (row: number) => string,
  problems: Problems,
): readonly string[] {
  return table.rows.flatMap((row, r) =>
    columns.map((column) => {
      const field = (row[column] ?? '').trim();
      if (field === '')
        problems.add(
          'NN4002',
          `${place(r)}, column \`${visibleName(table.header[column] ?? '')}\`: the field is empty`,
        );
      return field;
    }),
  );
}

/** Raw data must be finite, in the range that the input states, and whole where they are classes or ids. */
export function check(value: number, spec: PortSpec, where: () => string, problems: Problems): void {
  if (!Number.isFinite(value)) {
    problems.add('NN4002', `${where()}: the value is not a finite number`);
  } else if (spec.range !== undefined && (value < spec.range[0] || value > spec.range[1])) {
    problems.add('NN4003', `${where()}: ${value} lies outside ${spec.range[0]}..${spec.range[1]}`);
  } else if (spec.dtype === 'int32' && !Number.isInteger(value)) {
    problems.add(spec.classes === undefined ? 'NN4002' : 'NN4004', `${where()}: ${value} is no whole number`);
  } else if (spec.classes !== undefined && (value < -1 || value >= spec.classes)) {
    problems.add('NN4004', `${where()}: class ${value} lies outside 0..${spec.classes - 1}`);
  }
}
