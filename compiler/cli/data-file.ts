/** The data file that a spec names: whether it is there, and whether its columns fit. */
import { dirname, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { columnLines } from '../../runtime/data/column-lines.ts';
import { groupsIn, mapColumns } from '../../runtime/data/columns.ts';
import type { Named } from '../../runtime/data/columns.ts';
import { parseCsv } from '../../runtime/data/csv.ts';
import { parseJsonl } from '../../runtime/data/jsonl.ts';
import { streamFields } from '../../runtime/data/texts/stream.ts';
import { readVocabulary } from '../../runtime/data/texts/wordpiece.ts';
import type { PortSpec } from '../../runtime/model.ts';
import { readText, relativeToSpec } from '../../runtime/node/files.ts';
import { idxFiles, openIdx } from '../../runtime/node/idx.ts';
import { openImages } from '../../runtime/node/images.ts';
import { openNpz } from '../../runtime/node/npz.ts';
import { UserError } from '../../runtime/user-error.ts';
import { say } from '../diagnostics/say.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import type { DataSettings, Model, Port, PrepSettings } from '../ir/model.ts';
import type { Origin } from '../ir/types.ts';
import { isThere } from './files.ts';
import type { Spec } from './files.ts';
import { ofNamedFile } from './named-file.ts';

/** Rows enough to see which columns hold numbers. */
const firstRows = 200;

export interface DataFile {
  readonly diagnostics: readonly Diagnostic[];
  /** Which columns feed what, as lines; none where there is no file, or it does not fit. */
  readonly columns: readonly string[];
}

const found = (...diagnostics: readonly Diagnostic[]): DataFile => ({ diagnostics, columns: [] });

/** A missing file is a warning: the file never changes what is built, and `train` will ask for it. */
export function checkDataFile(spec: Spec, model: Model): DataFile {
  const { diagnostics, columns } = checkRows(spec, model);
  return { diagnostics: [...diagnostics, ...model.prep.flatMap((step) => checkVocabulary(spec, step))], columns };
}

/** Vocabularies are learned from no rows, so that what is wrong with one is known before. */
function checkVocabulary(spec: Spec, step: PrepSettings): readonly Diagnostic[] {
  if (step.kind !== 'wordpiece') return [];
  const { file, origin } = step;
  const path = resolve(dirname(spec.path), file);
  if (!isThere(path)) return [ofNamedFile(say.NN4010.vocabulary({ file }), origin)];
  return told(origin, () => {
    readVocabulary(readText(path, 'NN4001', relativeToSpec, file), file);
    return [];
  });
}

/** What `read` finds, or the mistake that it throws, at the place that names the file. */
function told(origin: Origin, read: () => readonly Diagnostic[]): readonly Diagnostic[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, help } = error;
    return [ofNamedFile({ code, message, help }, origin)];
  }
}

function checkRows(spec: Spec, model: Model): DataFile {
  const { data, ports, prep } = model;
  if (data?.file === undefined || data.format === 'inline') return found();
  const { file, format, origin, heeds } = data;
  const by = typeof heeds === 'object' ? heeds.by : undefined;
  const path = resolve(dirname(spec.path), file);
  if (!dataIsThere(format, path, file)) return found(ofNamedFile(say.NN4010.data({ file }), origin));
  let columns: readonly string[] = [];
  const diagnostics = told(origin, () => {
    const table = readers[format](path, file, model);
    const of = (role: Port['role']): Readonly<Record<string, PortSpec>> =>
      Object.fromEntries(ports.filter((port) => port.role === role).map((port) => [port.name, portSpec(port)]));
    const mapped = mapColumns(table, {
      inputs: of('input'),
      targets: of('target'),
      written: data.columns,
      prep,
      by,
    });
    if (by !== undefined) groupsIn(table, by);
    columns = columnLines(table, mapped);
    return [];
  });
  return { diagnostics, columns };
}

/** What has names in a file, by its first rows or by its headers. */
const readers: Readonly<
  Record<Exclude<DataSettings['format'], 'inline'>, (path: string, shown: string, model: Model) => Named>
> = {
  csv: (path, shown) => {
    const text = readText(path, 'NN4001', relativeToSpec, shown);
    const first = beginning(text);
    // A quoted cell might hold line ends.
    return parseCsv(parse, first.includes('"') ? text : first, shown);
  },
  jsonl: (path, shown) => parseJsonl(beginning(readText(path, 'NN4001', relativeToSpec, shown)), shown),
  npz: openNpz,
  idx: openIdx,
  images: openImages,
  // All of it is one field: what it has of characters is learned when training begins.
  text: (path, shown, model) => streamOf(readText(path, 'NN4001', relativeToSpec, shown), shown, model),
};

/** The windows of the only input; `checkStream` has seen to it that there is one. */
function streamOf(text: string, shown: string, { ports }: Model): Named {
  const length = ports.find(({ role }) => role === 'input')?.shape[0] ?? 1;
  return streamFields(
    text,
    shown,
    length,
    ports.some(({ role }) => role === 'target'),
  );
}

/** The first line and some rows. */
const beginning = (text: string): string => text.split('\n', firstRows + 1).join('\n');

/** Whether anything lies where the data is to be; of `idx` the name is a beginning. */
const dataIsThere = (format: DataSettings['format'], path: string, shown: string): boolean =>
  format === 'idx' ? isThere(dirname(path)) && idxFiles(path, shown).length > 0 : isThere(path);

function portSpec({ shape, dtype, classes }: Port): PortSpec {
  return { shape, dtype: dtype === 'f32' ? 'float32' : 'int32', ...(classes === undefined ? {} : { classes }) };
}
