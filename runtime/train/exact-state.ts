/** What an exact step starts from, as files hold it: weights, slots and the update count, and its batches. */
import type { SavedTensor } from '../checkpoint/safetensors.ts';
import { floats } from '../checkpoint/run-files.ts';
import type { ModelDefinition, PortSpec } from '../model.ts';
import type { Phase, Step } from '../phases.ts';
import { UserError } from '../user-error.ts';
import { gatherBatch } from './batch.ts';
import type { HostBatch, Ports } from './batch.ts';
import { differences } from './differences.ts';
import type { Table } from './differences.ts';
import { parameterOf, tablesOf } from './memory.ts';
import { mergeHint } from '../pairs.ts';
import type { Tensors } from './memory.ts';
import { sameShape, shapeText } from './tensor.ts';

export interface GivenState {
  /** Updates done. */
  readonly t: number;
  /** Parameters and states; the seed's initial values if absent. */
  readonly weights: Tensors | undefined;
  /** Of the parameters that have any, as the trainer's memory has them. */
  readonly slots: Tensors;
  /** Of the parameters that the step averages; none if it is to begin with the weights. */
  readonly averages: Tensors;
}

/** The step, and the phase that it is a step of. */
export interface Place {
  readonly phase: Phase;
  /** The place of the phase, from 0. */
  readonly at: number;
  readonly step: Step;
}

/**
 * Sorts a file's names: averages and slots are those of the step, slots with or without its prefix. Throws NN5004 with
 * every name and shape that does not fit.
 */
export function givenState(
  model: ModelDefinition,
  { phase, step }: Place,
  tensors: ReadonlyMap<string, SavedTensor> | undefined,
): GivenState {
  if (tensors === undefined) return { t: 0, weights: undefined, slots: new Map(), averages: new Map() };
  const file = '--weights';
  const t = updateCount(tensors.get('t'));
  const rest = floats(new Map([...tensors].filter(([name]) => name !== 't')), file);
  const slots = new Map(
    [...rest].flatMap(([name, tensor]) => {
      if (!name.startsWith('state/')) return [];
      const path = name.slice('state/'.length);
      return [[path.startsWith(step.prefix) ? path : `${step.prefix}${path}`, tensor] as const];
    }),
  );
  const averages = new Map(
    [...rest].flatMap(([name, tensor]) =>
      name.startsWith('ema/') ? [[name.slice('ema/'.length), tensor] as const] : [],
    ),
  );
  const weights = new Map([...rest].filter(([name]) => !/^(state|ema)\//.test(name)));
  const tables = tablesOf(model, { ...phase, steps: [step] });
  const problems = [
    ...differences(tables.parameters, weights),
    ...slotProblems(tables.slots, slots, t),
    ...averageProblems(tables.averages, averages, t),
  ];
  if (problems.length > 0) {
    throw new UserError(
      'NN5004',
      `the weights do not fit the model:\n${problems.map((line) => `  ${line}`).join('\n')}`,
      mergeHint(weights.keys(), tables.parameters),
    );
  }
  return { t, weights, slots, averages };
}

/**
 * A batch as it enters the graph, prepared and augmented: every input and target by its name, with the batch on the first axis; and of the noise
 * what is not to be drawn.
 */
export async function givenBatch(
  { inputs, targets, augmented, noise = {} }: ModelDefinition,
  tensors: ReadonlyMap<string, SavedTensor>,
): Promise<{ readonly batch: HostBatch; readonly ports: Ports }> {
  const given = Object.entries(noise).filter(([name]) => tensors.has(name));
  const drawn = given.map(([name, { shape }]): readonly [string, PortSpec] => [name, { shape, dtype: 'float32' }]);
  const ports: Ports = { ...inputs, ...targets, ...augmented, ...Object.fromEntries(drawn) };
  const problems = Object.entries(ports).flatMap(([name, port]) => {
    const tensor = tensors.get(name);
    if (tensor === undefined || sameShape(tensor.shape.slice(1), port.shape)) return [];
    return [
      `\`${name}\` has shape ${shapeText(tensor.shape)}, expected is [B${port.shape.map((size) => `, ${size}`).join('')}]`,
    ];
  });
  if (problems.length > 0) throw new UserError('NN5001', problems.join('\n'));
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  return { batch: await gatherBatch(ports, values), ports };
}

/** A parameter's slots come all together or not at all, and not at all only before the first update. */
function slotProblems(table: Table, slots: Tensors, t: number): string[] {
  const given = new Set([...slots.keys()].map(parameterOf));
  const wanted = [...table].filter(([path]) => t > 0 || given.has(parameterOf(path)));
  return differences(new Map(wanted), slots, 'state/');
}

/** Averages come all together or not at all, and not at all only before the first update. */
const averageProblems = (table: Table, averages: Tensors, t: number): string[] =>
  t > 0 || averages.size > 0 ? differences(table, averages, 'ema/') : [];

function updateCount(tensor: SavedTensor | undefined): number {
  if (tensor === undefined) return 0;
  const [t = NaN] = tensor.data;
  if (tensor.data.length !== 1 || !Number.isInteger(t) || t < 0) {
    throw new UserError('NN5004', '`t` must be one whole number, the updates done so far');
  }
  return t;
}
