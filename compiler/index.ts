/** The public API of the compiler: `import { compile } from 'nnc'`. */
import { parse } from '../grammar/parser.ts';
import { print } from '../grammar/print.ts';
import { check as checkSpec } from './compile.ts';
import type { CheckOptions } from './compile.ts';
import type { Diagnostic, Source } from './diagnostics/types.ts';

export { compile, passNames } from './compile.ts';
export type { CheckOptions, CompileOptions, CompileResult, GraphName, Stage } from './compile.ts';
export { parse } from '../grammar/parser.ts';
export type * from '../grammar/ast.ts';
export { defineConfig } from './config.ts';
export type { Config } from './config.ts';
export { catalog } from './diagnostics/catalog.ts';
export type { ReadImport, Unread } from './check/imports.ts';
export type { Code } from './diagnostics/catalog.ts';
export { toGithub, toJson, toSarif } from './diagnostics/formats.ts';
export { render } from './diagnostics/render.ts';
export type { Diagnostic, Label, Source } from './diagnostics/types.ts';
export type { Model } from './ir/model.ts';
export type { Plan } from './ir/plan.ts';
export { printGraph } from './ir/print.ts';
export { parseGraph } from './ir/parse.ts';
export type { Program } from './ir/program.ts';
export type { Graph, Node, Value } from './ir/types.ts';

/** The diagnostics of a spec, without its code. */
export function check(source: Source, options: CheckOptions = {}): readonly Diagnostic[] {
  return checkSpec(source, options).diagnostics;
}

/** A spec in the one layout that `nnc fmt` gives; undefined where its syntax is wrong. */
export function format(text: string): string | undefined {
  const { file, problems } = parse(text);
  return problems.length > 0 ? undefined : print(file, text);
}
