/** A table of texts as a CSV file holds it, and where its columns and rows are. */
import { UserError } from '../user-error.ts';

export interface Table {
  /** As shown in messages. */
  readonly file: string;
  readonly header: readonly string[];
  /** Where each column is. */
  readonly places: ReadonlyMap<string, number>;
  readonly rows: readonly (readonly string[])[];
  /** The file's line of each row, from 1. */
  readonly lines: readonly number[];
}

/** What a CSV reader gives for each record: its fields, and the line on which it ends. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** Checks what a CSV reader gave: a header of different names, and rows of as many fields. */
export function tableOf(file: string, records: readonly CsvRecord[]): Table {
  const [head, ...body] = records;
  if (head === undefined) throw new UserError('NN4006', `${file} is empty`, 'its first line names the columns');
  const header = head.fields.map((name) => name.trim());
  const places = columnPlaces(header);
  const repeated = places.size === header.length ? undefined : header.find((name, i) => places.get(name) !== i);
  if (repeated !== undefined) throw new UserError('NN4008', `${file} has two columns named \`${repeated}\``);
  for (const { fields, line } of body) {
    if (fields.length !== header.length) {
      throw new UserError(
        'NN4008',
        `${file}:${line}: this row has ${fields.length} fields, but there are ${header.length} columns`,
        'text that holds a comma is written in double quotes',
      );
    }
  }
  if (body.length === 0) throw new UserError('NN4006', `${file} has a header, but no rows`);
  return { file, header, places, rows: body.map(({ fields }) => fields), lines: body.map(({ line }) => line) };
}

/** Where each column is. */
export function columnPlaces(header: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  header.forEach((name, i) => places.set(name, i));
  return places;
}

/** Decimal numbers only: neither `0x10` nor an empty field is one. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The number that a field is, NaN for one that says so, `undefined` for text and nothing. */
export function parseNumber(field: string): number | undefined {
  const text = field.trim();
  if (decimal.test(text)) return Number(text);
  if (/^[+-]?(nan|inf|infinity)$/i.test(text)) return NaN;
  return undefined;
}

/** Whether the column is meant to hold numbers: most of its fields that are not empty do. */
export function isNumeric(table: Table, column: number): boolean {
  let numbers = 0;
  let texts = 0;
  for (const row of table.rows) {
    const field = row[column] ?? '';
    if (field.trim() === '') continue;
    if (parseNumber(field) === undefined) texts += 1;
    else numbers += 1;
  }
  return texts === 0 || numbers > texts;
}
