/** `nnc fmt`: the one way to lay out a spec. */
import type { Command } from 'commander';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { visibleName } from '../../runtime/logging/visible.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { difference } from './difference.ts';
import { findSpecs, readSpec, writeWhole } from './files.ts';
import { report } from './report.ts';
import { syntaxDiagnostics } from './syntax.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

interface Options {
  readonly check?: boolean;
}

export function fmtCommand(session: Session): Command {
  return newCommand('fmt', 'format specs in place', [
    'nnc fmt model.nn',
    'nnc fmt                      # every spec below the folder',
    'nnc fmt --check "specs/*.nn" # in CI: shows what is not formatted',
  ])
    .argument('[specs...]', 'files or patterns; every .nn file below the folder unless given')
    .option('--check', 'write nothing: show what would change')
    .action((patterns: readonly string[], options: Options) =>
      session.finish(fmt(session.terminal, patterns, options)),
    );
}

function fmt(terminal: Terminal, patterns: readonly string[], options: Options): number {
  const diagnostics: Diagnostic[] = [];
  let untidy = 0;
  for (const name of findSpecs(terminal, patterns)) {
    const { path, source } = readSpec(terminal, name);
    const { file, problems } = parse(source.text);
    if (problems.length > 0) {
      diagnostics.push(...syntaxDiagnostics(source, problems));
      continue;
    }
    const tidy = print(file, source.text);
    if (tidy === source.text) continue;
    untidy++;
    if (options.check === true) {
      terminal.out(difference(source.file, source.text, tidy, 'formatted'));
    } else {
      writeWhole(terminal, path, tidy);
      terminal.err(`formatted ${visibleName(source.file)}\n`);
    }
  }
  report(terminal, diagnostics);
  if (options.check === true && untidy > 0) {
    terminal.err(`${untidy === 1 ? '1 file is' : `${untidy} files are`} not formatted: run nnc fmt\n`);
  }
  return diagnostics.length > 0 || (options.check === true && untidy > 0) ? exit.diagnostics : exit.fine;
}
