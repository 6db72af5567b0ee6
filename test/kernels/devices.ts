/** The devices of Node that the kernels' tests run on. */
import { setFlagsFromString } from 'node:v8';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { hasRelaxedSimd } from '../../runtime/kernels/wasm/relaxed.ts';
import { openLoopback } from './loopback.ts';

export interface DeviceUnderTest {
  readonly title: string;
  readonly skip: boolean;
  /** Relative to the norm of a result. */
  readonly tolerance: number;
  readonly open: () => Promise<Kernels>;
  /** Where the kernels are those of another device: some cases show that they hold. */
  readonly few?: true;
}

// Node 20 has relaxed SIMD behind a flag, later ones have it without.
if (!hasRelaxedSimd()) setFlagsFromString('--experimental-wasm-relaxed-simd');
const relaxed = hasRelaxedSimd();

export const devices: readonly DeviceUnderTest[] = [
  { title: 'wasm, simd', skip: false, tolerance: 2e-6, open: () => createKernels('wasm', { kernelSet: 'simd' }) },
  {
    title: relaxed ? 'wasm, relaxed' : 'wasm, relaxed (this engine has none)',
    skip: !relaxed,
    tolerance: 2e-6,
    open: () => createKernels('wasm', { kernelSet: 'relaxed' }),
  },
  {
    title: 'wasm, tfjs',
    few: true,
    skip: false,
    tolerance: 5e-5,
    open: () => createKernels('wasm', { kernelSet: 'tfjs' }),
  },
  { title: 'cpu, plain', skip: false, tolerance: 2e-6, open: () => createKernels('cpu') },
  { title: 'cpu, from afar', few: true, skip: false, tolerance: 2e-6, open: () => openLoopback('cpu') },
  {
    title: 'cpu, tfjs',
    few: true,
    skip: false,
    tolerance: 1e-5,
    open: () => createKernels('cpu', { kernelSet: 'tfjs' }),
  },
];
