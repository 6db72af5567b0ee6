/** The kernels of a backend: ours where there are some, tfjs's own elsewhere. */
import type { Backend } from './backends.ts';
import type { KernelOptions, Kernels } from './device.ts';
import { KernelError } from './error.ts';
import { startBackend } from './start.ts';

/** Whatever backend tfjs itself works with stays as it is. */
export async function createKernels(backend: Backend, options: KernelOptions = {}): Promise<Kernels> {
  const tfjs = await startBackend(backend);
  if (backend === 'wasm') {
    const { BackendWasm } = await import('@tensorflow/tfjs-backend-wasm');
    if (options.kernelSet !== 'tfjs' && tfjs instanceof BackendWasm) {
      const { WasmKernels, hasRelaxedSimd } = await import('./wasm/index.ts');
      const best = hasRelaxedSimd() ? 'relaxed' : 'simd';
      if (options.kernelSet === 'relaxed' && best === 'simd')
        throw new KernelError('this machine or this version of Node has no relaxed SIMD');
      return new WasmKernels(tfjs, options.kernelSet ?? best, options.arrange, options.order);
    }
  }
  const { TfjsKernels } = await import('./tfjs/index.ts');
  return new TfjsKernels(backend, tfjs, options.arrange);
}

export { KernelError };
export type { Counters, Eager, Elements, InputSpec, InputSpecs, KernelOptions, Kernels, Recorded } from './device.ts';
