/** The backends of tfjs that models run on, and how each comes in: its package registers it. */
export const backends = {
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
} as const;

export type Backend = keyof typeof backends;

export const isBackend = (name: string): name is Backend => Object.hasOwn(backends, name);
