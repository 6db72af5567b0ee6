/** What models run on. */
import type { KernelSet } from './device.ts';

/** The backends of tfjs that we run on or in. */
export type TfjsBackend = 'wasm' | 'cpu' | 'webgl';

/** How each comes in: its package registers it. Its types stay inside: users check ours without tfjs's. */
export const packages: Readonly<Record<TfjsBackend, () => Promise<object>>> = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
};

export type Backend = TfjsBackend | 'webgpu';

/** Of each, the kernels that there are. */
export const kernelSets: Readonly<Record<Backend, readonly KernelSet[]>> = {
  wasm: ['simd', 'relaxed', 'tfjs'],
  cpu: ['plain', 'tfjs'],
  webgl: ['tfjs'],
  webgpu: ['wgsl'],
};

export const backends = Object.keys(kernelSets);

export const isBackend = (name: string): name is Backend => Object.hasOwn(kernelSets, name);
