/** IDX files of Node: those of a folder whose names begin alike. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { idxField, idxFields } from '../data/arrays/idx.ts';
import type { IdxFile } from '../data/arrays/idx.ts';
import type { Fields } from '../data/fields.ts';
import { visibleName } from '../logging/visible.ts';
import { UserError } from '../user-error.ts';
import { readBytes, reading, relativeToSpec } from './files.ts';

/** The names of the files of a set, which is the beginning of their paths: `mnist/train`. */
export function idxFiles(set: string, shown: string): readonly string[] {
  const names = reading(dirname(shown), 'NN4001', relativeToSpec, () => readdirSync(dirname(set))).sort();
  const found = new Map<string, string>();
  for (const name of names) {
    const field = idxField(basename(set), name);
    // What is there unpacked needs no unpacking.
    if (field !== undefined && !found.has(field)) found.set(field, name);
  }
  return [...found.values()];
}

/** The fields of a set; `shown` is its name in messages. */
export function openIdx(set: string, shown: string): Fields {
  const names = idxFiles(set, shown);
  if (names.length === 0) throw noFiles(set, shown);
  const files = names.map((name): IdxFile => {
    const file = join(dirname(shown), name);
    const bytes = readBytes(join(dirname(set), name), 'NN4001', relativeToSpec, file);
    return { file, field: idxField(basename(set), name) ?? '', bytes };
  });
  return idxFields(shown, files);
}

export function readIdx(set: string, shown: string): Promise<Fields> {
  return new Promise((resolve) => resolve(openIdx(set, shown)));
}

function noFiles(set: string, shown: string): UserError {
  const others = readdirSync(dirname(set)).filter((name) => idxField('', name) !== undefined);
  const help =
    others.length === 0
      ? relativeToSpec
      : `there are ${others.sort().slice(0, 6).map(visibleName).join(', ')}: write what they begin with`;
  return new UserError('NN4001', `no files ${shown}-images-idx3-ubyte, ${shown}-labels-idx1-ubyte or the like`, help);
}
