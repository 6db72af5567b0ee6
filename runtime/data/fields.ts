/** Files whose rows are named fields: a number, a text, or several of them in a shape. */
import { visibleName } from '../logging/visible.ts';
import type { PortSpec } from '../model.ts';
import { own } from '../own.ts';
import type { Columns } from './columns.ts';
import { Problems } from './problems.ts';
import type { Reading } from './reading.ts';
import { check, textsForNumbers, valuesOf } from './raw.ts';
import type { RawData, RawPort } from './raw.ts';

export interface FieldKind {
  /** How many values a row has of it. */
  readonly width: number;
  readonly numeric: boolean;
  /** It is no field of rows, such as a scale for all of them: it feeds nothing unless its name is said. */
  readonly isAside?: boolean;
  /** The shape of a row, where the file says one; of pictures that of the first. */
  readonly axes?: readonly number[];
  /** Each row is a picture of its own size. */
  readonly arePictures?: boolean;
  /** All its texts, where they are known before they are read. */
  readonly labels?: readonly string[];
}

/** What a port wants of a field: values nested in this shape, or as one list. */
export interface Wanted {
  readonly as: 'numbers' | 'texts';
  readonly shape: readonly number[];
  /** Whether null is a number that is to be filled, and read as NaN. */
  readonly isImputed?: boolean;
}

export interface Fields {
  /** As shown in messages. */
  readonly file: string;
  readonly header: readonly string[];
  /** Where each field is in the header. */
  readonly places: ReadonlyMap<string, number>;
  readonly kinds: readonly FieldKind[];
  readonly rows: number;
  /** Rows follow one another, so that they are split by their place, and what is next has the ids of what there is. */
  readonly isStream?: boolean;
  /** The field that serves an only target, unless another is said. */
  readonly target?: string;
  /** Where a row is, for messages: `rows.jsonl:12`. */
  readonly place: (row: number) => string;
  /** All rows of a field, row-major. `seen` is told of each number, with its row and its place in it. */
  readonly read: (
    name: string,
    wanted: Wanted,
    problems: Problems,
    seen: (value: number, row: number, at: number) => void,
  ) => RawPort;
}

/** The fields of each port, joined in their order. Categorical ports and classes may hold text; NaN of an array is empty. */
export function readFields(
  fields: Fields,
  columns: Columns,
  ports: Readonly<Record<string, PortSpec>>,
  { categorical, imputed }: Reading,
): RawData {
  const problems = new Problems();
  const raw = Object.entries(columns).flatMap(([port, names]): [string, RawPort][] => {
    const spec = own(ports, port);
    if (spec === undefined) return [];
    const numeric = names.every((name) => kindOf(fields, name).numeric);
    const as = categorical.has(port) || (spec.classes !== undefined && !numeric) ? 'texts' : 'numbers';
    const shape = names.length === 1 ? spec.shape : [];
    const isImputed = imputed.has(port);
    const parts = names.map((name) => {
      if (as === 'numbers' && !kindOf(fields, name).numeric) {
        const texts = fields.read(name, { as: 'texts', shape }, problems, () => undefined);
        const where = `${fields.file}, field \`${visibleName(name)}\``;
        if (texts.kind === 'texts') textsForNumbers(texts.values, where, port, problems);
        return texts;
      }
      return fields.read(name, { as, shape, isImputed }, problems, (value, row, at) => {
        if (isImputed && Number.isNaN(value)) return;
        const index = kindOf(fields, name).width === 1 ? '' : `[${at}]`;
        check(value, spec, () => `${fields.place(row)}, field \`${visibleName(name)}${index}\``, problems);
      });
    });
    const [only, ...more] = parts;
    return only === undefined ? [] : [[port, more.length === 0 ? only : joined(parts, fields.rows)]];
  });
  problems.throwAny();
  return { rows: fields.rows, ports: Object.fromEntries(raw), place: fields.place };
}

const kindOf = ({ places, kinds }: Fields, name: string): FieldKind =>
  kinds[places.get(name) ?? -1] ?? { width: 1, numeric: true };

/** Fields side by side, as columns of a table are. */
function joined(parts: readonly RawPort[], rows: number): RawPort {
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const inRow = <T>(of: (part: RawPort, at: number) => T): T[] =>
    Array.from({ length: rows }, (_, row) =>
      parts.flatMap((part) => Array.from({ length: part.width }, (__, at) => of(part, row * part.width + at))),
    ).flat();
  if (parts.every((part) => part.kind === 'numbers'))
    return { kind: 'numbers', width, values: Float64Array.from(inRow((part, at) => Number(valuesOf(part)[at]))) };
  return { kind: 'texts', width, values: inRow((part, at) => String(valuesOf(part)[at])) };
}
