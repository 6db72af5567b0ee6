/** `nnc build`: each spec becomes the TypeScript file beside it. */
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { visibleName } from '../../runtime/logging/visible.ts';
import { say } from '../diagnostics/say.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { compileSpec } from './compiling.ts';
import { standardLibrary } from '../language/standard-library.ts';
import { difference } from './difference.ts';
import { findSpecs, readIfThere, readSpec, shownPath, writeWhole } from './files.ts';
import { hasErrors, report } from './report.ts';
import { collectSetting } from './settings.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { exit, UsageError } from './usage.ts';

interface Options {
  readonly outDir?: string;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly stdout?: boolean;
  readonly set: Settings;
}

export function buildCommand(session: Session): Command {
  return newCommand('build', 'compile specs: model.nn becomes model.nn.ts beside it', [
    'nnc build model.nn',
    'nnc build "specs/*.nn" --out-dir generated',
    'nnc build --check            # in CI: fails if a file is stale or was edited',
    'nnc build model.nn --stdout --set width=64',
  ])
    .argument('[specs...]', 'files or patterns; every .nn file below the folder unless given')
    .option('--out-dir <folder>', 'write into this folder')
    .option('--check', 'write nothing: compare, and show what differs')
    .option('--dry-run', 'write nothing: say what would be written')
    .option('--stdout', 'print the text instead of writing it')
    .option('--set <name=value>', 'give a hyper a value (repeatable)', collectSetting, {})
    .action((patterns: readonly string[], options: Options) =>
      session.finish(build(session.terminal, patterns, options)),
    );
}

interface Output {
  readonly path: string;
  readonly text: string;
}

function build(terminal: Terminal, patterns: readonly string[], options: Options): number {
  const diagnostics: Diagnostic[] = [];
  const outputs: Output[] = [];
  const names = findSpecs(terminal, patterns);
  checkTargets(terminal, names, options);
  const library = standardLibrary();
  for (const name of names) {
    const spec = readSpec(terminal, name);
    const compiled = compileSpec(spec, options.set, library);
    diagnostics.push(...compiled.diagnostics);
    if (compiled.text !== undefined && !hasErrors(compiled.diagnostics)) {
      outputs.push({ path: target(terminal, name, options), text: compiled.text });
    }
  }
  report(terminal, diagnostics);
  const stale = outputs.filter((output) => !deliver(terminal, output, options));
  if (stale.length > 0)
    terminal.err(`${stale.length === 1 ? '1 file is' : `${stale.length} files are`} stale: run nnc build\n`);
  return hasErrors(diagnostics) || stale.length > 0 ? exit.diagnostics : exit.fine;
}

function target(terminal: Terminal, name: string, options: Options): string {
  const path = `${resolve(terminal.folder, name)}.ts`;
  return options.outDir === undefined ? path : join(resolve(terminal.folder, options.outDir), basename(path));
}

function checkTargets(terminal: Terminal, names: readonly string[], options: Options): void {
  if (options.stdout === true && names.length > 1) throw new UsageError(say.NN6009.several({ specs: names.length }));
  const sources = new Map<string, string>();
  for (const name of names) {
    const path = target(terminal, name, options);
    const other = sources.get(path);
    if (other !== undefined) {
      throw new UsageError(say.NN6013.file({ specs: [other, name], file: shownPath(terminal, path) }));
    }
    sources.set(path, name);
  }
}

/** Writes, prints or compares; answers whether the file is as it should be. */
function deliver(terminal: Terminal, { path, text }: Output, options: Options): boolean {
  const shown = visibleName(shownPath(terminal, path));
  const before = readIfThere(path);
  if (options.stdout === true) {
    terminal.out(text);
  } else if (options.check === true) {
    if (before === text) return true;
    if (before === undefined) terminal.err(`${shown} is missing\n`);
    else terminal.out(difference(shown, before, text, 'as built'));
    return false;
  } else if (options.dryRun === true) {
    terminal.out(`${before === text ? 'unchanged' : before === undefined ? 'would write' : 'would change'} ${shown}\n`);
  } else {
    writeWhole(terminal, path, text);
    terminal.err(`${before === text ? 'unchanged' : 'wrote'} ${shown}\n`);
  }
  return true;
}
