/** Raw records, as a caller has them at hand: read by the names of the data's columns, or by those of the inputs. */
import type { PortSpec } from '../model.ts';
import { UserError } from '../user-error.ts';
import { nearest } from './columns.ts';
import type { Columns } from './columns.ts';
import { givenPicture, isImage } from './images/given.ts';
import type { RawImage } from './images/given.ts';
import { isPictureStep } from './images/steps.ts';
import type { FittedPrep } from './prep.ts';
import { Problems } from './problems.ts';
import { check, readColumns } from './raw.ts';
import type { RawData, RawPort } from './raw.ts';
import { columnPlaces } from './table.ts';
import { filledBy, readingOf } from './reading.ts';
import { isTextStep } from './texts/sequences.ts';

/** One value of a record; a number may be text, as a form or a CSV file has it. */
export type RawField = string | number | boolean | null | undefined;

/** A field, or all of an input: a list, nested as its shape is or flat. */
export type RawValue =
  RawField | readonly RawValue[] | Float32Array | Float64Array | Int32Array | Uint8Array | RawImage;

/** One example before `prep`, by the names of columns or of inputs. What the model does not read may be there too. */
export type RawRecord = Readonly<Record<string, RawValue>>;

interface Facts {
  readonly columns: Columns;
  readonly prep: readonly FittedPrep[];
}

/** What the inputs hold before `prep`; each field is checked as one of a file is. */
export function readRecords(
  records: readonly RawRecord[],
  inputs: Readonly<Record<string, PortSpec>>,
  { columns, prep }: Facts,
  place: (row: number) => string,
): RawData {
  const reading = readingOf(prep);
  const filled = filledBy(prep);
  const known = new Map(Object.entries(columns));
  const ports = Object.entries(inputs).flatMap(([input, spec]): [string, RawPort][] => {
    if (filled.has(input)) return [];
    const given = records.map((record) => pictureIn(record, input, known.get(input)));
    if (given.some(isImage) || prep.some((step) => step.port === input && isPictureStep(step)))
      return [[input, pictures(given, input, spec, place)]];
    const width = rawWidth(input, spec, prep);
    const header = headerOf(input, known.get(input), width);
    const text = reading.imputed.has(input) ? (field: RawValue) => (Number.isNaN(field) ? '' : textOf(field)) : textOf;
    const rows = records.map((record, row) => fieldsOf(record, input, header, known.get(input), place(row)).map(text));
    const table = { file: 'records', header, places: columnPlaces(header), rows, lines: [] };
    return Object.entries(readColumns(table, { [input]: header }, inputs, reading, place).ports);
  });
  return { rows: records.length, ports: Object.fromEntries(ports), place };
}

/** What a record has for the whole of an input. */
function pictureIn(record: RawRecord, input: string, columns: readonly string[] | undefined): RawValue {
  const [column = input, ...more] = columns ?? [];
  return Object.hasOwn(record, column) && more.length === 0 ? record[column] : record[input];
}

function pictures(given: readonly RawValue[], input: string, spec: PortSpec, place: (row: number) => string): RawPort {
  const problems = new Problems();
  const all = given.map((value, row) => {
    const where = `${place(row)}, \`${input}\``;
    const picture = givenPicture(value, where);
    picture.values.forEach((number) => check(number, spec, () => where, problems));
    return picture;
  });
  problems.throwAny();
  return { kind: 'pictures', width: all[0]?.values.length ?? 0, pictures: all };
}

/** A name for each value; a field of a file may have had several. */
function headerOf(input: string, columns: readonly string[] | undefined, width: number): readonly string[] {
  if (columns?.length === width) return columns;
  const [only = input, ...more] = columns ?? [];
  return fieldNames(more.length === 0 ? only : input, width);
}

/** Numbers and texts of an example before `prep`; `onehot` makes several numbers of one text, and ids are made of one. */
function rawWidth(input: string, { shape }: PortSpec, prep: readonly FittedPrep[]): number {
  if (prep.some((step) => step.port === input && isTextStep(step))) return 1;
  const hot = prep.find((step) => step.port === input && step.kind === 'onehot');
  return hot?.kind === 'onehot' ? hot.categories.length : shape.reduce((product, size) => product * size, 1);
}

const fieldNames = (input: string, width: number): readonly string[] =>
  width === 1 ? [input] : Array.from({ length: width }, (_, i) => `${input}[${i}]`);

/** What a file's row would have for the input. */
function fieldsOf(
  record: RawRecord,
  input: string,
  names: readonly string[],
  columns: readonly string[] | undefined,
  where: string,
): readonly RawValue[] {
  const missing = columns?.filter((name) => !Object.hasOwn(record, name)) ?? [input];
  const byColumns = columns !== undefined && missing.length === 0;
  if (!byColumns && !Object.hasOwn(record, input)) throw lacking(record, input, missing, columns, where);
  const [single = input, ...more] = byColumns ? columns : [];
  const given = [single, ...more].map((name) => record[name]);
  const fields = more.length > 0 && names.length === given.length ? given : given.flatMap(flat);
  const nested = fields.find((field) => typeof field === 'object' && field !== null);
  if (fields.length !== names.length || nested !== undefined) {
    throw new UserError(
      'NN4005',
      `${where}: \`${input}\` wants ${names.length} ${names.length === 1 ? 'value' : 'values'}` +
        (nested === undefined ? `, and there are ${fields.length}` : ', and one is an object or a list'),
      `give a list of ${names.length}${columns === undefined ? '' : `, or the columns ${shown(columns)}`}`,
    );
  }
  return fields;
}

const textOf = (field: RawValue): string => (field === undefined || field === null ? '' : String(field));

/** Lists in lists as one. */
function flat(value: RawValue): readonly RawValue[] {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  return isList(value) ? value.flatMap(flat) : [value];
}

const isList = (value: RawValue): value is readonly RawValue[] => Array.isArray(value);

function lacking(
  record: RawRecord,
  input: string,
  missing: readonly string[],
  columns: readonly string[] | undefined,
  where: string,
): UserError {
  const [first = input] = missing;
  const near = nearest(first, Object.keys(record));
  const wanted =
    columns === undefined
      ? `the input \`${input}\``
      : `its columns ${shown(columns)}, or the input \`${input}\` as a list`;
  return new UserError(
    'NN4005',
    `${where} has no ${missing.map((name) => `\`${name}\``).join(', ')}, which ${missing.length === 1 && first === input ? 'the model reads' : `\`${input}\` is made of`}`,
    near === undefined ? `a record has ${wanted}` : `it has \`${near}\`: is that \`${first}\`?`,
  );
}

const shown = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(', ') : `${names.slice(0, 3).join(', ')}, … ${names.at(-1) ?? ''}`;
