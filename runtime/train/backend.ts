/** Which backend runs, and its kernels. */
import { backends, isBackend } from '../kernels/backends.ts';
import type { Backend } from '../kernels/backends.ts';
import { createKernels } from '../kernels/index.ts';
import type { KernelOptions, Kernels } from '../kernels/device.ts';
import { UserError } from '../user-error.ts';

export type BackendName = 'auto' | Backend;

/** `auto` takes the first that starts: wasm, where our own kernels are, then plain JavaScript. */
const preferred = ['wasm', 'cpu'] as const;

/** Throws NN5007 with the reason if the backend does not start here. */
export const openKernels = (backend: BackendName, options: KernelOptions = {}): Promise<Kernels> =>
  openKernelsBy(createKernels, backend, options);

/** The same by another way of starting them. */
export async function openKernelsBy(
  start: typeof createKernels,
  backend: BackendName,
  options: KernelOptions,
): Promise<Kernels> {
  if (backend !== 'auto' && !isBackend(backend)) throw unknownBackend(backend);
  const reasons: string[] = [];
  for (const name of backend === 'auto' ? preferred : [backend]) {
    try {
      return await start(name, options);
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new UserError('NN5007', `no backend starts here: ${reasons.join('; ')}`, 'try --backend cpu');
}

/** JavaScript may ask for anything. */
function unknownBackend(name: string): UserError {
  const names = ['auto', ...backends];
  return new UserError('NN5007', `there is no backend \`${name}\``, `there are ${names.join(', ')}`);
}
