/** What training holds of a device, known before it runs: the bytes that the wasm backend counts. */
import { elements } from '../../ir/cost.ts';
import type { Program } from '../../ir/program.ts';
import type { Node, Shape } from '../../ir/types.ts';
import type { Buffer } from '../../../runtime/kernels/buffer.ts';
import { elementsAlive } from '../../../runtime/kernels/program.ts';
import type { Program as Recording } from '../../../runtime/kernels/program.ts';
import { inLines } from '../../../runtime/kernels/memory/arena.ts';
import { heldBy } from '../../../runtime/kernels/wasm/held.ts';
import { stepPrograms } from './training.ts';
import type { StepPrograms } from './training.ts';

/** Bytes of one phase. */
export interface TrainingMemory {
  readonly phase: string | undefined;
  /** Parameters and states of layers. */
  readonly weights: number;
  /** What optimizers remember, averages, and sums of gradients. */
  readonly slots: number;
  /** What is computed: as much as the step needs that needs most. */
  readonly arena: number;
  /** Batches, and tables of what each program works on. */
  readonly batch: number;
  /** The values that lie in the arena when most is alive there, by the nodes that made them, the greatest first. */
  readonly alive: readonly { readonly node: Node; readonly bytes: number }[];
}

/**
 * Of the phase that holds most of what is counted, over batches of the size that the spec trains with: steps of several
 * programs have a batch for each, so that a budget may be about another phase than what is held altogether.
 */
export function trainingMemory(
  program: Program,
  counted: (memory: TrainingMemory) => number = heldBytes,
): TrainingMemory {
  const phases = program.model.phases.map((phase) => memoryOf(program, phase.name, stepsOf(program, phase)));
  return phases.reduce((most, each) => (counted(each) > counted(most) ? each : most));
}

/** Bytes of weights, slots, states and arena: what a budget is about. */
export const budgeted = ({ weights, slots, arena }: TrainingMemory): number => weights + slots + arena;

/** Bytes of all that is held. */
export const heldBytes = (memory: TrainingMemory): number => budgeted(memory) + memory.batch;

function stepsOf(program: Program, phase: Program['model']['phases'][number]): readonly StepPrograms[] {
  const rows = program.model.train.batch;
  return program.training.filter((entry) => entry.phase === phase).map((entry) => stepPrograms(program, entry, rows));
}

function memoryOf({ model }: Program, phase: string | undefined, steps: readonly StepPrograms[]): TrainingMemory {
  const programs = steps.flatMap(({ programs: recorded, makers }) =>
    recorded.map((program) => ({ program, makers, held: heldBy(program) })),
  );
  const arena = Math.max(0, ...programs.map(({ held }) => held.arena));
  const greatest = programs.find(({ held }) => held.arena === arena);
  const shapes = new Map(model.parameters.map(({ path, shape }) => [path, shape]));
  const updates = steps.flatMap(({ entry: { step } }) => step.updates.map((update) => ({ update, step })));
  const remembered = updates.flatMap(({ update: { parameter, slots }, step }) => [
    ...slots.filter(({ isAverage }) => isAverage !== true).map(({ shape }) => shape),
    ...(step.accumulate === 1 ? [] : [shapes.get(parameter) ?? []]),
  ]);
  // A parameter has one average, whichever steps move it.
  const averages = new Map(
    updates.flatMap(({ update: { parameter, slots } }) =>
      slots.flatMap(({ isAverage, shape }) => (isAverage === true ? [[parameter, shape] as const] : [])),
    ),
  );
  return {
    phase,
    weights: bytesOf([...model.parameters, ...model.states].map(({ shape }) => shape)),
    slots: bytesOf([...remembered, ...averages.values()]),
    arena,
    batch: programs.reduce((sum, { held }) => sum + held.beside, 0),
    alive: greatest === undefined ? [] : aliveIn(greatest.program, greatest.makers),
  };
}

/** What lasts has no axis of examples. */
const bytesOf = (shapes: readonly Shape[]): number =>
  shapes.reduce((sum, shape) => sum + inLines(4 * elements(shape, NaN)), 0);

function aliveIn({ lives }: Recording, makers: ReadonlyMap<Buffer, Node>): TrainingMemory['alive'] {
  const alive = elementsAlive(lives);
  const at = alive.indexOf(Math.max(0, ...alive));
  return lives
    .filter(({ first, last }) => first <= at && at <= last)
    .flatMap(({ buffer }) => {
      const node = makers.get(buffer);
      return node === undefined ? [] : [{ node, bytes: 4 * buffer.elements }];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}
