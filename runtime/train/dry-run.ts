/** A model's programs without a device: what they would hold of one. */
import { Buffer, View } from '../kernels/buffer.ts';
import { arranged } from '../kernels/share.ts';
import { recordProgram } from '../kernels/program.ts';
import type { Program } from '../kernels/program.ts';
import { bytesOf, peakOf } from '../kernels/room.ts';
import type { Value } from '../kernels/k.ts';
import type { ModelDefinition, TensorSpec } from '../model.ts';
import { filled, tablesOf } from './memory.ts';
import { phaseAt, phasesOf } from '../phases.ts';
import type { Phase } from '../phases.ts';
import type { Routine } from './routine.ts';
import { routinesOf } from './routines.ts';
import { sizeOf } from './tensor.ts';

/** The programs of batches of so many rows: those of training in the first phase, `evaluate` and `predict`. */
export function dryPrograms(model: ModelDefinition, rows: number): ReadonlyMap<string, Program> {
  const { training, evaluations, predict } = dryRoutines(model, phaseAt(model, 0));
  const measuring = evaluations.slice(-1).map(({ routine }) => ['evaluate', routine] as const);
  const all = [...training, ...measuring, ['predict', predict] as const];
  return new Map(all.map(([name, routine]) => [name, dryProgram(routine, rows)]));
}

/** The routines of a phase over memory that nobody holds; those of training by their names in it. */
function dryRoutines(model: ModelDefinition, phase: Phase) {
  const { parameters, units, slots, averages, accumulated } = tablesOf(model, phase);
  const values = {
    parameters: valuesOf(parameters),
    units: valuesOf(units),
    slots: valuesOf(slots),
    averages: valuesOf(averages),
    accumulated: valuesOf(accumulated),
  };
  const { steps, evaluations, predict } = routinesOf(model, phase, filled(model, phase, values));
  const training = steps.flatMap(({ step, gradients, update }, i): readonly (readonly [string, Routine])[] => {
    const own = phase.steps[i];
    const before = own?.name === undefined ? '' : `${own.name}.`;
    const routines = (own?.accumulate ?? 1) > 1 ? { gradients, update } : { step };
    return Object.entries(routines).map(([name, routine]) => [`${before}${name}`, routine]);
  });
  return { training, evaluations, predict };
}

const dryProgram = (routine: Routine, rows: number): Program =>
  arranged(recordProgram(routine.name, routine.inputs(rows), (k, batch) => routine.build(k, batch, rows)));

/** Bytes that training holds when it holds most: parameters, optimizer, the batch and all that is computed of it. */
export function trainingBytes(model: ModelDefinition, rows: number): number {
  const phases = phasesOf(model).map((phase) => {
    const tables = Object.values(tablesOf(model, phase)).flatMap((table): readonly TensorSpec[] => [...table.values()]);
    const peaks = dryRoutines(model, phase).training.map(([, routine]) => peakOf(dryProgram(routine, rows)));
    return tables.reduce((sum, { shape }) => sum + bytesOf(shape), 0) + Math.max(...peaks);
  });
  return Math.max(...phases);
}

const valuesOf = (table: ReadonlyMap<string, TensorSpec>): ReadonlyMap<string, Value> =>
  new Map(
    [...table].map(([path, { shape }]) => [path, new View(new Buffer(sizeOf(shape), 'float32', 'lasting'), shape)]),
  );
