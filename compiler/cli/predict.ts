/** `nnc predict`: what a trained model says of rows. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { openSaved } from './open-saved.ts';
import { predictionsAsCsv, predictionsAsJson } from './predictions.ts';
import { backendOption, dataOption, runOption, seedOption, setOption, wholeNumber } from './run-options.ts';
import type { RunOptions } from './run-options.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

interface Options extends RunOptions {
  readonly weights?: string;
  readonly data?: string;
  readonly rows?: number;
  readonly seed?: number;
  readonly format: 'json' | 'csv';
}

export function predictCommand(session: Session): Command {
  return newCommand('predict', 'predictions of a trained model, for the rows that eval uses or for other data', [
    'nnc predict model.nn',
    'nnc predict model.nn --data csv:new.csv --format csv > predictions.csv',
    'nnc predict gan.nn --rows 16 --seed 7',
  ])
    .argument('<spec>', 'the spec')
    .addOption(backendOption())
    .addOption(runOption('the model of'))
    .option('--weights <file>', 'a safetensors file, in place of runs/<model>/')
    .addOption(dataOption())
    .addOption(new Option('--rows <number>', 'how many, of noise alone').argParser(wholeNumber(1)))
    .addOption(seedOption())
    .addOption(new Option('--format <format>', 'how to print').choices(['json', 'csv']).default('csv'))
    .addOption(setOption())
    .action(async (name: string, options: Options) => session.finish(await predict(session.terminal, name, options)));
}

async function predict(terminal: Terminal, name: string, options: Options): Promise<number> {
  const opened = await openSaved(terminal, name, options.set, options.run);
  if (opened === undefined) return exit.diagnostics;
  const runtime = await import('../../runtime/node/predict.ts');
  const { backend, weights, data, run, rows, seed } = options;
  const predictions = await runtime.predict(opened.model, {
    backend,
    run,
    weights,
    data,
    rows,
    seed,
    baseDir: opened.baseDir,
  });
  terminal.out(options.format === 'json' ? predictionsAsJson(predictions) : predictionsAsCsv(predictions));
  return exit.fine;
}
