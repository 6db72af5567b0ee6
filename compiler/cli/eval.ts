/** `nnc eval`: loss and metrics of a trained model. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { openSaved } from './open-saved.ts';
import { decimal } from './predictions.ts';
import { backendOption, dataOption, runOption, setOption } from './run-options.ts';
import type { RunOptions } from './run-options.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

interface Options extends RunOptions {
  readonly weights?: string;
  readonly data?: string;
  readonly format: 'text' | 'json' | 'csv';
}

export function evalCommand(session: Session): Command {
  return newCommand('eval', 'loss and metrics of a trained model, on its test part or on other data', [
    'nnc eval model.nn',
    'nnc eval model.nn --format json',
    'nnc eval model.nn --data csv:new.csv --weights weights.safetensors',
  ])
    .argument('<spec>', 'the spec')
    .addOption(backendOption())
    .addOption(runOption('the model of'))
    .option('--weights <file>', 'a safetensors file, in place of runs/<model>/')
    .addOption(dataOption())
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json', 'csv']).default('text'))
    .addOption(setOption())
    .action(async (name: string, options: Options) => session.finish(await evaluate(session.terminal, name, options)));
}

async function evaluate(terminal: Terminal, name: string, options: Options): Promise<number> {
  const opened = await openSaved(terminal, name, options.set, options.run);
  if (opened === undefined) return exit.diagnostics;
  const runtime = await import('../../runtime/node/evaluate.ts');
  const { backend, weights, data, run } = options;
  const { loss, metrics, rows, part } = await runtime.evaluate(opened.model, {
    backend,
    run,
    weights,
    data,
    baseDir: opened.baseDir,
  });
  const figures = { loss, ...metrics };
  switch (options.format) {
    case 'json':
      terminal.out(`${JSON.stringify({ loss, metrics, rows })}\n`);
      break;
    case 'csv':
      terminal.out(
        `${[...Object.keys(figures), 'rows'].join(',')}\n${[...Object.values(figures), rows].map(decimal).join(',')}\n`,
      );
      break;
    case 'text': {
      const shown = Object.entries(figures).map(([figure, value]) => `${figure} ${Number(value.toPrecision(5))}`);
      terminal.out(`${part === 'all' ? 'all rows' : `the ${part} part`} (${rows} rows): ${shown.join('  ')}\n`);
    }
  }
  return exit.fine;
}
