/** Which columns of a table serve which input or target. */
import { closest, distance } from 'fastest-levenshtein';
import { visibleName } from '../logging/visible.ts';
import type { PortSpec, PrepSpec } from '../model.ts';
import { UserError } from '../user-error.ts';
import type { Fields } from './fields.ts';
import { isPictureStep, shapeAfter, wrongShape } from './images/steps.ts';
import { Problems } from './problems.ts';
import { valuesOf } from './raw.ts';
import { isNumeric } from './table.ts';
import type { Table } from './table.ts';
import { matchesPattern } from './wildcard.ts';
import { own } from '../own.ts';
import { filledBy } from './reading.ts';
import { isTextStep } from './texts/sequences.ts';

/** Port → names of its columns, row-major. */
export type Columns = Readonly<Record<string, readonly string[]>>;

/** What has names that inputs and targets can be read from: columns of one text each, or fields of several values. */
export type Named = Table | Fields;

const holdsNumbers = (table: Named, column: number): boolean =>
  'kinds' in table ? (table.kinds[column]?.numeric ?? false) : isNumeric(table, column);

const isAside = (table: Named, column: number): boolean => 'kinds' in table && table.kinds[column]?.isAside === true;

const widthOf = (table: Named, name: string): number =>
  'kinds' in table ? (table.kinds[table.places.get(name) ?? -1]?.width ?? 1) : 1;

/** What is named in it, in so many. */
export const wordFor = (table: object, count: number): string =>
  `${'kinds' in table ? 'field' : 'column'}${count === 1 ? '' : 's'}`;

export interface Mapping {
  readonly inputs: Readonly<Record<string, PortSpec>>;
  readonly targets: Readonly<Record<string, PortSpec>>;
  /** What the spec says: port → names or patterns (`pixel_*`). */
  readonly written: Columns;
  readonly prep: readonly PrepSpec[];
  /** What keeps rows together in a split feeds nothing unasked. */
  readonly by?: string | undefined;
  /** Ports that may go without columns: a prediction needs no target. */
  readonly optional?: ReadonlySet<string>;
}

/**
 * First what the spec says, then equal names, then what a file has for the only target; then a single input that is left takes all remaining numeric columns in
 * the file's order, or those of texts if `prep` makes ids of them. Counts must match the ports' sizes, except where `prep`
 * makes several numbers of a column. What `prep` fills from another input has no column.
 */
export function mapColumns(table: Named, mapping: Mapping): Columns {
  const { by } = mapping;
  if (by !== undefined && !table.places.has(by)) throw noColumn(table, 'by', [by]);
  const filled = filledBy(mapping.prep);
  const read = (all: Mapping['inputs']): Mapping['inputs'] =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !filled.has(name)));
  const [inputs, targets] = [read(mapping.inputs), mapping.targets];
  const ports = { ...inputs, ...targets };
  const found = new Map<string, readonly string[]>();
  for (const [port, patterns] of Object.entries(mapping.written)) {
    const served = patterns.map((pattern) => ({ pattern, names: matching(table, pattern) }));
    const missing = served.filter(({ names }) => names.length === 0).map(({ pattern }) => pattern);
    if (missing.length === 0)
      found.set(
        port,
        served.flatMap(({ names }) => names),
      );
    else if (mapping.optional?.has(port) !== true) throw noColumn(table, port, missing);
  }
  const taken = new Set([...found.values()].flat());
  for (const port of Object.keys(ports)) {
    if (!found.has(port) && table.places.has(port) && !taken.has(port)) {
      found.set(port, [port]);
      taken.add(port);
    }
  }
  const [target, ...others] = Object.keys(targets);
  const label = 'kinds' in table ? table.target : undefined;
  if (target !== undefined && others.length === 0 && !found.has(target) && label !== undefined && !taken.has(label)) {
    found.set(target, [label]);
    taken.add(label);
  }
  const left = Object.keys(ports).filter((port) => !found.has(port));
  const inputsLeft = left.filter((port) => Object.hasOwn(inputs, port));
  const [single] = inputsLeft;
  const targetsLeft = left.filter((port) => !Object.hasOwn(inputs, port) && mapping.optional?.has(port) !== true);
  if (targetsLeft.length > 0) throw unmapped(table, targetsLeft, taken);
  if (single !== undefined && inputsLeft.length === 1) {
    const texts = mapping.prep.some((step) => step.port === single && isTextStep(step));
    const rest = table.header.filter(
      (name, column) =>
        name !== by && !taken.has(name) && !isAside(table, column) && holdsNumbers(table, column) !== texts,
    );
    found.set(single, rest);
  } else {
    const needed = inputsLeft.filter((port) => mapping.optional?.has(port) !== true);
    if (needed.length > 0) throw unmapped(table, needed, taken);
  }
  for (const [port, names] of found) {
    const spec = own(ports, port);
    // A prediction may leave an input unread, whose columns are still its own.
    if (spec !== undefined) checkCount(table, port, spec, names, mapping.prep);
  }
  return Object.fromEntries(
    Object.keys(ports).flatMap((port) => {
      const names = found.get(port);
      return names === undefined ? [] : [[port, names] as const];
    }),
  );
}

/** What each row has in this column. Throws NN4005 where there is none, or several values of a row. */
export function groupsIn(table: Named, by: string): readonly string[] {
  const at = table.places.get(by);
  if (at === undefined) throw noColumn(table, 'by', [by]);
  if (!('kinds' in table)) return table.rows.map((row) => row[at] ?? '');
  if (widthOf(table, by) !== 1)
    throw new UserError('NN4005', `\`by\` keeps rows together that have the same value, but \`${by}\` has several`);
  const problems = new Problems();
  const values = table.read(by, { as: 'texts', shape: [] }, problems, () => undefined);
  problems.throwAny();
  return Array.from(valuesOf(values), String);
}

/** Columns whose name is the pattern's; `*` stands for any characters, unless a column has that very name. */
function matching(table: Named, pattern: string): string[] {
  if (table.places.has(pattern)) return [pattern];
  return pattern.includes('*') ? table.header.filter((name) => matchesPattern(pattern, name)) : [];
}

function checkCount(
  table: Named,
  port: string,
  spec: PortSpec,
  names: readonly string[],
  prep: readonly PrepSpec[],
): void {
  const steps = prep.filter((step) => step.port === port);
  if ('kinds' in table && checkRows(table, port, spec, names, steps)) return;
  const first = names.slice(0, 3).map(visibleName).join(', ');
  const list = names.length > 3 ? `${first}, … ${visibleName(names.at(-1) ?? '')}` : first;
  const width = names.reduce((sum, name) => sum + widthOf(table, name), 0);
  const isWide = width !== names.length;
  const word = wordFor(table, names.length);
  const served = isWide
    ? `${list} has ${width}`
    : `${names.length} ${word} ${names.length === 1 ? 'serves' : 'serve'} it`;
  const texts = steps.find(isTextStep);
  if (texts !== undefined) {
    if (width === 1) return;
    throw new UserError(
      'NN4005',
      `\`prep ${port} ${texts.kind}\` reads one text of each row, but ${served}${names.length === 0 || isWide ? '' : ` (${list})`}`,
      `say which: ${port}=${wordFor(table, 1).toUpperCase()}; ${table.file} has ${shortList(table.header)}`,
    );
  }
  const size = spec.shape.reduce((product, axis) => product * axis, 1);
  const widened = steps.some(({ kind }) => kind === 'onehot');
  if (width === size || (widened && width > 0 && width <= size)) return;
  const written = 'kinds' in table ? `${port}=[a, b]` : `data csv "${table.file}" ${port}=pattern_*`;
  throw new UserError(
    'NN4005',
    `\`${port}\` has ${size} ${size === 1 ? 'number' : 'numbers'} per example, but ${served}` +
      (names.length === 0 || isWide ? '' : ` (${list})`),
    `say which: ${written}, or change the shape of \`${port}\``,
  );
}

/** Whether the rows of a single field fit by their shape and what `prep` makes of it; false where it says none. */
function checkRows(
  table: Fields,
  port: string,
  spec: PortSpec,
  names: readonly string[],
  steps: readonly PrepSpec[],
): boolean {
  const kinds = names.flatMap((name) => table.kinds[table.places.get(name) ?? -1] ?? []);
  const [only, ...more] = kinds;
  const { axes, arePictures = false, labels = [] } = only ?? {};
  if (spec.classes !== undefined && labels.length > spec.classes) {
    throw new UserError(
      'NN4004',
      `\`${port}\` is one of ${spec.classes} classes, but ${table.file} has ${labels.length}: ${shortList(labels)}`,
      `write: ${port}: class[${labels.length}]`,
    );
  }
  if (more.length > 0 && kinds.some((kind) => kind.arePictures)) {
    throw new UserError('NN4005', `\`${port}\` takes pictures alone, and not ${names.join(', ')}`, `${port}=image`);
  }
  if (axes === undefined || (!arePictures && !steps.some(isPictureStep))) return false;
  const after = shapeAfter(axes, spec.shape, steps, arePictures);
  const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const isSame = [...spec.shape, 1].every((size, axis) => size === (after[axis] ?? 1));
  if (spec.shape.length === 1 ? product(after) === spec.shape[0] : isSame) return true;
  const where = arePictures ? table.place(0) : `a row of \`${names[0] ?? ''}\` in ${table.file}`;
  throw wrongShape(port, axes, spec.shape, where, steps);
}

/** Missing names that a similar one is sought for: each search goes through all columns. */
const GUESSES = 5;

/** Every name of a list is needed: one that is left out in silence would train another model. */
function noColumn(table: Named, port: string, missing: readonly string[]): UserError {
  const near = missing.slice(0, GUESSES).flatMap((wanted) => {
    const name = wanted.includes('*') ? undefined : nearest(wanted, table.header);
    return name === undefined ? [] : [{ wanted, name }];
  });
  const [only] = near;
  const list = missing.map((name) => `\`${name}\``).join(', ');
  const guess =
    only === undefined
      ? undefined
      : missing.length === 1
        ? `did you mean \`${only.name}\`?`
        : `did you mean ${near.map(({ wanted, name }) => `\`${name}\` for \`${wanted}\``).join(', ')}?`;
  return new UserError(
    'NN4005',
    `${table.file} has no ${wordFor(table, missing.length)} ${list} for \`${port}\``,
    guess ?? `its ${wordFor(table, 2)} are ${shortList(table.header)}`,
  );
}

function unmapped(table: Named, ports: readonly string[], taken: ReadonlySet<string>): UserError {
  const free = table.header.filter((name) => !taken.has(name));
  const [port = ''] = ports;
  return new UserError(
    'NN4005',
    `no ${wordFor(table, 1)} of ${table.file} serves ${ports.map((name) => `\`${name}\``).join(', ')}`,
    `say which: ${port}=${wordFor(table, 1).toUpperCase()}; ${wordFor(table, 2)} still free: ${free.length === 0 ? 'none' : shortList(free)}`,
  );
}

function shortList(all: readonly string[]): string {
  if (all.length <= 12) return all.map(visibleName).join(', ');
  const first = all.slice(0, 10).map(visibleName).join(', ');
  return `${first}, … ${visibleName(all.at(-1) ?? '')}`;
}

/** Longer names are not compared. */
const LONGEST = 200;

/** The most similar name, if it is similar at all. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  // Letter by letter, long names take the product of their lengths.
  const short = names.filter((other) => other.length <= LONGEST);
  if (short.length === 0 || name.length > LONGEST) return undefined;
  const candidate = closest(name, short);
  const changes = distance(name.toLowerCase(), candidate.toLowerCase());
  return changes <= Math.max(2, name.length / 3) && changes < name.length ? candidate : undefined;
}
