/** Starts a backend of tfjs beside the one that tfjs itself works with. */
import { KernelBackend, engine, getKernelsForBackend } from '@tensorflow/tfjs-core';
import { packages } from './backends.ts';
import type { TfjsBackend } from './backends.ts';
import { KernelError } from './error.ts';

type Engine = ReturnType<typeof engine>;

/** Backends that are being started: whoever asks meanwhile gets the same. */
const starting = new WeakMap<Engine, Map<TfjsBackend, Promise<KernelBackend>>>();

/**
 * The page's own backend stays in use, and so does its choice among those that it brought along if it has made none
 * yet. Only where tfjs had no backend at all it works with this one from then on.
 */
export async function startBackend(name: TfjsBackend): Promise<KernelBackend> {
  const tfjs = engine();
  const known = starting.get(tfjs) ?? new Map<TfjsBackend, Promise<KernelBackend>>();
  starting.set(tfjs, known);
  const start = known.get(name) ?? begin(tfjs, name);
  known.set(name, start);
  try {
    return await start;
  } finally {
    if (known.get(name) === start) known.delete(name);
  }
}

async function begin(tfjs: Engine, name: TfjsBackend): Promise<KernelBackend> {
  const own = tfjs.backendNames();
  await packages[name]();
  if (!own.includes(name)) demote(tfjs, name);
  // The page itself may be at it.
  if (tfjs.backendName === name && tfjs.registry[name] === undefined) await tfjs.ready();
  const started = tfjs.registry[name] ?? (await made(tfjs, name));
  // tfjs's cpu backend recommends another package at its first use.
  if (name === 'cpu') Reflect.set(started, 'firstUse', false);
  if (own.length === 0 && tfjs.backendName === undefined) await tfjs.setBackend(name);
  return started;
}

/** tfjs picks the backend of the highest priority when a page has not said which: that is one of its own then. */
function demote(tfjs: Engine, name: TfjsBackend): void {
  const entry = tfjs.registryFactory[name];
  if (entry !== undefined) tfjs.registryFactory[name] = { ...entry, priority: 0 };
}

async function made(tfjs: Engine, name: TfjsBackend): Promise<KernelBackend> {
  const backend = await tfjs.registryFactory[name]?.factory();
  // The page may have started it in the meantime.
  const known = tfjs.registry[name];
  if (known !== undefined) return known;
  if (!(backend instanceof KernelBackend)) throw new KernelError(`the backend ${name} does not start here`);
  tfjs.registry[name] = backend;
  for (const { setupFunc } of getKernelsForBackend(name)) setupFunc?.(backend);
  return backend;
}
