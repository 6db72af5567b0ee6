/** JSON lines: a file with one object a line, whose members are fields. */
import { visibleName } from '../logging/visible.ts';
import { own } from '../own.ts';
import { UserError } from '../user-error.ts';
import type { FieldKind, Fields, Wanted } from './fields.ts';
import { emptyHelp } from './problems.ts';
import type { Problems } from './problems.ts';
import type { RawPort } from './raw.ts';
import { columnPlaces } from './table.ts';

type Row = Readonly<Record<string, unknown>>;

const oneEach = 'each line is one object: {"text": "so it goes", "label": 1}';

export function parseJsonl(text: string, file: string): Fields {
  const rows: Row[] = [];
  const lines: number[] = [];
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '') return;
      rows.push(rowOf(line, `${file}:${i + 1}`, rows.length === 0));
      lines.push(i + 1);
    });
  if (rows.length === 0) throw new UserError('NN4006', `${file} is empty`, oneEach);
  const known = kindsOf(rows);
  const header = [...known.keys()];
  const kind = (name: string): FieldKind => known.get(name) ?? { width: 1, numeric: true };
  const place = (row: number): string => `${file}:${lines[row] ?? '?'}`;
  return {
    file,
    header,
    places: columnPlaces(header),
    kinds: header.map(kind),
    rows: rows.length,
    place,
    read: (name, wanted, problems, seen) => readField(rows, name, kind(name), wanted, place, problems, seen),
  };
}

function rowOf(line: string, where: string, isFirst: boolean): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (isFirst && line.trim().startsWith('[')) throw listOfAll(where);
    throw new UserError(
      'NN4008',
      `${where}: this line is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      oneEach,
    );
  }
  if (isFirst && Array.isArray(value)) throw listOfAll(where);
  if (!isRow(value)) throw new UserError('NN4008', `${where}: this line is ${kindText(value)}, not an object`, oneEach);
  return value;
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const listOfAll = (where: string): UserError =>
  new UserError('NN4008', `${where}: a list begins here, not an object`, `${oneEach}; there is no list around them`);

/** What stands in a file where something else should, in words. */
function kindText(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** As deep as lists may lie in each other; tensors have no more axes. */
const deepest = 8;

interface Nested {
  /** Sizes of lists within each other; none of a single value. */
  readonly shape: readonly number[];
  readonly leaves: readonly unknown[];
}

/** The values of a field; undefined where lists within a list differ in their lengths. */
function nested(value: unknown, depth = 0): Nested | undefined {
  if (!Array.isArray(value)) return { shape: [], leaves: [value] };
  if (depth === deepest) return undefined;
  const parts = value.map((each: unknown) => nested(each, depth + 1));
  const [first] = parts;
  const shape = first?.shape ?? [];
  const isEven = parts.every((part) => part !== undefined && sameSizes(part.shape, shape));
  return isEven ? { shape: [value.length, ...shape], leaves: parts.flatMap((part) => part?.leaves ?? []) } : undefined;
}

const sameSizes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** Each field in the order in which they come: numeric if most of its values are, as wide as in the first row that has it. */
function kindsOf(rows: readonly Row[]): ReadonlyMap<string, FieldKind> {
  const counts = new Map<string, { numbers: number; texts: number; width: number | undefined }>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const count = counts.get(name) ?? { numbers: 0, texts: 0, width: undefined };
      counts.set(name, count);
      if (value === null) continue;
      const leaf = firstLeaf(value);
      if (typeof leaf === 'number') count.numbers += 1;
      else if (leaf !== undefined) count.texts += 1;
      count.width ??= nested(value)?.leaves.length;
    }
  }
  return new Map(
    [...counts].map(([name, { numbers, texts, width = 1 }]) => [
      name,
      { width, numeric: texts === 0 || numbers > texts },
    ]),
  );
}

/** What is null says of no kind. */
function firstLeaf(value: unknown): unknown {
  let leaf = value;
  for (let depth = 0; depth <= deepest && isList(leaf); depth++) leaf = leaf.find((each) => each !== null);
  return leaf;
}

function readField(
  rows: readonly Row[],
  name: string,
  { width }: FieldKind,
  { as, shape, isImputed = false }: Wanted,
  place: (row: number) => string,
  problems: Problems,
  seen: (value: number, row: number, at: number) => void,
): RawPort {
  const numbers = new Float64Array(as === 'numbers' ? rows.length * width : 0);
  const texts: string[] = [];
  rows.forEach((row, r) => {
    const value = own(row, name);
    if (isImputed && value === null) {
      numbers.fill(NaN, r * width, (r + 1) * width);
      return;
    }
    const leaves = leavesOf(value, width, shape, (what) => {
      const help = as === 'numbers' && value === null ? emptyHelp : undefined;
      problems.add('NN4002', `${place(r)}, field \`${visibleName(name)}\`: ${what}`, help);
    });
    for (let at = 0; at < width; at++) {
      const leaf = leaves?.[at];
      const tell = (what: string): void => {
        const index = width === 1 ? '' : `[${at}]`;
        const help = as === 'numbers' && leaf === null ? emptyHelp : undefined;
        if (leaves !== undefined)
          problems.add('NN4002', `${place(r)}, field \`${visibleName(name)}${index}\`: ${what}`, help);
      };
      if (as === 'numbers') {
        numbers[r * width + at] = typeof leaf === 'number' ? leaf : NaN;
        if (typeof leaf === 'number') seen(leaf, r, at);
        else if (!isImputed || leaf !== null) tell(`${leafText(leaf)} is not a number`);
      } else {
        const text = wordOf(leaf);
        if (text === undefined) tell(`${leafText(leaf)} is no text`);
        else if (text === '') tell('the text is empty');
        texts.push(text ?? '');
      }
    }
  });
  return as === 'numbers' ? { kind: 'numbers', width, values: numbers } : { kind: 'texts', width, values: texts };
}

/** The values of one row; tells why where they are not as they should be. */
function leavesOf(
  value: unknown,
  width: number,
  wanted: readonly number[],
  tell: (what: string) => void,
): readonly unknown[] | undefined {
  if (value === undefined || value === null) {
    tell(value === null ? 'it is null' : 'this row does not have it');
    return undefined;
  }
  const found = nested(value);
  if (found === undefined) tell('the lists in it differ in their lengths');
  else if (found.leaves.length !== width) {
    tell(
      `it has ${found.leaves.length} ${found.leaves.length === 1 ? 'value' : 'values'}, and ${width} in the first row`,
    );
  } else if (found.shape.length > 1 && !sameSizes(found.shape, wanted)) {
    tell(`its lists are nested as [${found.shape.join(', ')}], and [${wanted.join(', ')}] is wanted, or one list`);
  } else return found.leaves;
  return undefined;
}

function wordOf(leaf: unknown): string | undefined {
  if (typeof leaf === 'string') return leaf.trim();
  return typeof leaf === 'number' || typeof leaf === 'boolean' ? String(leaf) : undefined;
}

function leafText(leaf: unknown): string {
  const text = wordOf(leaf);
  return text === undefined ? kindText(leaf) : `\`${visibleName(text)}\``;
}
