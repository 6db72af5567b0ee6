/** `nnc check`: the diagnostics of specs, for people and for programs. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { visible } from '../../runtime/logging/visible.ts';
import { toGithub, toJson, toSarif } from '../diagnostics/formats.ts';
import { inOrder } from '../diagnostics/render.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { checkSpec, openLibrary } from './compiling.ts';
import { findSpecs, readSpec } from './files.ts';
import { hasErrors, report } from './report.ts';
import { collectSetting } from './settings.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';
import { packageVersion } from './version.ts';

interface Options {
  readonly format: 'pretty' | 'json' | 'github' | 'sarif';
  readonly warnAsError?: boolean;
  readonly set: Settings;
}

export function checkCommand(session: Session): Command {
  return newCommand('check', 'check specs and write nothing', [
    'nnc check model.nn',
    'nnc check                                # every spec below the folder',
    'nnc check --format sarif > nnc.sarif',
    'nnc check --warn-as-error "specs/*.nn"',
  ])
    .argument('[specs...]', 'files or patterns; every .nn file below the folder unless given')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['pretty', 'json', 'github', 'sarif']).default('pretty'),
    )
    .option('--warn-as-error', 'exit with 1 on a warning too')
    .option('--set <name=value>', 'give a hyper a value (repeatable)', collectSetting, {})
    .action((patterns: readonly string[], options: Options) =>
      session.finish(check(session.terminal, patterns, options)),
    );
}

function check(terminal: Terminal, patterns: readonly string[], options: Options): number {
  const diagnostics: Diagnostic[] = [];
  const columns: string[] = [];
  const names = findSpecs(terminal, patterns);
  const library = openLibrary();
  for (const name of names) {
    const checked = checkSpec(readSpec(terminal, name), options.set, library);
    diagnostics.push(...checked.diagnostics);
    const [heading, ...lines] = checked.columns;
    if (heading !== undefined) columns.push(names.length === 1 ? heading : `${name}: ${heading}`, ...lines);
  }
  print(terminal, diagnostics, options.format);
  if (options.format === 'pretty') for (const line of columns) terminal.err(`${visible(line)}\n`);
  const failed = hasErrors(diagnostics) || (options.warnAsError === true && diagnostics.length > 0);
  if (options.format === 'pretty' && diagnostics.length === 0) {
    terminal.err(`${names.length === 1 ? '1 spec' : `${names.length} specs`}, no mistake found\n`);
  }
  return failed ? exit.diagnostics : exit.fine;
}

function print(terminal: Terminal, diagnostics: readonly Diagnostic[], format: Options['format']): void {
  const ordered = inOrder(diagnostics);
  switch (format) {
    case 'pretty':
      return report(terminal, diagnostics);
    case 'json':
      return terminal.out(`${toJson(ordered)}\n`);
    case 'github':
      return terminal.out(ordered.length === 0 ? '' : `${toGithub(ordered)}\n`);
    case 'sarif':
      return terminal.out(`${toSarif(ordered, packageVersion())}\n`);
  }
}
