/** `nnc merge`: weights for the spec without its `lora` lines. */
import type { Command } from 'commander';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { openSaved } from './open-saved.ts';
import { runOption, setOption } from './run-options.ts';
import type { RunOptions } from './run-options.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

interface Options extends Pick<RunOptions, 'set' | 'run'> {
  readonly weights?: string;
  readonly out: string;
}

export function mergeCommand(session: Session): Command {
  return newCommand('merge', 'fold what `lora` has trained into the matrices that it adapts', [
    'nnc merge model.nn --out merged.safetensors',
    'nnc merge model.nn --run tuned --out merged.safetensors',
    'nnc predict plain.nn --weights merged.safetensors   # the spec without its lora lines answers alike',
  ])
    .argument('<spec>', 'the spec')
    .addOption(runOption('the model of'))
    .option('--weights <file>', 'a safetensors file, in place of runs/<model>/')
    .requiredOption('--out <file>', 'where the weights go, under the names that they have without `lora`')
    .addOption(setOption())
    .action(async (name: string, options: Options) => session.finish(await merge(session.terminal, name, options)));
}

async function merge(terminal: Terminal, name: string, { set, run, weights, out }: Options): Promise<number> {
  const opened = await openSaved(terminal, name, set, run);
  if (opened === undefined) return exit.diagnostics;
  const runtime = await import('nnc/runtime/node');
  const count = await runtime.merge(opened.model, { run, weights, out, baseDir: opened.baseDir });
  terminal.err(`merged ${count} ${count === 1 ? 'matrix' : 'matrices'} into ${out}\n`);
  return exit.fine;
}
