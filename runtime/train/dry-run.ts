/** A model's programs without a device: what they would hold of one. */
import { Buffer, View } from '../kernels/buffer.ts';
import { arranged } from '../kernels/share.ts';
import { recordProgram } from '../kernels/program.ts';
import type { Program } from '../kernels/program.ts';
import { bytesOf, peakOf } from '../kernels/room.ts';
import type { Value } from '../kernels/k.ts';
import type { ModelDefinition, TensorSpec } from '../model.ts';
import { filled, tablesOf } from './memory.ts';
import { routinesOf } from './routines.ts';
import { sizeOf } from './tensor.ts';

/** The programs of batches of so many rows: those of training, `evaluate` and `predict`. */
export function dryPrograms(model: ModelDefinition, rows: number, arrange = arranged): ReadonlyMap<string, Program> {
  const { parameters, units, slots, accumulated } = tablesOf(model);
  const values = {
    parameters: valuesOf(parameters),
    units: valuesOf(units),
    slots: valuesOf(slots),
    accumulated: valuesOf(accumulated),
  };
  const routines = routinesOf(model, filled(model, values));
  const { step, gradients, update, evaluate, predict } = routines;
  const training = model.accumulate > 1 ? { gradients, update } : { step };
  return new Map(
    Object.entries({ ...training, evaluate, predict }).map(([name, routine]) => [
      name,
      arrange(
        recordProgram(routine.name, routine.inputs(rows), (k, batch) => routine.build(k, batch, () => undefined)),
      ),
    ]),
  );
}

/** Bytes that training holds when it holds most: parameters, optimizer, the batch and all that is computed of it. */
export function trainingBytes(model: ModelDefinition, rows: number): number {
  const tables = Object.values(tablesOf(model)).flatMap((table) => [...table.values()]);
  const programs = dryPrograms(model, rows);
  const peaks = ['step', 'gradients', 'update'].flatMap((name) => programs.get(name) ?? []).map(peakOf);
  return tables.reduce((sum, { shape }) => sum + bytesOf(shape), 0) + Math.max(...peaks);
}

const valuesOf = (table: ReadonlyMap<string, TensorSpec>): ReadonlyMap<string, Value> =>
  new Map(
    [...table].map(([path, { shape }]) => [path, new View(new Buffer(sizeOf(shape), 'float32', 'lasting'), shape)]),
  );
