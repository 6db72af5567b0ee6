/** A data set as a model reads it: rows prepared, split, and ready to be cut into batches. */
import type { ModelDefinition, PortSpec } from '../model.ts';
import { UserError } from '../user-error.ts';
import { gatherRows } from './batches.ts';
import type { Elements } from './batches.ts';
import { classWarnings, unjudged } from './class-counts.ts';
import { groupsIn, mapColumns } from './columns.ts';
import type { Columns } from './columns.ts';
import { readFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { fitStream } from './texts/fit-stream.ts';
import { applyPrep, fitPrep, undoing, unknownTexts } from './prep.ts';
import type { FittedPrep } from './prep.ts';
import { inlineData, readColumns, valuesOf } from './raw.ts';
import type { RawData } from './raw.ts';
import { balancedTargets, balancedWeights } from '../train/class-weights.ts';
import type { ClassWeights } from '../train/class-weights.ts';
import type { Units } from '../train/units.ts';
import { evaluationPart, splitRows } from './split.ts';
import type { Heeding, Parts } from './split.ts';
import { own, put } from '../own.ts';
import type { Table } from './table.ts';
import { filledOf, readingOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { checkTableRows } from './table-rows.ts';

/** What was learned when the model was trained, and must be the same ever after. */
export interface DataFacts {
  readonly columns: Columns;
  readonly prep: readonly FittedPrep[];
}

export interface Dataset {
  readonly rows: number;
  readonly elements: Elements;
  readonly parts: Parts;
  readonly facts: DataFacts;
  /** Of targets that `prep` changed. */
  readonly units: Units;
  /** Of targets whose classes the loss weights by their training rows. */
  readonly classWeights: ClassWeights;
  /** Before `prep`, for baselines and for showing rows. */
  readonly raw: RawData;
  readonly warnings: readonly string[];
}

export type Source =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'fields'; readonly fields: Fields }
  | { readonly kind: 'inline'; readonly rows: readonly (readonly number[])[] };

/** How many rows there are. */
export function rowsOf(source: Source): number {
  switch (source.kind) {
    case 'table':
      return source.table.rows.length;
    case 'fields':
      return source.fields.rows;
    case 'inline':
      return source.rows.length;
  }
}

export interface DatasetOptions {
  /** Of an earlier training; otherwise columns are mapped and `prep` is fitted here. */
  readonly facts?: DataFacts | undefined;
  /** Only what a prediction reads. */
  readonly inputsOnly?: boolean;
  /** All rows, in the file's order, whatever the spec says of a split. */
  readonly whole?: boolean;
  /** The text of a file that `prep` learns from (`wordpiece "vocab.txt"`), by its name in the spec. */
  readonly open?: (file: string) => string;
}

/** The inputs of which predictions are made, with those from which `prep` fills others. */
export function inputsRead({ inputs, predictInputs, prep }: ModelDefinition): Record<string, PortSpec> {
  const filling = new Set(prep.flatMap((step) => (predictInputs.includes(filledOf(step) ?? '') ? [step.port] : [])));
  return pick(inputs, (name) => predictInputs.includes(name) || filling.has(name));
}

export function loadDataset(model: ModelDefinition, source: Source, options: DatasetOptions = {}): Dataset {
  const inputs = options.inputsOnly === true ? inputsRead(model) : model.inputs;
  const ports: Readonly<Record<string, PortSpec>> =
    options.inputsOnly === true ? inputs : { ...inputs, ...model.targets };
  const { raw, columns } = readSource(model, source, ports, readingOf(model.prep), options);
  const isStream = source.kind === 'fields' && source.fields.isStream === true;
  const shares = options.whole === true ? undefined : model.data?.split;
  const heeding = isStream ? { of: 'order' as const } : shares && heededBy(model, source, raw);
  const parts = splitRows(raw.rows, shares, model.data?.seed ?? 1, heeding);
  const steps = model.prep.filter((step) => Object.hasOwn(ports, step.port));
  const fitted =
    options.facts?.prep ??
    (isStream
      ? fitStream(steps, raw, ports, parts.training)
      : fitPrep(steps, raw, ports, parts.training, { open: options.open ?? unopened, columns }));
  const { elements, unknown } = applyPrep(fitted, raw, ports);
  checkTableRows(elements, ports, raw.place, columns);
  const classes = (): string[] => {
    if (options.inputsOnly === true) return [];
    if (options.facts === undefined) return classWarnings(model.targets, raw, fitted, parts);
    return unjudged(model.targets, raw, evaluationPart(parts).rows);
  };
  const warnings = [...unknownTexts(unknown, raw.place, columns), ...classes()];
  return {
    rows: raw.rows,
    elements,
    parts,
    facts: { columns, prep: fitted },
    units: unitsOf(model, fitted),
    classWeights: options.facts === undefined ? countedClasses(model, elements, parts.training) : {},
    raw,
    warnings,
  };
}

/** What the split of the spec heeds of these rows. */
export function heededBy({ data, targets }: ModelDefinition, source: Source, raw?: RawData): Heeding | undefined {
  if (data?.order === true) return { of: 'order' };
  if (data?.by !== undefined && source.kind !== 'inline')
    return { of: 'groups', groups: groupsIn(source.kind === 'table' ? source.table : source.fields, data.by) };
  const [target] = Object.keys(targets);
  const classes = target === undefined ? undefined : raw && own(raw.ports, target);
  return data?.stratify === true && classes !== undefined ? { of: 'classes', classes: valuesOf(classes) } : undefined;
}

function unopened(file: string): string {
  throw new UserError('NN4001', `${file} was not given to \`loadDataset\``, 'give it: { open: (file) => text }');
}

/** What each class counts by its training rows, where the model wants to know. */
function countedClasses(model: ModelDefinition, elements: Elements, rows: Int32Array): ClassWeights {
  const counted: Record<string, Float64Array> = {};
  for (const target of balancedTargets(model)) {
    const { classes = 0 } = own(model.targets, target) ?? {};
    const labels = own(gatherRows(elements, model.targets, rows), target) ?? [];
    put(counted, target, balancedWeights(labels, classes));
  }
  return counted;
}

/** How targets go back to the data's units. */
export function unitsOf(model: ModelDefinition, fitted: readonly FittedPrep[]): Units {
  const units = Object.entries(model.targets).flatMap(([target, { shape }]) => {
    const unit = undoing(
      fitted,
      target,
      shape.reduce((product, size) => product * size, 1),
    );
    return unit === undefined ? [] : [[target, unit] as const];
  });
  return Object.fromEntries(units);
}

function readSource(
  model: ModelDefinition,
  source: Source,
  ports: Readonly<Record<string, PortSpec>>,
  reading: Reading,
  options: DatasetOptions,
): { readonly raw: RawData; readonly columns: Columns } {
  if (source.kind === 'inline') {
    const all = { ...model.inputs, ...model.targets };
    if (source.rows.length === 0) throw new UserError('NN4006', '`data inline` has no rows');
    const raw = inlineData(source.rows, all, reading.categorical);
    return { raw: { ...raw, ports: pick(raw.ports, (name) => Object.hasOwn(ports, name)) }, columns: {} };
  }
  const known = options.facts?.columns ?? {};
  const columns = mapColumns(source.kind === 'table' ? source.table : source.fields, {
    inputs: pick(model.inputs, (name) => Object.hasOwn(ports, name)),
    targets: model.targets,
    written: Object.keys(known).length > 0 ? known : (model.data?.columns ?? {}),
    prep: model.prep,
    by: options.inputsOnly === true || options.whole === true ? undefined : model.data?.by,
    optional: new Set([
      ...Object.keys(model.inputs).filter((name) => !Object.hasOwn(ports, name)),
      ...(options.inputsOnly === true ? Object.keys(model.targets) : []),
    ]),
  });
  const raw =
    source.kind === 'table'
      ? readColumns(source.table, columns, ports, reading)
      : readFields(source.fields, columns, ports, reading);
  return { raw, columns };
}

function pick<T>(record: Readonly<Record<string, T>>, keep: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => keep(name)));
}
