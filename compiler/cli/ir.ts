/** `nnc ir`: the program as it is after a pass. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { GraphName } from '../compile.ts';
import { passNames } from '../compile.ts';
import { say } from '../diagnostics/say.ts';
import { nearest } from '../diagnostics/suggest.ts';
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
    throw new UsageError(say.NN6011.pass({ name: after, near: nearest(after, passNames), passes: passNames }));
  }
  const compiled = compileModel(terminal, readSpec(terminal, name), set, { runs: true, stages: true });
  if (compiled === undefined) return exit.diagnostics;
  const stages = compiled.stages.filter((stage) => stage.graph === graph);
  const pass = after ?? stages.at(-1)?.pass ?? '';
  const stage = stages.find((each) => each.pass === pass);
  if (stage === undefined) throw new UsageError(say.NN6011.graph({ graph, pass }));
  terminal.out(printGraph(stage.result));
  return exit.fine;
}
