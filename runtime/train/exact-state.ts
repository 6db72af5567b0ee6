/** What an exact step starts from, as files hold it: weights, slots and the update count, and its batches. */
import type { SavedTensor } from '../checkpoint/safetensors.ts';
import { floats } from '../checkpoint/run-files.ts';
import type { ModelDefinition } from '../model.ts';
import { UserError } from '../user-error.ts';
import { gatherBatch } from './batch.ts';
import type { HostBatch, Ports } from './batch.ts';
import { differences } from './differences.ts';
import type { Table } from './differences.ts';
import { parameterOf, tablesOf } from './memory.ts';
import type { Tensors } from './memory.ts';
import { sameShape, shapeText } from './tensor.ts';

export interface GivenState {
  /** Updates done. */
  readonly t: number;
  /** Parameters and states; the seed's initial values if absent. */
  readonly weights: Tensors | undefined;
  /** Of the parameters that have any. */
  readonly slots: Tensors;
}

/** Sorts a file's names. Throws NN5004 with every name and shape that does not fit. */
export function givenState(model: ModelDefinition, tensors: ReadonlyMap<string, SavedTensor> | undefined): GivenState {
  if (tensors === undefined) return { t: 0, weights: undefined, slots: new Map() };
  const file = '--weights';
  const t = updateCount(tensors.get('t'));
  const rest = floats(new Map([...tensors].filter(([name]) => name !== 't')), file);
  const slots = new Map(
    [...rest].flatMap(([name, tensor]) =>
      name.startsWith('state/') ? [[name.slice('state/'.length), tensor] as const] : [],
    ),
  );
  const weights = new Map([...rest].filter(([name]) => !name.startsWith('state/')));
  const { parameters, slots: slotTable } = tablesOf(model);
  const problems = [...differences(parameters, weights), ...slotProblems(slotTable, slots, t)];
  if (problems.length > 0) {
    throw new UserError(
      'NN5004',
      `the weights do not fit the model:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  return { t, weights, slots };
}

/** A batch as it enters the graph: every input and target by its name, with the batch on the first axis. */
export async function givenBatch(ports: Ports, tensors: ReadonlyMap<string, SavedTensor>): Promise<HostBatch> {
  const problems = Object.entries(ports).flatMap(([name, port]) => {
    const tensor = tensors.get(name);
    if (tensor === undefined || sameShape(tensor.shape.slice(1), port.shape)) return [];
    return [
      `\`${name}\` has shape ${shapeText(tensor.shape)}, expected is [B${port.shape.map((size) => `, ${size}`).join('')}]`,
    ];
  });
  if (problems.length > 0) throw new UserError('NN5001', problems.join('\n'));
  return gatherBatch(ports, Object.fromEntries([...tensors].map(([name, { data }]) => [name, data])));
}

/** A parameter's slots come all together or not at all, and not at all only before the first update. */
function slotProblems(table: Table, slots: Tensors, t: number): string[] {
  const given = new Set([...slots.keys()].map(parameterOf));
  const wanted = [...table].filter(([path]) => t > 0 || given.has(parameterOf(path)));
  return differences(new Map(wanted), slots, 'state/');
}

function updateCount(tensor: SavedTensor | undefined): number {
  if (tensor === undefined) return 0;
  const [t = NaN] = tensor.data;
  if (tensor.data.length !== 1 || !Number.isInteger(t) || t < 0) {
    throw new UserError('NN5004', '`t` must be one whole number, the updates done so far');
  }
  return t;
}
