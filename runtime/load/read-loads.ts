/** What the `load` statements of a model read: parameters and states that take the place of initial values. */
import { demandFinite } from '../checkpoint/finite.ts';
import { readHeader } from '../checkpoint/safetensors.ts';
import type { SavedTensor } from '../checkpoint/safetensors.ts';
import type { LoadSpec, ModelDefinition } from '../model.ts';
import { own } from '../own.ts';
import type { Tensors } from '../train/memory.ts';
import { mergeHint } from '../pairs.ts';
import type { HostTensor } from '../train/tensor.ts';
import { UserError } from '../user-error.ts';
import { loadable } from './loadable.ts';
import { made } from './make.ts';
import { equalNames, nameTable } from './names.ts';
import type { NameTable } from './names.ts';
import { planLoad } from './plan.ts';
import type { Listed, LoadPlan } from './plan.ts';
import { besideIndex, isIndex, storedIn, storedInShards } from './stored.ts';
import type { StoredFile } from './stored.ts';

/** How the files of `load` are opened, by their names in the spec. */
export interface Files {
  readonly weights: (file: string) => StoredFile;
  readonly text: (file: string) => string;
}

/** The rules by which the names of a file are read. */
export function namesOf({ names, file }: LoadSpec, text: Files['text']): NameTable {
  if (names === undefined) return equalNames;
  return typeof names === 'string'
    ? nameTable(text(names).split(/\r?\n/), names)
    : nameTable(names, `the names of ${file}`);
}

/** The plan, or NN4012 with all that does not fit. */
export function planOrThrow(
  spec: LoadSpec,
  table: Parameters<typeof planLoad>[1],
  file: ReadonlyMap<string, Listed>,
  names: NameTable,
): LoadPlan {
  const plan = planLoad(spec, table, file, names);
  if (plan.problems.length === 0) return plan;
  throw new UserError(
    'NN4012',
    `${spec.file} does not fit what is loaded from it:\n${plan.problems.map((line) => `  ${line}`).join('\n')}`,
    mergeHint(file.keys(), table) ??
      (spec.names === undefined
        ? 'names are those of the spec, whole or from the selector on; a table translates others: names="my.names"'
        : 'a rule of the table is `path = name`, and `ignore name.**` leaves out what the model does not have'),
  );
}

/** Everything that is loaded, by path. Throws NN4012 where a file does not fit, NN5013 where it holds no numbers. */
export function readLoads(model: ModelDefinition, files: Files): Tensors {
  const table = loadable(model);
  const loaded = new Map<string, HostTensor>();
  for (const spec of model.loads ?? []) {
    const file = files.weights(spec.file);
    const { sums } = planOrThrow(spec, table, file, namesOf(spec, files.text));
    const read = (name: string): SavedTensor => (file.get(name) ?? lacking(name)).read();
    const tensors = new Map([...sums].map(([path, terms]) => [path, made(terms, read)]));
    demandFinite(tensors, spec.file, 'the file is damaged, or its numbers are too large for single precision');
    for (const [path, tensor] of tensors) loaded.set(path, tensor);
  }
  return loaded;
}

function lacking(name: string): never {
  throw new Error(`the plan reads ${name}, which is not there`);
}

/** Files that are at hand, by their names in the spec; shards by the index's folder and their own names. */
export function filesOf(given: Readonly<Record<string, Uint8Array | ArrayBuffer>>): Files {
  const bytes = (file: string): Uint8Array => {
    const found = own(given, file);
    if (found === undefined)
      throw new UserError('NN4001', `${file}, which the model loads, is not among the files given`);
    return found instanceof Uint8Array ? found : new Uint8Array(found);
  };
  const text = (file: string): string => new TextDecoder().decode(bytes(file));
  const one = (file: string): StoredFile => {
    const all = bytes(file);
    return storedIn(readHeader(all, all.length, file), (begin, end) => all.subarray(begin, end), file);
  };
  return {
    text,
    weights: (file) =>
      isIndex(file) ? storedInShards(text(file), file, (shard) => one(besideIndex(file, shard))) : one(file),
  };
}
