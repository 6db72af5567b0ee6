/** The backends of tfjs that models run on. */
export type Backend = 'wasm' | 'cpu' | 'webgl';

/** How each comes in: its package registers it. Its types stay inside: users check ours without tfjs's. */
export const backends: Readonly<Record<Backend, () => Promise<object>>> = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
};

export const isBackend = (name: string): name is Backend => Object.hasOwn(backends, name);
