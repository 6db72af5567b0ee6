/** Weights that come to a page and leave it as safetensors files. */
import { floats } from '../checkpoint/run-files.ts';
import { readSafetensors, writeSafetensors } from '../checkpoint/safetensors.ts';
import type { Tensors } from '../train/memory.ts';
import { fetched } from './fetched.ts';

/** The weights at an address, by path. */
export async function fetchWeights(address: string | URL): Promise<Tensors> {
  const response = await fetched(address, 'NN5006');
  const name = String(address);
  return floats(readSafetensors(new Uint8Array(await response.arrayBuffer()), name).tensors, name);
}

/** Offers the weights to the reader as a file. */
export function downloadWeights(weights: Tensors, name = 'weights.safetensors'): void {
  const url = URL.createObjectURL(new Blob([writeSafetensors(weights)], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
