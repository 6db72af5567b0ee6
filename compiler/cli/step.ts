/** `nnc step`: one exact training step, from and to safetensors files. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { openSpec } from './definition.ts';
import { backendOption, seedOption, setOption, wholeNumber } from './run-options.ts';
import type { RunOptions } from './run-options.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

interface Options extends RunOptions {
  readonly weights?: string;
  readonly batch: readonly string[];
  readonly out: string;
  readonly step?: string;
  readonly phase?: string;
  readonly updates?: number;
  readonly seed?: number;
}

export function stepCommand(session: Session): Command {
  return newCommand('step', 'run forward, backward and update once, to compare with anything', [
    'nnc step model.nn --batch batch.safetensors --out out.safetensors',
    'nnc step model.nn --weights in.safetensors --batch batch.safetensors --out out.safetensors',
    'nnc step model.nn --batch a.safetensors --batch b.safetensors --out out.safetensors   # accumulate 2',
    'nnc step gan.nn --step d --batch batch.safetensors --out out.safetensors',
  ])
    .argument('<spec>', 'the spec')
    .option(
      '--weights <file>',
      'parameters, and perhaps averages, slots and t; the initial values of the seed unless given',
    )
    .requiredOption('--batch <file>', 'inputs and targets by name (repeatable: one for each micro-batch)', collect)
    .requiredOption('--out <file>', 'where the loss, gradients, new weights, averages and slots go')
    .option('--step <name>', 'which step, where the spec has several')
    .option('--phase <name>', 'which phase; the first unless given')
    .addOption(
      new Option('--updates <T>', 'updates of the step, for schedules; counted by the data unless given').argParser(
        wholeNumber(1),
      ),
    )
    .addOption(seedOption())
    .addOption(backendOption())
    .addOption(setOption())
    .action(async (name: string, options: Options) => session.finish(await step(session.terminal, name, options)));
}

const collect = (file: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), file];

async function step(terminal: Terminal, spec: string, options: Options): Promise<number> {
  const opened = await openSpec(terminal, spec, options.set, { loads: options.weights === undefined });
  if (opened === undefined) return exit.diagnostics;
  const runtime = await import('../../runtime/node/step.ts');
  const { weights, batch, out, step: name, phase, updates, seed, backend } = options;
  const { model, baseDir } = opened;
  await runtime.step(model, { weights, batches: batch, out, step: name, phase, updates, baseDir, seed, backend });
  terminal.err(`wrote ${out}\n`);
  return exit.fine;
}
