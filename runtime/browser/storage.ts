/** Weights in IndexedDB: one safetensors file for each name. */
import { floats } from '../checkpoint/run-files.ts';
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors.ts';
import type { Tensors } from '../train/memory.ts';

const database = 'nnc';
const store = 'weights';

export async function saveWeights(name: string, weights: Tensors): Promise<void> {
  await transact('readwrite', (files) => files.put(writeSafetensors(weights), name));
}

/** `undefined` if nothing was saved under the name. */
export async function loadWeights(name: string): Promise<Tensors | undefined> {
  const bytes = await transact('readonly', (files) => files.get(name));
  return bytes instanceof Uint8Array ? floats(readSafetensors(bytes, name).tensors, name) : undefined;
}

export async function deleteWeights(name: string): Promise<void> {
  await transact('readwrite', (files) => files.delete(name));
}

async function transact(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(store);
  };
  await settled(opening);
  const connection = opening.result;
  try {
    const transaction = connection.transaction(store, mode);
    return await settled(act(transaction.objectStore(store)));
  } finally {
    connection.close();
  }
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
