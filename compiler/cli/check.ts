/** `nnc check`: the diagnostics of specs, for people and for programs. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { visible } from '../../runtime/logging/visible.ts';
import { toGithub, toJson, toSarif } from '../diagnostics/formats.ts';
import { inOrder } from '../diagnostics/render.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import { gradientsOf } from './check-gradients.ts';
import type { CheckedStep } from './check-gradients.ts';
import { ROWS } from '../targets/reference/gradients.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { checkSpec } from './compiling.ts';
import { standardLibrary } from '../language/standard-library.ts';
import { findSpecs, readSpec } from './files.ts';
import { liveLine } from './live-line.ts';
import { hasErrors, report } from './report.ts';
import { collectSetting } from './settings.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';
import { packageVersion } from './version.ts';

interface Options {
  readonly format: 'pretty' | 'json' | 'github' | 'sarif';
  readonly warnAsError?: boolean;
  readonly grad?: boolean;
  readonly set: Settings;
}

export function checkCommand(session: Session): Command {
  return newCommand('check', 'check specs and write nothing', [
    'nnc check model.nn',
    'nnc check                                # every spec below the folder',
    'nnc check --format sarif > nnc.sarif',
    'nnc check --warn-as-error "specs/*.nn"',
    'nnc check --grad model.nn                # its gradients against finite differences',
  ])
    .argument('[specs...]', 'files or patterns; every .nn file below the folder unless given')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['pretty', 'json', 'github', 'sarif']).default('pretty'),
    )
    .option('--warn-as-error', 'exit with 1 on a warning too')
    .option('--grad', 'compare the gradient of each parameter with finite differences, in double precision')
    .option('--set <name=value>', 'give a hyper a value (repeatable)', collectSetting, {})
    .action((patterns: readonly string[], options: Options) =>
      session.finish(check(session.terminal, patterns, options)),
    );
}

function check(terminal: Terminal, patterns: readonly string[], options: Options): number {
  const diagnostics: Diagnostic[] = [];
  const columns: string[] = [];
  const compared: CheckedStep[] = [];
  const names = findSpecs(terminal, patterns);
  const library = standardLibrary();
  for (const name of names) {
    const spec = readSpec(terminal, name);
    const checked = checkSpec(spec, options.set, library);
    diagnostics.push(...checked.diagnostics);
    if (options.grad === true && checked.model !== undefined && !hasErrors(checked.diagnostics)) {
      const line = liveLine(terminal);
      const watch = (doing: string, done: number, of: number): void =>
        line.show(`gradients of ${name}: ${doing}, ${done} of ${of}`);
      const { steps, diagnostics: found } = gradientsOf(checked.model, spec.source, watch);
      line.end();
      diagnostics.push(...found);
      for (const step of steps) {
        const titles = [...(names.length === 1 ? [] : [name]), ...(step.title === '' ? [] : [step.title])];
        compared.push({ ...step, title: titles.join(', ') });
      }
    }
    const [heading, ...lines] = checked.columns;
    if (heading !== undefined) columns.push(names.length === 1 ? heading : `${name}: ${heading}`, ...lines);
  }
  print(terminal, diagnostics, options.format);
  if (options.format === 'pretty') {
    for (const line of columns) terminal.err(`${visible(line)}\n`);
    for (const line of compared.flatMap(gradientLines)) terminal.err(`${line}\n`);
  }
  const failed = hasErrors(diagnostics) || (options.warnAsError === true && diagnostics.length > 0);
  if (options.format === 'pretty' && diagnostics.length === 0) {
    terminal.err(`${names.length === 1 ? '1 spec' : `${names.length} specs`}, no mistake found\n`);
  }
  return failed ? exit.diagnostics : exit.fine;
}

/** Each parameter with its derivative along a random direction, as the gradient says and as the loss does. */
function gradientLines({ title, parameters, together }: CheckedStep): readonly string[] {
  const all = 'all together';
  const width = Math.max(all.length, ...parameters.map(({ path }) => path.length));
  const number = (x: number): string => x.toPrecision(9).padStart(16);
  const line = (name: string, derivative: number, difference?: number): string =>
    `  ${name.padEnd(width)} ${number(derivative)}${difference === undefined ? '' : ` ${number(difference)}`}`;
  const isWhole = together !== undefined && parameters.every(({ isRight }) => isRight);
  return [
    `gradients and finite differences${title === '' ? '' : ` (${title})`}`,
    `  along a random direction of ${isWhole ? 'all parameters at once' : 'each parameter'}, on ${ROWS} random rows`,
    ...parameters.map(({ path, derivative, difference, isRight }) => {
      return `${line(path, derivative, isWhole ? undefined : difference)}${isRight ? '' : '  wrong'}`;
    }),
    ...(isWhole ? [line(all, together.derivative, together.difference)] : []),
  ];
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
