/** What a turn of a recurrence runs on wasm: its products, and what cannot be one map. Gates cost nothing. */
import { expect, test } from 'vitest';
import type { Instruction } from '../../runtime/kernels/instruction.ts';
import { dryPrograms } from './dry-programs.ts';
import { generate } from '../generated.ts';

/** By layer, forward and backward. What is stacked as it was carried is a copy, and so is a gate that is stacked. */
const turns: Readonly<Record<string, readonly [string, string]>> = {
  rnn: ['broadcast matmul map', 'map matmul'],
  lstm: ['broadcast broadcast matmul map map', 'map map matmul'],
  gru: ['broadcast matmul slice map', 'map pad pad pad pad map map matmul map'],
};

const turnsIn = (instructions: readonly Instruction[]): string[] =>
  instructions.flatMap((one) => (one.kind === 'scan' ? [one.body.map(({ kind }) => kind).join(' ')] : []));

test.each(Object.entries(turns))('%s', async (layer, wanted) => {
  const text = `input x: f32[5, 8]\ntarget y: f32[1]\nlayer ${layer} 16\nlayer dense 1\nloss mse\noptim sgd\ntrain epochs=1 batch=4\n`;
  const { definition } = await generate(layer, text);
  const step = dryPrograms(definition, 4).get('step');
  expect(turnsIn(step?.instructions ?? [])).toEqual(wanted);
});
