/** A model's programs without a device: what they would hold of one. */
import { lasting } from '../../runtime/kernels/buffer.ts';
import { arranged } from '../../runtime/kernels/share.ts';
import { recordProgram } from '../../runtime/kernels/program.ts';
import type { Program } from '../../runtime/kernels/program.ts';
import type { Value } from '../../runtime/kernels/k.ts';
import type { ModelDefinition, TensorSpec } from '../../runtime/model.ts';
import { filled, tablesOf } from '../../runtime/train/memory.ts';
import { phaseAt } from '../../runtime/phases.ts';
import type { Phase } from '../../runtime/phases.ts';
import type { Routine } from '../../runtime/train/routine.ts';
import { routinesOf } from '../../runtime/train/routines.ts';

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

const valuesOf = (table: ReadonlyMap<string, TensorSpec>): ReadonlyMap<string, Value> =>
  new Map([...table].map(([path, { shape }]) => [path, lasting(shape, 'float32')]));
