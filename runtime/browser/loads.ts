/** The files that `load` names, as a page fetches them. */
import { filesOf, readLoads } from '../load/read-loads.ts';
import { besideIndex, isIndex, shardsOf } from '../load/stored.ts';
import type { ModelDefinition } from '../model.ts';
import type { Tensors } from '../train/memory.ts';
import { put } from '../own.ts';
import { fetched } from './fetched.ts';

/** What the model's `load` statements read; its files lie below the address as they lie beside the spec. */
export async function fetchLoads(model: ModelDefinition, address: string | URL): Promise<Tensors> {
  const folder = String(address).replace(/\/*$/, '/');
  const files: Record<string, Uint8Array> = {};
  /** Each file once, however many statements read it. */
  const take = async (file: string): Promise<void> => {
    if (Object.hasOwn(files, file)) return;
    const response = await fetched(`${folder}${file}`, 'NN4001');
    put(files, file, new Uint8Array(await response.arrayBuffer()));
  };
  for (const { file, names } of model.loads ?? []) {
    await take(file);
    if (typeof names === 'string') await take(names);
    if (!isIndex(file)) continue;
    const index = new TextDecoder().decode(files[file]);
    await Promise.all([...new Set(shardsOf(index, file).values())].map((shard) => take(besideIndex(file, shard))));
  }
  return readLoads(model, filesOf(files));
}
