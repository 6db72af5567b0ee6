/** The kernels of a backend: ours where there are some, tfjs's own elsewhere. */
import { backend as currentBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import type { KernelOptions, Kernels } from './device.ts';
import { KernelError } from './error.ts';
import { hasRelaxedSimd } from './wasm/relaxed.ts';

/** `backend` is one of tfjs's: wasm, cpu, webgl, … */
export async function createKernels(backend: string, options: KernelOptions = {}): Promise<Kernels> {
  switch (backend) {
    case 'wasm': {
      const { BackendWasm } = await import('@tensorflow/tfjs-backend-wasm');
      await start(backend);
      const tfjs = currentBackend();
      if (options.kernelSet !== 'tfjs' && tfjs instanceof BackendWasm) {
        const { WasmKernels } = await import('./wasm/index.ts');
        return new WasmKernels(tfjs, options.kernelSet ?? (hasRelaxedSimd() ? 'relaxed' : 'simd'));
      }
      break;
    }
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      await start(backend);
      break;
    case 'webgl':
      await import('@tensorflow/tfjs-backend-webgl');
      await start(backend);
      break;
    default:
      await start(backend);
  }
  throw new KernelError('x');
}

async function start(backend: string): Promise<void> {
  if (!(await setBackend(backend))) throw new KernelError(`the backend ${backend} does not start here`);
  await ready();
}

export { KernelError };
export type { Counters, Eager, Elements, InputSpec, InputSpecs, KernelOptions, Kernels, Recorded } from './device.ts';
