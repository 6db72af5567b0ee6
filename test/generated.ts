/** Loads what the compiler emits: the text is written below `.cache`, and imported as any other module of the tests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile } from '../compiler/compile.ts';
import type { Model } from '../compiler/ir/model.ts';
import type { Program } from '../compiler/ir/program.ts';
import { sha256 } from '../compiler/sha256.ts';
import type { ModelDefinition } from '../runtime/model.ts';
import { library } from './library.ts';

export interface Generated {
  /** What runs. */
  readonly definition: ModelDefinition;
  /** What it was made of. */
  readonly model: Model;
  readonly program: Program;
  readonly text: string;
}

export type Settings = Readonly<Record<string, string>>;

/** The spec has mistakes. */
export class MistakeError extends Error {}

const known = new Map<string, Promise<Generated>>();

/** The model of a spec that has no mistakes: many suites ask for the same. */
export function generate(name: string, text: string, settings: Settings = {}): Promise<Generated> {
  const key = JSON.stringify([name, text, settings]);
  const made = known.get(key) ?? compiledModel(name, text, settings);
  known.set(key, made);
  return made;
}

async function compiledModel(name: string, text: string, settings: Settings): Promise<Generated> {
  const compiled = compile({ file: `${name}.nn`, text }, { version: '0.0.0', settings, library });
  const { model, program, text: code } = compiled;
  if (model === undefined || program === undefined || code === undefined) {
    const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
    throw new MistakeError(errors.map((each) => `${each.code}: ${each.message}`).join('\n'));
  }
  return { definition: await definitionOf(name, code), model, program, text: code };
}

/** The model that the text of a generated file defines. */
export async function definitionOf(name: string, code: string): Promise<ModelDefinition> {
  const folder = fileURLToPath(new URL(`../.cache/generated/${sha256(code).slice(0, 16)}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  const path = `${folder}${name}.nn.ts`;
  writeFileSync(path, code);
  const module: unknown = await import(/* @vite-ignore */ pathToFileURL(path).href);
  if (!definesModel(module)) throw new Error(`${name}.nn.ts defines no model`);
  return module.model;
}

function definesModel(module: unknown): module is { readonly model: ModelDefinition } {
  return typeof module === 'object' && module !== null && 'model' in module;
}
