/** A spec compiled and loaded: what `nnc train` does, with the runtime of this checkout. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { compile, render } from '../compiler/index.ts';
import type { Trainer, TrainerOptions } from '../runtime/index.ts';

interface Generated {
  createTrainer(options?: TrainerOptions): Promise<Trainer>;
}

const isGenerated = (module: object): module is Generated => 'createTrainer' in module;

/** `name` is that of a file in `bench/specs`. */
export async function load(name: string): Promise<Generated> {
  const text = readFileSync(new URL(`specs/${name}.nn`, import.meta.url), 'utf8');
  const result = compile({ file: `${name}.nn`, text }, { version: 'bench' });
  if (result.text === undefined) throw new Error(result.diagnostics.map((diagnostic) => render(diagnostic)).join('\n'));
  const folder = new URL('../.cache/bench/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${name}.nn.ts`, folder);
  writeFileSync(file, result.text);
  const module: unknown = await import(file.href);
  if (typeof module !== 'object' || module === null || !isGenerated(module)) throw new Error(`${name} has no trainer`);
  return module;
}
