/** `nnc doctor`: which backends start on this machine, and what to do about those that do not. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';
import { packageVersion } from './version.ts';

interface Options {
  readonly format: 'text' | 'json';
}

export function doctorCommand(session: Session): Command {
  return newCommand('doctor', 'which backends start on this machine, and what is missing', [
    'nnc doctor --format json',
    'nnc doctor',
  ])
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (options: Options) => session.finish(await examine(session.terminal, options)));
}

/** Fails where what `--backend auto` takes does not start. */
async function examine(terminal: Terminal, { format }: Options): Promise<number> {
  const { findings, machine } = await import('../../runtime/node/doctor.ts');
  const { node, chromium } = machine();
  const found = [];
  for await (const finding of findings()) found.push(finding);
  const isWell = found.some(({ backend, fault }) => backend === 'wasm' && fault === undefined);
  if (format === 'json') {
    terminal.out(`${JSON.stringify({ nnc: packageVersion(), node, chromium: chromium ?? null, backends: found })}\n`);
    return isWell ? exit.fine : exit.diagnostics;
  }
  const ms = (time: number | undefined, digits: number): string =>
    time === undefined ? '' : `${time.toFixed(digits)} ms`;
  const rows = found.map(({ backend, place, kernelSet, startMs, productMs, fault }) => [
    backend,
    place,
    kernelSet ?? '',
    ms(startMs, 0),
    ms(productMs, 2),
    fault ?? 'right numbers',
  ]);
  const head = ['backend', 'runs', 'kernels', 'starts in', 'a product', ''];
  const remedies = found.flatMap(({ backend, remedy }) => (remedy === undefined ? [] : [`${backend}: ${remedy}`]));
  terminal.out(`nnc ${packageVersion()}, Node ${node}, ${chromium === undefined ? 'no Chromium' : chromium}\n\n`);
  terminal.out(`${table([head, ...rows], ['left', 'left', 'left', 'right', 'right', 'left'])}\n`);
  if (remedies.length > 0) terminal.out(`\n${remedies.join('\n')}\n`);
  return isWell ? exit.fine : exit.diagnostics;
}
