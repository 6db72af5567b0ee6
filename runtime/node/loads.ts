/** The files that `load` names, as Node reads them: the header first, then the tensors that are wanted. */
import { relative, resolve } from 'node:path';
import { headerEnd, readHeader } from '../checkpoint/safetensors.ts';
import { readLoads } from '../load/read-loads.ts';
import type { Files } from '../load/read-loads.ts';
import { besideIndex, isIndex, storedIn, storedInShards } from '../load/stored.ts';
import type { StoredFile } from '../load/stored.ts';
import type { ModelDefinition } from '../model.ts';
import type { Tensors } from '../train/memory.ts';
import { readFilePart, sizeOfFile } from './disk.ts';
import { reading, readText } from './files.ts';

const help = 'paths in a spec are relative to the spec';

/** Files relative to a folder; `shown` makes of a path in the spec what messages call it. */
export function filesBelow(folder: string, shown: (file: string) => string): Files {
  const one = (file: string): StoredFile => {
    const path = resolve(folder, file);
    const name = shown(file);
    const part = (begin: number, end: number): Uint8Array =>
      reading(name, 'NN4001', help, () => readFilePart(path, begin, end));
    const size = reading(name, 'NN4001', help, () => sizeOfFile(path));
    const start = headerEnd(part(0, Math.min(8, size)), size, name);
    return storedIn(readHeader(part(0, start), size, name), part, name);
  };
  const text = (file: string): string => readText(resolve(folder, file), 'NN4001', help, shown(file));
  return {
    text,
    weights: (file) =>
      isIndex(file) ? storedInShards(text(file), shown(file), (shard) => one(besideIndex(file, shard))) : one(file),
  };
}

/** What the model's `load` statements read, relative to the spec's folder. */
export const openLoads = (model: ModelDefinition, baseDir: string): Tensors =>
  readLoads(
    model,
    filesBelow(baseDir, (file) => relative('.', resolve(baseDir, file))),
  );
