/** `nnc train`: compiles a spec and trains the very file that `nnc build` writes. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { openSpec } from './definition.ts';
import { backendOption, dataOption, runOption, seconds, seedOption, setOption, wholeNumber } from './run-options.ts';
import type { RunOptions } from './run-options.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

interface Options extends RunOptions {
  readonly data?: string;
  readonly resume?: boolean;
  readonly overfit?: number;
  readonly seed?: number;
  readonly saveEvery?: number;
}

export function trainCommand(session: Session): Command {
  return newCommand('train', 'compile a spec and train it; the weights go to runs/<model>/', [
    'nnc train model.nn',
    'nnc train model.nn --set width=64 --seed 3',
    'nnc train model.nn --data csv:rows.csv',
    'nnc train model.nn --overfit 1   # can the model memorise one batch?',
    'nnc train model.nn --resume      # go on after ctrl-C, to the same numbers; or with more epochs',
    'nnc train model.nn --run wide --set width=256   # in runs/wide/; eval and predict take --run too',
  ])
    .argument('<spec>', 'the spec')
    .addOption(backendOption())
    .addOption(dataOption())
    .addOption(runOption('keep the run in'))
    .option('--resume', 'go on with an interrupted run, or with one that is to have more epochs')
    .addOption(
      new Option('--overfit <batches>', 'train on so many batches only').argParser(wholeNumber(1)).conflicts('resume'),
    )
    .addOption(seedOption())
    .addOption(new Option('--save-every <seconds>', 'between two checkpoints').argParser(seconds).default(5000, '5'))
    .addOption(setOption())
    .action(async (name: string, options: Options) => session.finish(await train(session.terminal, name, options)));
}

async function train(terminal: Terminal, name: string, options: Options): Promise<number> {
  const opened = await openSpec(terminal, name, options.set, {
    readsFile: options.data === undefined,
    loads: options.resume !== true,
  });
  if (opened === undefined) return exit.diagnostics;
  const { model, text, baseDir } = opened;
  const runtime = await import('../../runtime/node/train.ts');
  const { signal, release } = interruption(terminal);
  try {
    const outcome = await runtime.train(model, { ...options, baseDir, signal, text });
    return outcome.interrupted ? exit.interrupted : exit.fine;
  } finally {
    release();
  }
}

/** The first ctrl-C ends the run after the update under way; the second one ends the program. */
function interruption(terminal: Terminal): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    terminal.err('\nfinishing this update and saving; ctrl-C again leaves at once\n');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
