/** Values that are computed again on the way back are the same to the bit, and so is all that training makes of them. */
import { amount, sampled } from '../amounts.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, programsOf } from '../../compiler/compile.ts';
import { isCall } from '../../compiler/ir/traits.ts';
import { nothingAgain, recomputations } from '../../compiler/memory/recomputing.ts';
import type { Recomputation } from '../../compiler/memory/recomputing.ts';
import type { Model } from '../../compiler/ir/model.ts';
import { emit } from '../../compiler/targets/tfjs/emit.ts';
import { heldBytes, trainingMemory } from '../../compiler/targets/recorded/memory.ts';
import { createTrainer } from '../../runtime/index.ts';
import type { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import { phasesOf } from '../../runtime/phases.ts';
import type { HostTensor } from '../../runtime/train/tensor.ts';
import { definitionOf } from '../generated.ts';
import { openWasm } from '../kernels/held.ts';
import { randomSpec } from '../random/spec.ts';
import { startOf } from './agree.ts';
import { randomBatch } from './random-batch.ts';
import { smallSpecs } from './small-specs.ts';
import type { SmallSpec } from './small-specs.ts';
import { contractSpecs } from './spec-files.ts';

const rows = 4;

/** A model, and the text of its file by what is computed again. */
function programs(name: string, text: string, batch = rows) {
  const source = { file: `${name}.nn`, text };
  const { model, diagnostics } = check(source, {});
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const small = { ...model, train: { ...model.train, batch } };
  return { model: small, programOf: programsOf(source, small, '0.0.0') };
}

/** The bits of losses, weights and slots after some steps of each phase. */
async function trained(kernels: WasmKernels, model: Model, name: string, text: string) {
  const definition = await definitionOf(name, text);
  const trainer = await createTrainer(definition, {
    kernels,
    updates: 10,
    seed: 5,
    ...startOf({ definition, model }),
  });
  const figures: number[] = [];
  let held = 0;
  for (const at of phasesOf(definition).keys()) {
    if (at > 0) await trainer.enterPhase(at);
    trainer.setUpdates(10);
    for (let step = 0; step < 3; step++) {
      const batch = [...randomBatch(model, rows, step)].map(([port, { data }]) => [port, data]);
      figures.push(await (await trainer.trainStep(Object.fromEntries(batch))).loss);
    }
    await trainer.finishGroup();
    held = Math.max(held, kernels.counters().bytes);
  }
  const { weights, slots } = await trainer.snapshot();
  trainer.dispose();
  return { figures, weights: bitsOf(weights), slots: bitsOf(slots), held };
}

const bitsOf = (tensors: ReadonlyMap<string, HostTensor>) =>
  Object.fromEntries(
    [...tensors].map(([path, { data }]) => [path, [...new Int32Array(Float32Array.from(data).buffer)]]),
  );

/** A layer whose values are made of a state as it was, which the step replaces. */
const drifting = `def layer drifting(rate) {
  state shift: [in] = zeros
  it = tanh(gelu(it + shift) * it)
  shift <- (1 - rate) * shift + rate * batch_mean(it)
}
input x: f32[6]; target y: f32[2]
layer dense 6
`;

const states: readonly SmallSpec[] = [
  ['a state that is read and replaced', 'layer drifting 0.3; layer dense 6 gelu; layer drifting 0.2'],
  ['states in rounds', 'repeat 3 { layer drifting 0.3; layer dense 6 gelu; layer dropout 0.3 }'],
  [
    'a state that several uses replace',
    'layer drifting 0.3 as d; layer dense 6 gelu; reuse d from it; layer dense 6 gelu',
  ],
].map(([name = '', lines = '']) => ({ name, text: `${drifting}${lines}\nlayer dense 2; loss mse; optim adam\n` }));

const seeds = amount(2, 12, 200);

describe('what is computed again', () => {
  let kernels: WasmKernels;
  beforeAll(async () => {
    kernels = await openWasm();
  });
  afterAll(() => kernels.dispose());

  test.each([
    ...sampled(smallSpecs, 16, 1),
    ...sampled(contractSpecs(), 2),
    ...states,
    ...Array.from({ length: seeds }, (_, seed) => ({ name: `seed ${seed}`, text: randomSpec(seed) })),
  ])('$name', { timeout: 600_000 }, async ({ name, text }) => {
    const plain = programs(name.replaceAll(/\W+/g, '-'), text);
    const { model, programOf } = plain;
    const file = name.replaceAll(/\W+/g, '-');
    const program = programOf(nothingAgain);
    const first = emit(program);
    const wanted = await trained(kernels, model, file, first);
    const seen = new Set([first]);
    const hasRounds = program.training.some(({ plan }) => plan.nodes.some(isCall));
    for (const again of recomputations(hasRounds)) {
      const changed = programOf(again);
      const written = emit(changed);
      if (seen.has(written)) continue;
      seen.add(written);
      const { held, ...found } = await trained(kernels, model, file, written);
      expect(found, said(again)).toEqual({ figures: wanted.figures, weights: wanted.weights, slots: wanted.slots });
      // Numbers of the host that are equal have one entry of a table: a line of it more or less.
      const tables = 2 * Math.max(...model.phases.map(({ steps }) => steps.length));
      expect(Math.abs(held - heldBytes(trainingMemory(changed))), said(again)).toBeLessThanOrEqual(64 * tables);
    }
  });
});

test.each([
  ['layers', 'layer dense 8 gelu\n'.repeat(8)],
  ['rounds', 'repeat 8 { layer dense 8 gelu; layer dense 8 tanh }\n'],
])('less is held for it: %s', (_, layers) => {
  const text = `input x: f32[8]; target y: f32[8]\n${layers}loss mse; optim sgd\n`;
  const { programOf } = programs('deep', text, 256);
  const arena = (again: Recomputation): number => trainingMemory(programOf(again)).arena;
  const hasRounds = programOf(nothingAgain).training.some(({ plan }) => plan.nodes.some(isCall));
  expect(Math.min(...[...recomputations(hasRounds)].map(arena))).toBeLessThan(0.8 * arena(nothingAgain));
});

const said = ({ rounds, around }: Recomputation): string => `rounds: ${rounds ?? 'kept'}, around: ${around ?? 'kept'}`;
