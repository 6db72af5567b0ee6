/** The kernels of a backend in Node: those that only browsers have run in one. */
import type { Backend } from '../kernels/backends.ts';
import type { KernelOptions, Kernels } from '../kernels/device.ts';
import { createKernels } from '../kernels/index.ts';
import { openKernelsBy } from '../train/backend.ts';
import type { BackendName } from '../train/backend.ts';

/** Throws NN5007 with the reason if the backend does not start here. */
export const openKernelsInNode = (backend: BackendName, options: KernelOptions = {}): Promise<Kernels> =>
  openKernelsBy(start, backend, options);

async function start(backend: Backend, options?: KernelOptions): Promise<Kernels> {
  if (backend !== 'webgl' && backend !== 'webgpu') return createKernels(backend, options);
  try {
    // The project may have the package `webgpu`.
    if (backend === 'webgpu') return await createKernels(backend, options);
  } catch {
    // Then a browser has it.
  }
  const { openInBrowser } = await import('./browser/open.ts');
  return openInBrowser(backend);
}
