/** The data file that a spec names: whether it is there, and whether its columns fit. */
import { dirname, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { columnLines } from '../../runtime/data/column-lines.ts';
import { mapColumns } from '../../runtime/data/columns.ts';
import { parseCsv } from '../../runtime/data/csv.ts';
import type { PortSpec } from '../../runtime/model.ts';
import { readText } from '../../runtime/node/files.ts';
import { UserError } from '../../runtime/user-error.ts';
import { say } from '../diagnostics/say.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import type { Model, Port } from '../ir/model.ts';
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
export function checkDataFile(spec: Spec, { data, ports, prep }: Model): DataFile {
  if (data?.file === undefined) return found();
  const { file, origin } = data;
  const path = resolve(dirname(spec.path), file);
  if (!isThere(path)) return found(ofNamedFile(say.NN4010.data({ file }), origin));
  try {
    const table = parseCsv(parse, beginning(path, file), file);
    const of = (role: Port['role']): Readonly<Record<string, PortSpec>> =>
      Object.fromEntries(ports.filter((port) => port.role === role).map((port) => [port.name, portSpec(port)]));
    const columns = mapColumns(table, {
      inputs: of('input'),
      targets: of('target'),
      written: data.columns,
      prep: prep.map(({ port, kind }) => ({ port, kind })),
    });
    return { diagnostics: [], columns: columnLines(table, columns) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, help } = error;
    return found(ofNamedFile({ code, message, help }, origin));
  }
}

/** The first line and some rows; all of them where a quoted cell might hold line ends. */
function beginning(path: string, shown: string): string {
  const text = readText(path, 'NN4001', 'paths in a spec are relative to the spec', shown);
  const first = text.split('\n', firstRows + 1).join('\n');
  return first.includes('"') ? text : first;
}

function portSpec({ shape, dtype, classes }: Port): PortSpec {
  return { shape, dtype: dtype === 'f32' ? 'float32' : 'int32', ...(classes === undefined ? {} : { classes }) };
}
