/** A spec on its way to be run: compiled, its generated file imported, and the model that it defines. */
import { dirname } from 'node:path';
import { isModelDefinition } from '../../runtime/model.ts';
import type { ModelDefinition } from '../../runtime/model.ts';
import { withoutTypes } from '../../runtime/node/types-off.ts';
import { InternalError } from '../diagnostics/types.ts';
import type { Model } from '../ir/model.ts';
import { compileModel } from './compiling.ts';
import type { Wanted } from './compiling.ts';
import { readSpec } from './files.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface Runnable {
  readonly model: ModelDefinition;
  /** What it was made of. */
  readonly compiled: Model;
  /** The text of the generated file: what `nnc build` writes. */
  readonly text: string;
  /** The spec's folder, to which its data is relative. */
  readonly baseDir: string;
}

/**
 * Undefined if the spec has errors, which are then on stderr. `needs` says whether its data file is read, whose columns
 * must then fit, and whether its weights are loaded.
 */
export async function openSpec(
  terminal: Terminal,
  name: string,
  settings: Settings,
  needs: Pick<Wanted, 'readsFile' | 'loads'> = {},
): Promise<Runnable | undefined> {
  const spec = readSpec(terminal, name);
  const compiled = compileModel(terminal, spec, settings, { runs: true, ...needs });
  if (compiled === undefined) return undefined;
  const model = await loadDefinition(compiled.text, spec.source.file);
  const source = { ...model.source, text: spec.source.text };
  return { model: { ...model, source }, compiled: compiled.model, text: compiled.text, baseDir: dirname(spec.path) };
}

/** The model that the text of a generated file defines. */
export async function loadDefinition(text: string, spec: string): Promise<ModelDefinition> {
  const file = `${spec}.ts`;
  // The runtime is loaded while esbuild, a process of its own, is at work.
  const [javascript, { exportsOf }] = await Promise.all([
    withoutTypes(text, file),
    import('../../runtime/node/generated-file.ts'),
  ]);
  const { model } = exportsOf(javascript, file);
  if (isModelDefinition(model)) return model;
  throw new InternalError('the generated file exports no model');
}
