/** Elaborates texts against the standard library of this repository, and keeps the diagnostics. */
import { parse } from '../../grammar/parser.ts';
import type { Diagnostic } from '../../compiler/diagnostics/types.ts';
import type { Model } from '../../compiler/ir/model.ts';
import { elaborate } from '../../compiler/elaborate/elaborate.ts';
import { library } from '../library.ts';

export interface Elaboration {
  readonly model: Model | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly problems: number;
}

export function elaboration(text: string, settings: Readonly<Record<string, string>> = {}): Elaboration {
  const diagnostics: Diagnostic[] = [];
  const { file, problems } = parse(text);
  const sink = { report: (diagnostic: Diagnostic) => void diagnostics.push(diagnostic) };
  const model = elaborate(
    { file: 'model.nn', text },
    file,
    { std: library, settings, parse, read: () => ({ missing: true }) },
    sink,
  );
  return { model, diagnostics, problems: problems.length };
}

/** The model of a text that has no mistakes. */
export function modelOf(text: string, settings: Readonly<Record<string, string>> = {}): Model {
  const { model, diagnostics } = elaboration(text, settings);
  if (model === undefined) throw new Error(diagnostics.map((each) => `${each.code}: ${each.message}`).join('\n'));
  return model;
}
