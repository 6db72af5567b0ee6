/** Where the rows of a command come from: its `--data`, or the spec's `data` statement. */
import { relative, resolve } from 'node:path';
import type { Source } from '../data/dataset.ts';
import type { ModelDefinition } from '../model.ts';
import { UserError } from '../user-error.ts';
import { readCsv } from './csv.ts';

export interface DataOptions {
  /** The spec's folder: `data csv` is relative to it. */
  readonly baseDir: string;
  /** `csv:file.csv`, relative to the working folder, in place of the spec's own. */
  readonly data?: string | undefined;
}

export async function openSource(model: ModelDefinition, options: DataOptions): Promise<Source> {
  if (options.data !== undefined) {
    const [, file] = /^csv:(.+)$/.exec(options.data) ?? (/\.csv$/.test(options.data) ? ['', options.data] : []);
    if (file === undefined) {
      throw new UserError(
        'NN4001',
        `\`--data ${options.data}\` names no format that can be read`,
        'write --data csv:file.csv',
      );
    }
    return { kind: 'table', table: await readCsv(file, file) };
  }
  const { data } = model;
  if (data === undefined) {
    throw new UserError(
      'NN4009',
      `${model.source.file} has no \`data\``,
      'say where the rows are: --data csv:file.csv',
    );
  }
  switch (data.format) {
    case 'inline':
      return { kind: 'inline', rows: data.rows ?? [] };
    case 'csv': {
      const path = resolve(options.baseDir, data.file ?? '');
      return { kind: 'table', table: await readCsv(path, relative('.', path)) };
    }
  }
}
