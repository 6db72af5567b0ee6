/** The kernels of a backend: ours where there are some, tfjs's own elsewhere. */
import { kernelSets } from './backends.ts';
import type { Backend } from './backends.ts';
import type { KernelOptions, Kernels } from './device.ts';
import { KernelError } from './error.ts';
import { startBackend } from './start.ts';

/** Whatever backend tfjs itself works with stays as it is. */
export async function createKernels(backend: Backend, options: KernelOptions = {}): Promise<Kernels> {
  const { kernelSet } = options;
  if (kernelSet !== undefined && !kernelSets[backend].includes(kernelSet)) {
    throw new KernelError(`the backend ${backend} has no kernels ${kernelSet}`);
  }
  if (backend === 'cpu' && kernelSet !== 'tfjs') {
    const { CpuKernels } = await import('./cpu/index.ts');
    return new CpuKernels(options.arrange);
  }
  if (backend === 'webgpu') {
    const { GpuKernels, openGpu } = await import('./webgpu/index.ts');
    return new GpuKernels(await openGpu(), options.arrange);
  }
  const tfjs = await startBackend(backend);
  if (backend === 'wasm') {
    const { BackendWasm } = await import('@tensorflow/tfjs-backend-wasm');
    if (kernelSet !== 'tfjs' && tfjs instanceof BackendWasm) {
      const { WasmKernels, hasRelaxedSimd } = await import('./wasm/index.ts');
      const best = hasRelaxedSimd() ? 'relaxed' : 'simd';
      if (kernelSet === 'relaxed' && best === 'simd')
        throw new KernelError('this machine or this version of Node has no relaxed SIMD');
      return new WasmKernels(tfjs, kernelSet === 'simd' ? 'simd' : best, options.arrange, options.order);
    }
  }
  const { TfjsKernels } = await import('./tfjs/index.ts');
  return new TfjsKernels(backend, tfjs, options.arrange);
}

export { KernelError };
export type { Counters, Eager, Elements, InputSpec, InputSpecs, KernelOptions, Kernels, Recorded } from './device.ts';
