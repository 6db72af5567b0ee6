/** The kernels of a backend: ours where there are some, tfjs's own elsewhere. */
import { backend as currentBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { backends } from './backends.ts';
import type { Backend } from './backends.ts';
import type { KernelOptions, Kernels } from './device.ts';
import { KernelError } from './error.ts';

export async function createKernels(backend: Backend, options: KernelOptions = {}): Promise<Kernels> {
  await backends[backend]();
  const tfjs = await start(backend);
  if (backend === 'wasm') {
    const { BackendWasm } = await backends.wasm();
    if (options.kernelSet !== 'tfjs' && tfjs instanceof BackendWasm) {
      const { WasmKernels, hasRelaxedSimd } = await import('./wasm/index.ts');
      return new WasmKernels(tfjs, options.kernelSet ?? (hasRelaxedSimd() ? 'relaxed' : 'simd'));
    }
  }
  const { TfjsKernels } = await import('./tfjs/index.ts');
  return new TfjsKernels(backend, tfjs);
}

async function start(backend: Backend): Promise<KernelBackend> {
  if (!(await setBackend(backend))) throw new KernelError(`the backend ${backend} does not start here`);
  await ready();
  const started = currentBackend();
  // tfjs's cpu backend recommends another package at its first use.
  if (backend === 'cpu') Reflect.set(started, 'firstUse', false);
  return started;
}

export { KernelError };
export type { Counters, Eager, Elements, InputSpec, InputSpecs, KernelOptions, Kernels, Recorded } from './device.ts';
