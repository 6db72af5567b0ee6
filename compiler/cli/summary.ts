/** `nnc summary`: a model as a table. */
import type { Command } from 'commander';
import { formatBytes } from '../diagnostics/words.ts';
import { InternalError } from '../diagnostics/types.ts';
import type { Shape } from '../ir/types.ts';
import { heldBytes, trainingMemory } from '../targets/recorded/memory.ts';
import type { TrainingMemory } from '../targets/recorded/memory.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { compileModel } from './compiling.ts';
import { readSpec } from './files.ts';
import { setOption } from './run-options.ts';
import type { Settings } from './settings.ts';
import { summarize } from './summary-rows.ts';
import type { Summary } from './summary-rows.ts';
import { grouped, table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

export function summaryCommand(session: Session): Command {
  return newCommand('summary', 'show shapes, parameters, operations and memory, layer by layer', [
    'nnc summary model.nn',
    'nnc summary model.nn --set width=256',
  ])
    .argument('<spec>', 'the spec')
    .addOption(setOption())
    .action((name: string, options: { readonly set: Settings }) =>
      session.finish(summary(session.terminal, name, options.set)),
    );
}

function summary(terminal: Terminal, name: string, settings: Settings): number {
  const spec = readSpec(terminal, name);
  const compiled = compileModel(terminal, spec, settings, { runs: true, stages: true });
  if (compiled === undefined) return exit.diagnostics;
  const trained = compiled.stages.filter(({ graph, pass }) => graph === 'training' && pass === 'differentiate');
  const first = trained.filter(({ phase }) => phase === trained[0]?.phase);
  if (first.length === 0) throw new InternalError('the training graph was not differentiated');
  const graphs = first.map(({ result }) => result);
  terminal.out(`${show(summarize(compiled.program, graphs), trainingMemory(compiled.program))}\n`);
  return exit.fine;
}

const shape = (sizes: Shape): string => `[${sizes.join(', ')}]`;

function show({ rows, batch, parameters, frozen }: Summary, held: TrainingMemory): string {
  const sum = (pick: (row: Summary['rows'][number]) => number): number =>
    rows.reduce((total, row) => total + pick(row), 0);
  const cells = [
    ['line', 'what', 'output', 'parameters', 'FLOPs forward', 'backward', 'kept', ''],
    ...rows.map((row) => [
      String(row.line),
      row.name,
      shape(row.output),
      grouped(row.parameters),
      grouped(row.forward),
      grouped(row.backward),
      formatBytes(row.kept),
      row.frozen === 0 ? '' : row.frozen === row.parameters ? 'frozen' : `${grouped(row.frozen)} frozen`,
    ]),
    [
      '',
      'total',
      '',
      grouped(parameters),
      grouped(sum((row) => row.forward)),
      grouped(sum((row) => row.backward)),
      formatBytes(sum((row) => row.kept)),
    ],
  ];
  return [
    table(cells, ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'left']),
    '',
    `parameters      ${grouped(parameters)}, of which ${grouped(parameters - frozen)} are trained (${formatBytes(4 * parameters)})`,
    `optimizer       ${formatBytes(held.slots)}`,
    `training holds  ${formatBytes(heldBytes(held))} with a batch of ${batch}: ${[
      `${formatBytes(held.weights)} of parameters and states`,
      `${formatBytes(held.slots)} of the optimizer's`,
      `${formatBytes(held.arena)} of what is computed`,
      `${formatBytes(held.batch)} of the batch`,
    ].join(', ')}`,
    `FLOPs and bytes kept are those of a batch of ${batch}; B is the batch axis.`,
  ].join('\n');
}
