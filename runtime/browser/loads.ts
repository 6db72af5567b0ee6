/** The files that `load` names, as a page fetches them. */
import { filesOf, readLoads } from '../load/read-loads.ts';
import { besideIndex, isIndex, shardsOf } from '../load/stored.ts';
import type { ModelDefinition } from '../model.ts';
import type { Tensors } from '../train/memory.ts';
import { UserError } from '../user-error.ts';
import { put } from '../own.ts';

/** What the model's `load` statements read; its files lie below the address as they lie beside the spec. */
export async function fetchLoads(model: ModelDefinition, address: string | URL): Promise<Tensors> {
  const folder = String(address).replace(/\/*$/, '/');
  const files: Record<string, Uint8Array> = {};
  const take = async (file: string): Promise<void> => put(files, file, await fetchBytes(`${folder}${file}`));
  for (const { file, names } of model.loads ?? []) {
    await take(file);
    if (typeof names === 'string') await take(names);
    if (!isIndex(file)) continue;
    const index = new TextDecoder().decode(files[file]);
    await Promise.all([...new Set(shardsOf(index, file).values())].map((shard) => take(besideIndex(file, shard))));
  }
  return readLoads(model, filesOf(files));
}

async function fetchBytes(address: string): Promise<Uint8Array> {
  const response = await fetch(address);
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new UserError('NN4001', `${address} cannot be read: ${response.status} ${response.statusText}`);
}
