/** T, all updates of a run, which schedules need to know (conventions 4). */
import type { ModelDefinition } from '../model.ts';

/** A group of `accumulate n` that an epoch leaves incomplete is an update too. */
export function updatesOfRun({ accumulate }: ModelDefinition, batchesPerEpoch: number, epochs: number): number {
  return Math.ceil(batchesPerEpoch / accumulate) * epochs;
}
