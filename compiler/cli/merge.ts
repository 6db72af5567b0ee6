/** `nnc merge`: weights for the spec without its `lora` and `reparam` lines. */
import type { Command } from 'commander';
import type { MergeOptions } from '../../runtime/node/merge.ts';
import type { Tensors } from '../../runtime/train/memory.ts';
import type { HostTensor } from '../../runtime/train/tensor.ts';
import { UserError } from '../../runtime/user-error.ts';
import type { Model } from '../ir/model.ts';
import type { Tensor } from '../ops/define.ts';
import { evaluateGraph, noDraw } from '../targets/reference/evaluate.ts';
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
  return newCommand('merge', 'write the weights as layers read them: with `lora` and `reparam` folded in', [
    'nnc merge model.nn --out merged.safetensors',
    'nnc merge model.nn --run tuned --out merged.safetensors',
    'nnc predict plain.nn --weights merged.safetensors   # the spec without those lines answers alike',
  ])
    .argument('<spec>', 'the spec')
    .addOption(runOption('the model of'))
    .option('--weights <file>', 'a safetensors file, in place of runs/<model>/')
    .requiredOption('--out <file>', 'where the weights go, under the names that they have without those lines')
    .addOption(setOption())
    .action(async (name: string, options: Options) => session.finish(await merge(session.terminal, name, options)));
}

async function merge(terminal: Terminal, name: string, { set, run, weights, out }: Options): Promise<number> {
  const opened = await openSaved(terminal, name, set, run);
  if (opened === undefined) return exit.diagnostics;
  const runtime = await import('../../runtime/node/merge.ts');
  const { model, compiled, baseDir } = opened;
  const effective: MergeOptions['effective'] = (stored) => effectiveIn(compiled, stored);
  const count = await runtime.merge(model, { run, weights, out, baseDir, effective });
  terminal.err(`merged ${count} ${count === 1 ? 'weight' : 'weights'} into ${out}\n`);
  return exit.fine;
}

/** What layers read of the weights that `reparam` adapts, in double precision. */
function effectiveIn({ effective: graph }: Model, stored: Tensors): ReadonlyMap<string, Tensor> {
  if (graph === undefined) return new Map();
  if (graph.nodes.some(({ attrs }) => Object.hasOwn(attrs, 'stream')))
    throw new UserError('NN5018', 'a `reparam` of the spec draws what layers read: no weights answer alike');
  const inputs = graph.inputs.flatMap(({ role, name }): readonly (readonly [string, Tensor])[] => {
    const tensor = stored.get(name);
    return tensor === undefined ? [] : [[`${role}:${name}`, inDoubles(tensor)]];
  });
  const found = evaluateGraph(graph, { inputs: new Map(inputs), batch: 1, draw: noDraw });
  return new Map([...found].map(([key, tensor]) => [key.slice('value:'.length), tensor]));
}

const inDoubles = ({ shape, data }: HostTensor): Tensor => ({ shape, data: Float64Array.from(data) });
