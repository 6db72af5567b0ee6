/** The kernels of a backend: ours where there are some, tfjs's own elsewhere. */
import { backend as currentBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { KernelOptions, Kernels } from './device.ts';
import { KernelError } from './error.ts';

/** `backend` is one of tfjs's: wasm, cpu, webgl, … */
export async function createKernels(backend: string, options: KernelOptions = {}): Promise<Kernels> {
  if (backend === 'wasm') {
    const { BackendWasm } = await import('@tensorflow/tfjs-backend-wasm');
    const tfjs = await start(backend);
    if (options.kernelSet !== 'tfjs' && tfjs instanceof BackendWasm) {
      const { WasmKernels, hasRelaxedSimd } = await import('./wasm/index.ts');
      return new WasmKernels(tfjs, options.kernelSet ?? (hasRelaxedSimd() ? 'relaxed' : 'simd'));
    }
  }
  if (backend === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  if (backend === 'webgl') await import('@tensorflow/tfjs-backend-webgl');
  const { TfjsKernels } = await import('./tfjs/index.ts');
  return new TfjsKernels(backend, await start(backend));
}

async function start(backend: string): Promise<KernelBackend> {
  if (!(await setBackend(backend))) throw new KernelError(`the backend ${backend} does not start here`);
  await ready();
  const started = currentBackend();
  // tfjs's cpu backend recommends another package at its first use.
  if (backend === 'cpu') Reflect.set(started, 'firstUse', false);
  return started;
}

export { KernelError };
export type { Counters, Eager, Elements, InputSpec, InputSpecs, KernelOptions, Kernels, Recorded } from './device.ts';
