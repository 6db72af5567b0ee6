/** `nnc summary`: a model as a table. */
import type { Command } from 'commander';
import { InternalError } from '../diagnostics/types.ts';
import type { Shape } from '../ir/types.ts';
import { newCommand } from './command.ts';
import type { Session } from './command.ts';
import { compileModel } from './compiling.ts';
import { loadDefinition } from './definition.ts';
import { readSpec } from './files.ts';
import { setOption } from './run-options.ts';
import type { Settings } from './settings.ts';
import { summarize } from './summary-rows.ts';
import type { Summary } from './summary-rows.ts';
import { grouped, memory, table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { exit } from './usage.ts';

export function summaryCommand(session: Session): Command {
  return newCommand('summary', 'show shapes, parameters, operations and memory, layer by layer', [
    'nnc summary model.nn',
    'nnc summary model.nn --set width=256',
  ])
    .argument('<spec>', 'the spec')
    .addOption(setOption())
    .action(async (name: string, options: { readonly set: Settings }) =>
      session.finish(await summary(session.terminal, name, options.set)),
    );
}

async function summary(terminal: Terminal, name: string, settings: Settings): Promise<number> {
  const spec = readSpec(terminal, name);
  const compiled = compileModel(terminal, spec, settings, { runs: true, stages: true });
  if (compiled === undefined) return exit.diagnostics;
  const trained = compiled.stages.filter(({ graph, pass }) => graph === 'training' && pass === 'differentiate');
  const first = trained.filter(({ phase }) => phase === trained[0]?.phase);
  if (first.length === 0) throw new InternalError('the training graph was not differentiated');
  const { trainingBytes } = await import('nnc/runtime/node');
  const definition = await loadDefinition(compiled.text, spec.source.file);
  const peak = trainingBytes(definition, definition.train.batch);
  terminal.out(
    `${show(
      summarize(
        compiled.program,
        first.map(({ result }) => result),
      ),
      peak,
    )}\n`,
  );
  return exit.fine;
}

const shape = (sizes: Shape): string => `[${sizes.join(', ')}]`;

/** `peak`: bytes that a step holds when it holds most. */
function show({ rows, batch, parameters, frozen, slots }: Summary, peak: number): string {
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
      memory(row.kept),
      row.frozen === 0 ? '' : row.frozen === row.parameters ? 'frozen' : `${grouped(row.frozen)} frozen`,
    ]),
    [
      '',
      'total',
      '',
      grouped(parameters),
      grouped(sum((row) => row.forward)),
      grouped(sum((row) => row.backward)),
      memory(sum((row) => row.kept)),
    ],
  ];
  return [
    table(cells, ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'left']),
    '',
    `parameters      ${grouped(parameters)}, of which ${grouped(parameters - frozen)} are trained (${memory(4 * parameters)})`,
    `optimizer       ${memory(slots)}`,
    `a step's peak   ${memory(peak)} with a batch of ${batch}: parameters, optimizer, batch and all that is computed`,
    `FLOPs and bytes kept are those of a batch of ${batch}; B is the batch axis.`,
  ].join('\n');
}
