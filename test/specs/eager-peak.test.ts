/**
 * What a training step holds that runs line by line. At its worst line it is no more than what forward returns, what
 * backward returns, and what the widest of all lines reads and makes: below twice the former two wherever no line is as
 * wide as they are. Where weights outweigh activations the widest line is the update of the largest weight. What a residual
 * block begins with waits for its end besides, even where no derivative wants it.
 */
import { sampled } from '../amounts.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Buffer, View } from '../../runtime/kernels/buffer.ts';
import type { Value } from '../../runtime/kernels/k.ts';
import { momentsOf, mostAlive, recordProgram } from '../../runtime/kernels/program.ts';
import type { Program } from '../../runtime/kernels/program.ts';
import type { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import type { ModelDefinition, TensorSpec, Values } from '../../runtime/model.ts';
import { phasesOf } from '../../runtime/phases.ts';
import type { Phase } from '../../runtime/phases.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { filled, tablesOf } from '../../runtime/train/memory.ts';
import { routinesOf } from '../../runtime/train/routines.ts';
import { sizeOf } from '../../runtime/train/tensor.ts';
import { generate } from '../generated.ts';
import { apartOf, mostHeld, openWasm, peakWhile, rounded } from '../kernels/held.ts';
import { startOf } from './agree.ts';
import { randomBatch } from './random-batch.ts';
import { smallSpecs } from './small-specs.ts';
import { contractSpecs } from './spec-files.ts';

const root = join(import.meta.dirname, '../..');

const files = ['specs', 'bench/specs'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.nn'))
    .map((name) => ({ name: name.replace('.nn', ''), text: readFileSync(join(root, folder, name), 'utf8') })),
);

/** A step that was recorded and, of all that it makes, what its functions return: in elements. */
interface Dry {
  readonly program: Program;
  readonly forward: number;
  /** Forward and backward. */
  readonly both: number;
}

const made = (result: object): readonly Buffer[] => {
  if (result instanceof View) return result.buffer.lifetime === 'temporary' ? [result.buffer] : [];
  const parts: readonly unknown[] = Object.values(result);
  return parts.flatMap((part) => (typeof part === 'object' && part !== null ? made(part) : []));
};

const elementsOf = (buffers: Iterable<Buffer>): number =>
  [...new Set(buffers)].reduce((sum, { elements }) => sum + elements, 0);

const lasting = (table: ReadonlyMap<string, TensorSpec>): ReadonlyMap<string, Value> =>
  new Map(
    [...table].map(([path, { shape }]) => [path, new View(new Buffer(sizeOf(shape), 'float32', 'lasting'), shape)]),
  );

/** The routines of a phase's steps that go forward and backward. */
function drySteps(model: ModelDefinition, phase: Phase, rows: number): readonly Dry[] {
  const returned: { forward: readonly Buffer[]; backward: readonly Buffer[] }[] = [];
  const steps = phase.steps.map((step, i): Phase['steps'][number] => ({
    ...step,
    forward: (...given) => {
      const f = step.forward(...given);
      returned[i] = { forward: made(f), backward: [] };
      return f;
    },
    backward: (...given) => {
      const g = step.backward(...given);
      returned[i] = { forward: returned[i]?.forward ?? [], backward: made(g) };
      return g;
    },
  }));
  const { parameters, units, slots, averages, accumulated } = tablesOf(model, phase);
  const memory = filled(model, phase, {
    parameters: lasting(parameters),
    units: lasting(units),
    slots: lasting(slots),
    averages: lasting(averages),
    accumulated: lasting(accumulated),
  });
  return routinesOf(model, { ...phase, steps }, memory).steps.map(({ step, gradients }, i) => {
    const routine = (phase.steps[i]?.accumulate ?? 1) > 1 ? gradients : step;
    const program = recordProgram(routine.name, routine.inputs(rows), (k, batch): Values =>
      routine.build(k, batch, rows),
    );
    const { forward, backward } = returned[i] ?? { forward: [], backward: [] };
    return {
      program,
      forward: elementsOf(forward),
      both: elementsOf([...forward, ...backward]),
    };
  });
}

/** The most that one call reads and makes. */
const widest = ({ instructions }: Program): number =>
  momentsOf(instructions).reduce(
    (most, { views }) =>
      Math.max(most, elementsOf(views.map(({ buffer }) => buffer).filter(({ lifetime }) => lifetime === 'temporary'))),
    0,
  );

/** The most that one value takes. */
const largest = ({ lives }: Program): number => Math.max(...lives.map(({ buffer }) => buffer.elements));

const all = [
  ...files.map((spec) => ({ ...spec, rows: undefined })),
  ...contractSpecs().map((spec) => ({ ...spec, rows: 2 })),
  ...sampled(smallSpecs, 10).map((spec) => ({ ...spec, rows: 5 })),
];

test.each(all)('$name: what its functions return, and one line', async ({ name, text, rows }) => {
  const { definition } = await generate(name.replaceAll(/\W+/g, '-'), text);
  const waiting = (program: Program): number => (text.includes('residual') ? largest(program) : 0);
  for (const phase of phasesOf(definition)) {
    for (const { program, both } of drySteps(definition, phase, rows ?? definition.train.batch))
      expect(mostAlive(program.lives)).toBeLessThanOrEqual(both + widest(program) + waiting(program));
  }
});

describe('a step on wasm', () => {
  let kernels: WasmKernels;
  beforeAll(async () => {
    kernels = await openWasm();
  });
  afterAll(() => kernels.dispose());

  /** Of the others forward returns little: they have one hidden layer at most, or weights that outweigh all else. */
  const deep = ['digits', 'digits-cnn', 'cnn-28', 'lstm-80', 'transformer-64'];

  test.each(files)('$name', async ({ name, text }) => {
    const { definition, model } = await generate(name, text);
    const rows = definition.train.batch;
    const [phase] = phasesOf(definition);
    const [dry] = phase === undefined ? [] : drySteps(definition, phase, rows);
    if (dry === undefined) throw new Error('no step');
    const { program, forward } = dry;
    const batch = Object.fromEntries([...randomBatch(model, rows, 1)].map(([port, { data }]) => [port, data]));
    const trainer = await createTrainer(definition, {
      kernels,
      mode: 'eager',
      updates: 10,
      ...startOf({ definition, model }),
    });
    const peak = await peakWhile(kernels, async () => (await trainer.trainStep(batch)).loss);
    trainer.dispose();
    const inputs = [...program.inputs.values()].reduce((sum, { buffer }) => sum + rounded(4 * buffer.elements), 0);
    // The host's numbers and those of random streams.
    const numbers = rounded(4) * program.scalars.length + rounded(8);
    expect(peak).toBeGreaterThan(forward);
    expect(peak).toBeLessThanOrEqual(inputs + numbers + mostHeld(program) + apartOf(program));
    if (deep.includes(name)) expect(peak - inputs - numbers).toBeLessThan(2 * 4 * forward);
  });
});
