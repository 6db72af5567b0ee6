/** `prep`: what turns raw columns into numbers of the graph. Fitted on training rows, saved, and applied everywhere. */
import { visibleName } from '../logging/visible.ts';
import type { LengthsSpec, PortSpec, PrepSpec, TextSpec } from '../model.ts';
import { UserError } from '../user-error.ts';
import type { PictureStep } from './images/steps.ts';
import { applyPictureStep, flattened, isPictureStep, picturesOf, wrongShape } from './images/steps.ts';
import { shapeOf } from './images/picture.ts';
import type { Picture } from './images/picture.ts';
import type { Columns as Names } from './columns.ts';
import { applyImpute, fitImpute } from './impute.ts';
import type { FittedImpute } from './impute.ts';
import { maskOfLengths } from './mask.ts';
import { parseNumber } from './table.ts';
import { fitTexts, isTextStep, sequences } from './texts/sequences.ts';
import type { TextPrep } from './texts/sequences.ts';
import { charactersOf } from './texts/words.ts';
import type { NumberArray, RawData, RawPort } from './raw.ts';
import { own, put } from '../own.ts';

/** A step with what was learned from the training rows; arrays have one entry for each column. */
export type FittedPrep =
  | TextPrep
  | FittedImpute
  | LengthsSpec
  /** Text labels: class k is `labels[k]`. */
  | {
      readonly port: string;
      readonly kind: 'classes';
      readonly labels: readonly string[];
      /** Others are class −1, which no loss and no metric counts. */
      readonly leavesOut?: boolean;
    }
  | { readonly port: string; readonly kind: 'onehot'; readonly categories: readonly (readonly string[])[] }
  | { readonly port: string; readonly kind: 'scale'; readonly factor: number }
  | { readonly port: string; readonly kind: 'gray' }
  | { readonly port: string; readonly kind: 'resize'; readonly size: readonly [number, number] }
  | {
      readonly port: string;
      readonly kind: 'standardize';
      readonly mean: readonly number[];
      /** The square root of the mean square distance; 1 where all rows are equal. */
      readonly deviation: readonly number[];
    }
  | {
      readonly port: string;
      readonly kind: 'minmax';
      readonly low: readonly number[];
      /** high − low; 1 where all rows are equal. */
      readonly span: readonly number[];
    };

/** What is no sequence of ids. */
type NumberPrep = Exclude<FittedPrep, TextPrep>;

/** Numbers of one port, row-major. */
interface Columns {
  readonly width: number;
  readonly values: NumberArray;
}

/** A port between two steps: texts that are not numbers yet, pictures that may differ in size, or numbers. */
type State =
  | { readonly kind: 'texts'; readonly width: number; readonly values: readonly string[] }
  | { readonly kind: 'pictures'; readonly pictures: readonly Picture[] }
  | (Columns & { readonly kind: 'numbers' });

/** Texts of a port that no training row has: the first, where it stands, and how many there are. */
export interface Unknown {
  readonly text: string;
  readonly row: number;
  /** Among the port's columns. */
  readonly column: number;
  readonly count: number;
  /** What becomes of it, if it is not that it `counts as none of its categories`. */
  readonly counts?: string;
}

export interface Prepared {
  readonly elements: Readonly<Record<string, Float32Array | Int32Array>>;
  /** By port; `onehot` made zeros of them. */
  readonly unknown: Readonly<Record<string, Unknown>>;
}

export interface Fitting {
  /** The text of a file that a step names. */
  readonly open: (file: string) => string;
  /** What the data calls each number of a port. */
  readonly columns: Names;
}

/** What the steps learn from these rows. */
export function fitPrep(
  steps: readonly PrepSpec[],
  raw: RawData,
  ports: Readonly<Record<string, PortSpec>>,
  training: Int32Array,
  { open, columns }: Fitting,
): FittedPrep[] {
  const fitted: FittedPrep[] = [];
  for (const [port, column] of Object.entries(raw.ports)) {
    const ownSteps = steps.filter((step) => step.port === port);
    const reading = ownSteps.find(isTextStep);
    if (reading !== undefined) {
      const texts = column.kind === 'texts' ? Array.from(training, (row) => column.values[row] ?? '') : [];
      fitted.push(fitTexts(reading, texts, own(ports, port), open));
      continue;
    }
    const first = firstStep(port, column, ownSteps, own(ports, port), training);
    let state = begin(port, column, own(ports, port), ownSteps, raw.place);
    const add = (step: NumberPrep): void => {
      fitted.push(step);
      state = applyStep(step, state, raw.place).state;
    };
    if (first !== undefined) add(first);
    for (const step of ownSteps) {
      if (isTextStep(step)) continue;
      if (step.kind === 'lengths') add(step);
      else if (step.kind === 'onehot') {
        if (first?.kind !== 'onehot') throw orderMatters(port);
      } else if (isPictureStep(step)) add(step);
      else if (step.kind === 'impute') {
        const given = columnsOf(port, state, raw.place);
        add(fitImpute(step, given, training, (c) => nameOf(port, own(columns, port), given.width, c)));
      } else add(fitNumbers(step, columnsOf(port, state, raw.place), training));
    }
  }
  return fitted;
}

/** A field of several values has one name for all. */
function nameOf(port: string, names: readonly string[] = [], width: number, column: number): string {
  const name = names.length === width ? names[column] : undefined;
  const [only = port, ...more] = names;
  return `\`${visibleName(name ?? `${more.length === 0 ? only : port}[${column}]`)}\``;
}

/** Applies what was fitted, and rounds to what the graph takes. */
export function applyPrep(
  fitted: readonly FittedPrep[],
  raw: RawData,
  ports: Readonly<Record<string, PortSpec>>,
): Prepared {
  const elements: Record<string, Float32Array | Int32Array> = {};
  const unknown: Record<string, Unknown> = {};
  const fillOther = (name: string | undefined, values: Float32Array): void => {
    const spec = name === undefined ? undefined : own(ports, name);
    if (name !== undefined && spec !== undefined)
      put(elements, name, spec.dtype === 'int32' ? Int32Array.from(values) : values);
  };
  for (const [port, column] of Object.entries(raw.ports)) {
    const spec = own(ports, port);
    if (spec === undefined) continue;
    const ownSteps = fitted.filter((step) => step.port === port);
    const size = spec.shape.reduce((product, axis) => product * axis, 1);
    const reading = ownSteps.find(isTextStep);
    if (reading !== undefined) {
      if (reading.kind === 'stream' && column.kind === 'texts') {
        const found = unknownCharacter(reading.characters, column.values);
        if (found !== undefined) put(unknown, port, found);
      }
      const { ids, mask } = sequences(reading, column.kind === 'texts' ? column.values : [], size);
      put(elements, port, ids);
      fillOther(reading.mask, mask);
      continue;
    }
    let state = begin(port, column, spec, ownSteps, raw.place);
    for (const step of ownSteps) {
      if (isTextStep(step)) continue;
      const result = applyStep(step, state, raw.place);
      ({ state } = result);
      if (step.kind === 'impute' && result.empty !== undefined) fillOther(step.flag, result.empty);
      const masked = step.kind === 'lengths' ? own(ports, step.mask) : undefined;
      if (step.kind === 'lengths' && masked !== undefined)
        fillOther(step.mask, maskFrom(step, columnsOf(port, state, raw.place).values, masked, raw.place));
      if (result.unknown !== undefined) put(unknown, port, result.unknown);
    }
    const [first] = state.kind === 'pictures' ? state.pictures : [];
    if (first !== undefined && first.values.length !== size)
      throw wrongShape(port, shapeOf(first), spec.shape, raw.place(0));
    const { width, values } = columnsOf(port, state, raw.place);
    if (width !== size) {
      throw new UserError(
        'NN4007',
        `\`prep ${port} onehot\` makes ${width} numbers of the categories in the training rows, but ` +
          `\`${port}\` has ${size}`,
        `write: ${port}: f32[${width}]`,
      );
    }
    put(elements, port, spec.dtype === 'int32' ? new Int32Array(values) : new Float32Array(values));
  }
  return { elements, unknown };
}

/** The first character that is in no training row, and how many there are. */
function unknownCharacter(characters: readonly string[], texts: readonly string[]): Unknown | undefined {
  const known = new Set(characters);
  let found: Unknown | undefined;
  texts.forEach((text, row) => {
    for (const character of charactersOf(text)) {
      if (known.has(character)) continue;
      found =
        found === undefined
          ? { text: character, row, column: 0, count: 1, counts: 'is read as a space' }
          : { ...found, count: found.count + 1 };
    }
  });
  return found;
}

/** A line for each port that met texts which no training row has. */
export function unknownTexts(
  unknown: Prepared['unknown'],
  place: (row: number) => string,
  columns: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.entries(unknown).map(
    ([port, { text, row, column, count, counts = 'counts as none of its categories' }]) => {
      const name = columns[port]?.[column];
      const where = name === undefined ? `\`${port}\`` : `column \`${name}\``;
      const others = count === 1 ? '' : ` (as do ${count - 1} more)`;
      return `${place(row)}, ${where}: \`${text}\` is in no training row, and ${counts}${others}`;
    },
  );
}

type Scaling = Extract<FittedPrep, { readonly kind: 'scale' | 'standardize' | 'minmax' }>;

const isScaling = (step: FittedPrep): step is Scaling =>
  step.kind === 'scale' || step.kind === 'standardize' || step.kind === 'minmax';

/** Raw = z·scale + shift, for each column: how `prep` of a target is undone. `undefined` if nothing is to be undone. */
export function undoing(
  fitted: readonly FittedPrep[],
  port: string,
  width: number,
): { readonly scale: Float64Array; readonly shift: Float64Array } | undefined {
  let scale = new Float64Array(width).fill(1);
  let shift = new Float64Array(width);
  let any = false;
  for (const step of fitted.filter((one) => one.port === port).reverse()) {
    if (!isScaling(step)) continue;
    any = true;
    // The step took y to (y − from)·1/by, so y = z·by + from is put behind what undoes the later steps.
    const by = (c: number): number =>
      step.kind === 'scale' ? 1 / step.factor : ((step.kind === 'standardize' ? step.deviation[c] : step.span[c]) ?? 1);
    const from = (c: number): number =>
      step.kind === 'scale' ? 0 : ((step.kind === 'standardize' ? step.mean[c] : step.low[c]) ?? 0);
    scale = scale.map((value, c) => value * by(c));
    shift = shift.map((value, c) => value * by(c) + from(c));
  }
  return any ? { scale, shift } : undefined;
}

/** Texts become numbers before anything else happens to them. */
function firstStep(
  port: string,
  column: RawPort,
  steps: readonly PrepSpec[],
  spec: PortSpec | undefined,
  training: Int32Array,
): NumberPrep | undefined {
  if (column.kind !== 'texts') return undefined;
  const { width, values } = column;
  const categories = Array.from({ length: width }, (_, c) =>
    inOrder(new Set(Array.from(training, (row) => values[row * width + c] ?? ''))),
  );
  if (steps[0]?.kind === 'onehot') return { port, kind: 'onehot', categories };
  if (steps.some((step) => step.kind === 'onehot')) throw orderMatters(port);
  const labels = inOrder(new Set(categories.flat()));
  const classes = spec?.classes ?? 0;
  if (labels.length > classes) {
    throw new UserError(
      'NN4004',
      `\`${port}\` is one of ${classes} classes, but the training rows have ${labels.length} labels: ` +
        `${labels.slice(0, 8).map(visibleName).join(', ')}${labels.length > 8 ? ', …' : ''}`,
      `write: ${port}: class[${labels.length}], or correct the labels`,
    );
  }
  return { port, kind: 'classes', labels };
}

const orderMatters = (port: string): UserError =>
  new UserError('NN4007', `\`prep ${port} onehot\` must be the first step of \`${port}\`, and there can be one only`);

/** Numbers by size, texts by their characters. */
function inOrder(texts: ReadonlySet<string>): string[] {
  const all = [...texts];
  const numbers = all.map((text) => parseNumber(text));
  const numeric = numbers.every((value) => value !== undefined && Number.isFinite(value));
  return numeric ? all.sort((a, b) => Number(a) - Number(b)) : all.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function fitNumbers(
  step: Exclude<PrepSpec, TextSpec | { kind: 'onehot' | 'impute' | 'lengths' } | PictureStep>,
  { width, values }: Columns,
  training: Int32Array,
): NumberPrep {
  const { port } = step;
  if (step.kind === 'scale') return { port, kind: 'scale', factor: step.factor };
  const each = (of: (column: Float64Array) => number): number[] =>
    Array.from({ length: width }, (_, c) => of(Float64Array.from(training, (row) => values[row * width + c] ?? NaN)));
  if (step.kind === 'minmax') {
    const low = each((column) => column.reduce((a, b) => Math.min(a, b), Infinity));
    const high = each((column) => column.reduce((a, b) => Math.max(a, b), -Infinity));
    return { port, kind: 'minmax', low, span: high.map((top, c) => top - (low[c] ?? 0) || 1) };
  }
  const mean = each((column) => column.reduce((a, b) => a + b, 0) / column.length);
  let at = 0;
  const deviation = each((column) => {
    const middle = mean[at++] ?? 0;
    return Math.sqrt(column.reduce((sum, x) => sum + (x - middle) ** 2, 0) / column.length) || 1;
  });
  return { port, kind: 'standardize', mean, deviation };
}

/** In doubles, whatever the file has. */
function mapped({ width, values }: Columns, of: (x: number, column: number) => number): Float64Array {
  const results = new Float64Array(values.length);
  for (let i = 0; i < results.length; i++) results[i] = of(values[i] ?? NaN, i % width);
  return results;
}

/** What the steps of a port begin with. */
function begin(
  port: string,
  column: RawPort,
  spec: PortSpec | undefined,
  steps: readonly { readonly kind: string }[],
  place: (row: number) => string,
): State {
  const pictures = picturesOf(port, column, spec?.shape ?? [], steps, place);
  if (pictures !== undefined) return { kind: 'pictures', pictures };
  return column.kind === 'pictures' ? { kind: 'pictures', pictures: column.pictures } : column;
}

/** Pictures side by side, if they are equal in size. */
function columnsOf(port: string, state: State, place: (row: number) => string): Columns {
  if (state.kind === 'pictures') return flattened(port, state.pictures, place);
  return state.kind === 'numbers' ? state : { width: state.width, values: new Float64Array() };
}

function applyStep(
  step: NumberPrep,
  state: State,
  place: (row: number) => string,
): {
  readonly state: State;
  readonly unknown?: Unknown | undefined;
  /** 1 where a field was filled. */
  readonly empty?: Float32Array;
} {
  const { port } = step;
  const numbers = ({ width, values }: Columns): { readonly state: State } => ({
    state: { kind: 'numbers', width, values },
  });
  const each = (of: (x: number, column: number) => number): { readonly state: State } => {
    const columns = columnsOf(port, state, place);
    return numbers({ width: columns.width, values: mapped(columns, of) });
  };
  switch (step.kind) {
    case 'classes': {
      if (state.kind !== 'texts') return { state };
      const { width, values } = state;
      const { labels, leavesOut = false } = step;
      return numbers({ width, values: labelIndices(port, labels, values, width, place, leavesOut) });
    }
    case 'onehot': {
      if (state.kind !== 'texts') return { state };
      const { columns, unknown } = oneHot(step.categories, state.values);
      return { ...numbers(columns), unknown };
    }
    case 'impute': {
      const columns = columnsOf(port, state, place);
      const { filled, empty } = applyImpute(step, columns);
      return { ...numbers({ width: columns.width, values: filled }), empty };
    }
    case 'lengths':
      return { state };
    case 'gray':
    case 'resize':
      return state.kind === 'pictures'
        ? { state: { kind: 'pictures', pictures: applyPictureStep(step, state.pictures, place) } }
        : { state };
    case 'scale': {
      if (state.kind !== 'pictures') return each((x) => x * step.factor);
      const pictures = state.pictures.map((picture) => ({
        ...picture,
        values: mapped({ width: 1, values: picture.values }, (x) => x * step.factor),
      }));
      return { state: { kind: 'pictures', pictures } };
    }
    case 'standardize':
      return each((x, c) => (x - (step.mean[c] ?? 0)) / (step.deviation[c] ?? 1));
    case 'minmax':
      return each((x, c) => (x - (step.low[c] ?? 0)) / (step.span[c] ?? 1));
  }
}

/** 1 for the first so many places of each row. Throws NN4003 where a length is none of the mask's. */
function maskFrom(
  { port, mask }: LengthsSpec,
  lengths: NumberArray,
  { shape: [places = 0] }: PortSpec,
  place: (row: number) => string,
): Float32Array {
  lengths.forEach((length, row) => {
    if (!Number.isInteger(length) || length < 0 || length > places)
      throw new UserError(
        'NN4003',
        `${place(row)}: \`${port}\` is ${length}, and \`${mask}\` has ${places} places`,
        `a length is a whole number from 0 to ${places}`,
      );
  });
  return maskOfLengths(lengths, places, 'end');
}

function labelIndices(
  port: string,
  labels: readonly string[],
  texts: readonly string[],
  width: number,
  place: (row: number) => string,
  leavesOut: boolean,
): Float64Array {
  const index = new Map(labels.map((label, k) => [label, k]));
  return Float64Array.from(texts, (text, i) => {
    const k = index.get(text);
    if (k !== undefined) return k;
    if (leavesOut) return -1;
    throw new UserError(
      'NN4004',
      `${place(Math.floor(i / width))}: no training row has the label \`${visibleName(text)}\` of \`${port}\``,
      `the labels are ${labels.map(visibleName).join(', ')}`,
    );
  });
}

function oneHot(
  categories: readonly (readonly string[])[],
  texts: readonly string[],
): { readonly columns: Columns; readonly unknown: Unknown | undefined } {
  const starts: number[] = [];
  let width = 0;
  for (const names of categories) {
    starts.push(width);
    width += names.length;
  }
  const index = categories.map((names) => new Map(names.map((name, k) => [name, k])));
  const values = new Float64Array((texts.length / categories.length) * width);
  let unknown: Unknown | undefined;
  texts.forEach((text, i) => {
    const column = i % categories.length;
    const row = Math.floor(i / categories.length);
    const k = index[column]?.get(text);
    if (k !== undefined) values[row * width + (starts[column] ?? 0) + k] = 1;
    else unknown = unknown === undefined ? { text, row, column, count: 1 } : { ...unknown, count: unknown.count + 1 };
  });
  return { columns: { width, values }, unknown };
}
