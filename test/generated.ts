/** Runs what the compiler emits, with its types taken off, on the runtime of the tests. */
import { compile } from '../compiler/compile.ts';
import type { Model } from '../compiler/ir/model.ts';
import type { Program } from '../compiler/ir/program.ts';
import { isModelDefinition } from '../runtime/model.ts';
import type { ModelDefinition } from '../runtime/model.ts';
import { exportsOf } from '../runtime/node/generated-file.ts';
import { withoutTypes } from '../runtime/node/types-off.ts';
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
  const file = `${name}.nn.ts`;
  // Within this process: vitest would take several times as long to import a file.
  const { model } = exportsOf(await withoutTypes(code, file), file);
  if (!isModelDefinition(model)) throw new Error(`${file} defines no model`);
  return model;
}
