/** Training steps of generated code beside tf.layers and the tape, in one run: `npm run bench -- [--quick] [--json FILE]`. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setBackend } from '@tensorflow/tfjs';
import { openKernels } from '../runtime/index.ts';
import { load } from './load.ts';
import { peak } from './limit.ts';
import { layers, tape, tensors } from './rivals.ts';
import { flops, works } from './work.ts';
import type { Work } from './work.ts';

interface Row {
  readonly work: string;
  readonly backend: string;
  readonly ours_ms: number;
  readonly layers_ms: number;
  readonly tape_ms: number;
}

const { values } = parseArgs({ options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const rounds = values.quick ? 3 : 9;

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? NaN;

/** Milliseconds of one step, over some after the first ones. */
async function timed(step: (i: number) => Promise<void>, steps: number): Promise<number> {
  for (let i = 0; i < Math.max(2, steps >> 2); i++) await step(i);
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step(i);
  return (performance.now() - start) / steps;
}

async function measure(work: Work): Promise<Row & { readonly spread: readonly number[] }> {
  const kernels = await openKernels('wasm');
  // Ours leave tfjs's own choice alone; the rivals are to run on the same backend.
  await setBackend('wasm');
  const { createTrainer } = await load(work.name);
  const data = tensors(work);
  const times = { ours: new Array<number>(), layers: new Array<number>(), tape: new Array<number>() };
  // Each round begins with new weights: what is trained to the end has gradients of denormal numbers, which are slow.
  for (let round = 0; round < rounds; round++) {
    const trainer = await createTrainer({ kernels, seed: round });
    const ours = async (i: number) => {
      const { x, label } = work.batches[i % work.batches.length] ?? { x: new Float32Array(), label: new Int32Array() };
      await (
        await trainer.trainStep({ image: x, label })
      ).loss;
    };
    times.ours.push(await timed(ours, work.turns.ours));
    trainer.dispose();
    for (const [name, make] of [
      ['layers', layers],
      ['tape', tape],
    ] as const) {
      const rival = make(work, data);
      times[name].push(await timed((i) => rival.step(i), work.turns.theirs));
      rival.dispose();
    }
  }
  [...data.xs, ...data.ys].forEach((tensor) => tensor.dispose());
  kernels.dispose();
  return {
    work: `${work.inputs}-${work.hidden}-${work.classes} batch ${work.batch}`,
    backend: `wasm (${kernels.kernelSet})`,
    ours_ms: median(times.ours),
    layers_ms: median(times.layers),
    tape_ms: median(times.tape),
    spread: [Math.min(...times.ours), Math.max(...times.ours)],
  };
}

const table: string[][] = [['work', 'backend', 'ours', 'tf.layers', 'tape', 'over layers', 'over tape', 'GFLOP/s']];
const rows: Row[] = [];
for (const work of works(values.quick)) {
  const { spread, ...row } = await measure(work);
  rows.push(row);
  table.push([
    row.work,
    row.backend,
    `${row.ours_ms.toFixed(3)} ms (${spread.map((ms) => ms.toFixed(3)).join(' to ')})`,
    `${row.layers_ms.toFixed(2)} ms`,
    `${row.tape_ms.toFixed(2)} ms`,
    `${(row.layers_ms / row.ours_ms).toFixed(1)}x`,
    `${(row.tape_ms / row.ours_ms).toFixed(1)}x`,
    (flops(work) / row.ours_ms / 1e6).toFixed(1),
  ]);
}
const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length)));
for (const line of table)
  console.log(
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
const relaxed = rows[0]?.backend.includes('relaxed') ?? false;
console.log(`\nMedians of ${rounds} rounds, taken in turns, of steps with their loss read back.`);
console.log(
  `At best this core does ${peak(relaxed).toFixed(1)} GFLOP/s of multiplications and additions in registers.`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
