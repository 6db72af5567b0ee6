/** `nnc ir`: the program as it is after a pass. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { GraphName } from '../compile.ts';
import { passNames } from '../compile.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { printGraph } from '../ir/print.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { compileModel } from './compiling.ts';
import { readSpec } from './files.ts';
import { setOption } from './run-options.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { exit, UsageError } from './usage.ts';

interface Options {
  readonly after?: string;
  readonly graph: GraphName;
  readonly set: Settings;
}

export function irCommand(session: Session): Command {
  return newCommand('ir', 'print the program as it is after a pass of the compiler', [
    'nnc ir model.nn',
    'nnc ir model.nn --after differentiate',
    'nnc ir model.nn --after fuse --graph inference',
  ])
    .argument('<spec>', 'the spec')
    .option('--after <pass>', `one of ${passNames.join(', ')}; the last one of the graph unless given`)
    .addOption(
      new Option('--graph <name>', 'which graph')
        .choices(['training', 'augmentation', 'evaluation', 'inference'])
        .default('training'),
    )
    .addOption(setOption())
    .action((name: string, options: Options) => session.finish(ir(session.terminal, name, options)));
}

function ir(terminal: Terminal, name: string, { after, graph, set }: Options): number {
  if (after !== undefined && !passNames.includes(after)) {
    const help = didYouMean(after, passNames) ?? `the passes are ${passNames.join(', ')}`;
    throw new UsageError('NN6011', `the compiler has no pass ${after}`, help);
  }
  const compiled = compileModel(terminal, readSpec(terminal, name), set, { runs: true, stages: true });
  if (compiled === undefined) return exit.diagnostics;
  const stages = compiled.stages.filter((stage) => stage.graph === graph);
  const pass = after ?? stages.at(-1)?.pass ?? '';
  const stage = stages.find((each) => each.pass === pass);
  if (stage === undefined) {
    throw new UsageError(
      'NN6011',
      `the ${graph} graph does not go through ${pass}`,
      'the training graph goes through all',
    );
  }
  terminal.out(printGraph(stage.result));
  return exit.fine;
}
