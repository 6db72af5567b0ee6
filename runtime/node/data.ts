/** Where the rows of a command come from: its `--data`, or the spec's `data` statement. */
import { extname, relative, resolve } from 'node:path';
import type { Source } from '../data/dataset.ts';
import type { DataSpec, ModelDefinition } from '../model.ts';
import { UserError } from '../user-error.ts';
import { readCsv } from './csv.ts';
import { readText, relativeToSpec } from './files.ts';
import { readIdx } from './idx.ts';
import { readImages } from './images.ts';
import { readJsonl } from './jsonl.ts';
import { readNpz } from './npz.ts';
import { readStream } from './text.ts';

export interface DataOptions {
  /** The spec's folder: `data csv` is relative to it. */
  readonly baseDir: string;
  /** `csv:file.csv`, `npz:x.npz` or another format, relative to the working folder, in place of the spec's own. */
  readonly data?: string | undefined;
}

export async function openSource(model: ModelDefinition, options: DataOptions): Promise<Source> {
  if (options.data !== undefined) {
    const [, format, file] = /^(\w+):(.+)$/.exec(options.data) ?? [
      undefined,
      extname(options.data).slice(1),
      options.data,
    ];
    if (!isFormat(format) || file === undefined) {
      throw new UserError(
        'NN4001',
        `\`--data ${options.data}\` names no format that can be read`,
        `write --data csv:file.csv; formats are ${Object.keys(readers).join(', ')}`,
      );
    }
    return readers[format](file, file, model);
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
    default: {
      const path = resolve(options.baseDir, data.file ?? '');
      return readers[data.format](path, relative('.', path), model);
    }
  }
}

type Format = Exclude<DataSpec['format'], 'inline'>;

const readers: Readonly<Record<Format, (path: string, shown: string, model: ModelDefinition) => Promise<Source>>> = {
  csv: async (path, shown) => ({ kind: 'table', table: await readCsv(path, shown) }),
  jsonl: async (path, shown) => ({ kind: 'fields', fields: await readJsonl(path, shown) }),
  npz: async (path, shown) => ({ kind: 'fields', fields: await readNpz(path, shown) }),
  idx: async (path, shown) => ({ kind: 'fields', fields: await readIdx(path, shown) }),
  images: async (path, shown) => ({ kind: 'fields', fields: await readImages(path, shown) }),
  text: async (path, shown, model) => ({ kind: 'fields', fields: await readStream(path, shown, model) }),
};

const isFormat = (word: string | undefined): word is Format => word !== undefined && Object.hasOwn(readers, word);

/** What `loadDataset` asks for: files that `prep` learns from, relative to the spec. */
export const opener =
  (baseDir: string) =>
  (file: string): string =>
    readText(resolve(baseDir, file), 'NN4001', relativeToSpec, file);
