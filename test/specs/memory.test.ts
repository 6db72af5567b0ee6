/** What the compiler says that training holds of a device, beside what the wasm backend holds after two steps. */
import { everything, sampled } from '../amounts.ts';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../compiler/compile.ts';
import { elements } from '../../compiler/ir/cost.ts';
import { budgeted, heldBytes, trainingMemory } from '../../compiler/targets/recorded/memory.ts';
import { createTrainer } from '../../runtime/index.ts';
import type { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import { phasesOf } from '../../runtime/phases.ts';
import { generate } from '../generated.ts';
import { openWasm } from '../kernels/held.ts';
import { startOf } from './agree.ts';
import { randomBatch } from './random-batch.ts';
import { smallSpecs } from './small-specs.ts';

const root = join(import.meta.dirname, '../..');

/** Those that the device takes minutes for are read, and run where everything is verified. */
const slow = ['04-residual-cnn', '05-bert-lora', '06-lstm-text'];

const files = ['specs', 'bench/specs', 'test/grammar/contract'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.nn') && name !== '12-own-adam.nn')
    .map((name) => ({ name: name.replace('.nn', ''), text: readFileSync(join(root, folder, name), 'utf8') })),
);

const quick = files.filter(({ name }) => everything || !slow.includes(name));
const few = [...sampled(quick, 2), ...sampled(smallSpecs, 10, 2)];

describe('two steps on wasm', () => {
  let kernels: WasmKernels;
  beforeAll(async () => {
    kernels = await openWasm();
  });
  afterAll(() => kernels.dispose());

  test.each(few)('$name', { timeout: 600_000 }, async ({ name, text }) => {
    const { definition, model, program } = await generate(name.replaceAll(/\W+/g, '-'), text);
    const said = trainingMemory(program);
    const { batch: rows } = model.train;
    for (const { node, bytes } of said.alive)
      expect(node.outputs.map(({ type }) => 4 * elements(type.shape, rows))).toContain(bytes);
    expect(said.alive.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(said.arena);
    const batch = Object.fromEntries(
      [...randomBatch(model, model.train.batch, 1)].map(([port, { data }]) => [port, data]),
    );
    const trainer = await createTrainer(definition, { kernels, updates: 10, ...startOf({ definition, model }) });
    let most = 0;
    for (const at of phasesOf(definition).keys()) {
      if (at > 0) await trainer.enterPhase(at);
      // The update of a group that is not full is a program too.
      for (let i = 0; i < 2; i++) await (await trainer.trainStep(batch)).loss;
      await trainer.finishGroup();
      most = Math.max(most, kernels.counters().bytes);
    }
    trainer.dispose();
    // Numbers of the host that are equal have one entry of a table: a line of it more or less.
    const tables = Math.max(...phasesOf(definition).map(({ steps }) => 2 * steps.length));
    expect(Math.abs(heldBytes(said) - most)).toBeLessThanOrEqual(64 * tables);
  });
});

test('a budget is about the phase that holds most of what it counts, be more held in another', async () => {
  // Each step of the second has a batch of its own, which a budget does not count.
  const text = `input x: f32[500]; target y: f32[1]
layer dense 8 relu as a; layer dense 1 as b
train batch=64
phase one epochs=1 { loss mse; optim adam }
phase two epochs=1 {
  step s updates ** { loss mse; optim sgd }
  step t updates ** { loss mse; optim sgd }
}
`;
  const { program } = await generate('budget-of-phases', text);
  expect(trainingMemory(program).phase).toBe('two');
  const counted = trainingMemory(program, budgeted);
  expect(counted.phase).toBe('one');
  const said = (bytes: number) =>
    check({ file: 'budget.nn', text: `${text}budget memory="${bytes}B"\n` }, {}).diagnostics.map(({ code }) => code);
  expect(said(budgeted(counted))).toEqual([]);
  expect(said(budgeted(counted) - 1)).toEqual(['NN3026']);
});
