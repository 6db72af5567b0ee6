/** What backends there are on this machine: each is started, and asked for numbers that are known. */
import type { Backend } from '../kernels/backends.ts';
import { backends, isBackend } from '../kernels/backends.ts';
import type { Kernels } from '../kernels/device.ts';
import { RemoteKernels } from '../kernels/remote/kernels.ts';
import { add, mul } from '../kernels/scalar/functions.ts';
import { findChromium } from './browser/chromium.ts';
import { openKernelsInNode } from './open-kernels.ts';

export interface Finding {
  readonly backend: Backend;
  /** Where it runs: in this process, or in a browser. */
  readonly place: string;
  /** Which kernels run; absent where it does not start. */
  readonly kernelSet?: string;
  /** Milliseconds until it was there, and of one product of 64 by 64 with its result read back, the shortest of some. */
  readonly startMs?: number;
  readonly productMs?: number;
  /** Why it does not start, or what is wrong with its numbers. */
  readonly fault?: string;
  /** What would change that, or make it faster. */
  readonly remedy?: string;
}

export interface Machine {
  readonly node: string;
  readonly chromium: string | undefined;
}

export const machine = (): Machine => ({ node: process.version, chromium: findChromium() });

/** All of them, one after the other. */
export async function* findings(): AsyncGenerator<Finding> {
  for (const backend of backends) if (isBackend(backend)) yield await tried(backend);
}

async function tried(backend: Backend): Promise<Finding> {
  const begin = performance.now();
  let kernels: Kernels;
  try {
    kernels = await openKernelsInNode(backend);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const fault = said.replace(`no backend starts here: ${backend}: `, '');
    const remedy = backend === 'webgl' || backend === 'webgpu' ? browserNeeded : undefined;
    return { backend, place: '–', fault, ...(remedy === undefined ? {} : { remedy }) };
  }
  const startMs = performance.now() - begin;
  const { kernelSet } = kernels;
  const place = kernels instanceof RemoteKernels ? 'in Chromium' : 'in Node';
  try {
    const { productMs, isRight } = await measured(kernels);
    return {
      backend,
      place,
      kernelSet,
      startMs,
      productMs,
      ...(isRight ? {} : { fault: 'its numbers are wrong' }),
      ...(kernelSet === 'simd' ? { remedy: relaxedNeeded } : {}),
    };
  } finally {
    kernels.dispose();
  }
}

const browserNeeded = 'install Chromium or Chrome, or name one in CHROME_PATH';
const relaxedNeeded =
  'Node 22 has relaxed SIMD, as has Node 20 with --experimental-wasm-relaxed-simd: products take less';

/** x·x + 1 of a matrix whose rows are 0, 1, 2, …: the sum of the result is known. */
async function measured(kernels: Kernels): Promise<{ readonly productMs: number; readonly isRight: boolean }> {
  const n = 64;
  const inputs = { x: { shape: [n, n], dtype: 'float32' } } as const;
  const program = await kernels.record('product', inputs, (k, { x }) => ({
    total: k.sum(k.map((v) => add(mul(v, 0.5), 1), [k.matmul(x, x)])),
  }));
  program.setInput(
    'x',
    Array.from({ length: n * n }, (_, i) => (i % n) / n),
  );
  const row = (n - 1) / 2; // Σⱼ j/n
  const wanted = n * row * row * 0.5 + n * n;
  let productMs = Infinity;
  let total = NaN;
  for (let turn = 0; turn < 8; turn++) {
    const begin = performance.now();
    program.run();
    total = (await program.read('total'))[0] ?? NaN;
    productMs = Math.min(productMs, performance.now() - begin);
  }
  program.dispose();
  return { productMs, isRight: Math.abs(total - wanted) < 1e-3 * wanted };
}
