/** Published weights: what the header of a file says, or the index of its shards, and the tensors when they are asked for. */
import type { SavedTensor, FileHeader } from '../checkpoint/safetensors.ts';
import { readTensor } from '../checkpoint/safetensors.ts';
import { misfit } from '../checkpoint/misfit.ts';
import { checkShards } from '../checkpoint/validators.ts';
import { visibleName } from '../logging/visible.ts';
import { UserError } from '../user-error.ts';
import type { Listed } from './plan.ts';

export interface Stored extends Listed {
  read(): SavedTensor;
}

export type StoredFile = ReadonlyMap<string, Stored>;

/** The tensors of one file; `bytes` reads a part of it. */
export function storedIn(
  { entries }: FileHeader,
  bytes: (begin: number, end: number) => Uint8Array,
  file: string,
): StoredFile {
  return new Map(
    [...entries].map(([name, entry]) => {
      const { dtype, shape, begin, end } = entry;
      return [name, { dtype, shape, read: () => readTensor(name, entry, bytes(begin, end), file) }] as const;
    }),
  );
}

const damage = (file: string, why: string): UserError =>
  new UserError('NN5005', `${file} is not an index of shards: ${why}`);

/** Whether the file is the index of others. */
export const isIndex = (file: string): boolean => file.endsWith('.json');

/** The tensors of all shards; `open` is given the name of each, once. Throws NN5005 where the index does not tell the truth. */
export function storedInShards(index: string, file: string, open: (shard: string) => StoredFile): StoredFile {
  const map = shardsOf(index, file);
  const opened = new Map([...new Set(map.values())].map((shard) => [shard, open(shard)] as const));
  return new Map(
    [...map].map(([name, shard]) => {
      const stored = opened.get(shard)?.get(name);
      if (stored === undefined) throw damage(file, `${shard} has no \`${visibleName(name)}\``);
      return [name, stored] as const;
    }),
  );
}

/** Which shard holds each tensor. A shard lies beside the index: its name leads nowhere else. */
export function shardsOf(index: string, file: string): ReadonlyMap<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(index);
  } catch {
    throw damage(file, 'it is not JSON');
  }
  if (!checkShards(json)) throw damage(file, misfit(checkShards));
  const map = new Map(Object.entries(json.weight_map));
  const [outside] = [...map.values()].filter((shard) => /[/\\]/.test(shard) || isIndex(shard));
  if (outside !== undefined) throw damage(file, `\`${visibleName(outside)}\` is no file beside it`);
  return map;
}

/** The place of a shard, beside its index. */
export const besideIndex = (file: string, shard: string): string => file.slice(0, file.lastIndexOf('/') + 1) + shard;
