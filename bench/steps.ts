/**
 * Training steps of generated code beside tf.layers, the tape and PyTorch, in one run:
 * `npm run bench -- [--backend wasm|cpu] [--quick] [--only WORK]… [--torch PYTHON] [--json FILE]`.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setBackend } from '@tensorflow/tfjs';
import { openKernels } from '../runtime/index.ts';
import { peak } from './limit.ts';
import { load } from './load.ts';
import { pick } from './rivals/rival.ts';
import { openTorch } from './rivals/torch.ts';
import { works } from './work.ts';
import type { Work } from './work.ts';

/** Of the turns the shortest, which others on the machine disturbed least; `null` where there is no such peer. */
interface Row {
  readonly work: string;
  readonly backend: string;
  readonly ours_ms: number;
  readonly layers_ms: number | null;
  /** That of ours, but `cpu` where tfjs's lacks a kernel. */
  readonly layers_backend: string | null;
  readonly tape_ms: number | null;
  readonly torch_ms: number | null;
}

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    torch: { type: 'string', default: 'python3' },
  },
});
const rounds = values.quick ? 3 : 9;
const backend = values.backend === 'cpu' ? 'cpu' : 'wasm';
if (values.backend !== backend) throw new Error(`nothing is measured on ${values.backend}, but on wasm and cpu`);
/** Plain JavaScript takes about twenty times as long as wasm. */
const turn = (steps: number): number => (backend === 'cpu' ? Math.ceil(steps / 20) : steps);

/** Milliseconds of one step, over some after the first ones. */
async function timed(step: (i: number) => Promise<void>, steps: number): Promise<number> {
  for (let i = 0; i < Math.max(2, steps >> 2); i++) await step(i);
  const start = performance.now();
  for (let i = 0; i < steps; i++) await step(i);
  return (performance.now() - start) / steps;
}

const least = (times: readonly number[]): number | null => (times.length === 0 ? null : Math.min(...times));

async function measure(work: Work): Promise<Row & { readonly most: number }> {
  const kernels = await openKernels(backend);
  const theirs = backend === 'cpu' ? 'cpu' : work.tfjs;
  const { createTrainer } = await load(work.name);
  const times: Readonly<Record<'ours' | 'layers' | 'tape' | 'torch', number[]>> = {
    ours: [],
    layers: [],
    tape: [],
    torch: [],
  };
  // Each round begins with new weights: what is trained to the end has gradients of denormal numbers, which are slow.
  for (let round = 0; round < rounds; round++) {
    const trainer = await createTrainer({ kernels, seed: round });
    times.ours.push(
      await timed(
        async (i) => void (await (await trainer.trainStep(pick(work.batches, i))).loss),
        turn(work.turns.ours),
      ),
    );
    trainer.dispose();
    for (const peer of ['layers', 'tape'] as const) {
      const make = work[peer];
      if (make === undefined) continue;
      // Ours leave tfjs's own choice alone.
      await setBackend(theirs);
      const rival = make(work);
      times[peer].push(await timed((i) => rival.step(i), turn(work.turns.theirs)));
      rival.dispose();
    }
    if (torch !== undefined) times.torch.push(await torch.timed(work.name, work.turns.torch));
  }
  kernels.dispose();
  return {
    work: work.title,
    backend: `${backend} (${kernels.kernelSet})`,
    ours_ms: Math.min(...times.ours),
    layers_ms: least(times.layers),
    layers_backend: work.layers === undefined ? null : theirs,
    tape_ms: least(times.tape),
    torch_ms: least(times.torch),
    most: Math.max(...times.ours),
  };
}

const ms = (time: number | null, digits = 2): string => (time === null ? '–' : `${time.toFixed(digits)} ms`);
const over = (time: number | null, other: number | null): string =>
  time === null || other === null ? '–' : `${(time / other).toFixed(time / other < 9.95 ? 2 : 1)}×`;

const head = [
  'work',
  'ours',
  'tf.layers',
  'tape',
  'PyTorch',
  'layers / ours',
  'tape / ours',
  'ours / PyTorch',
  'GFLOP/s',
];
const table: string[][] = [head];
const rows: Row[] = [];
const all = works(values.quick);
const unknown = values.only?.filter((wanted) => !all.some(({ name }) => name === wanted)) ?? [];
if (unknown.length > 0)
  throw new Error(`there is no ${unknown.join(', ')}, but ${all.map(({ name }) => name).join(', ')}`);
const torch = openTorch(values.torch);
const chosen = all.filter(({ name }) => values.only?.includes(name) ?? true);
for (const work of chosen) {
  const { most, ...row } = await measure(work);
  rows.push(row);
  table.push([
    row.work,
    `${ms(row.ours_ms, 3)} (to ${most.toFixed(3)})`,
    `${ms(row.layers_ms)}${row.layers_backend === 'cpu' && backend !== 'cpu' ? ' (cpu)' : ''}`,
    ms(row.tape_ms),
    ms(row.torch_ms, 3),
    over(row.layers_ms, row.ours_ms),
    over(row.tape_ms, row.ours_ms),
    over(row.ours_ms, row.torch_ms),
    (work.flops / row.ours_ms / 1e6).toFixed(1),
  ]);
}
torch?.close();
const widths = head.map((_, column) => Math.max(...table.map((line) => (line[column] ?? '').length)));
for (const line of table)
  console.log(
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
const relaxed = rows[0]?.backend.includes('relaxed') ?? false;
console.log(
  `\nThe shortest of ${rounds} turns each, of steps with their loss read back; ours on ${rows[0]?.backend ?? ''}.`,
);
console.log(
  torch === undefined
    ? `PyTorch is absent: ${values.torch} cannot import it; --torch PYTHON names another.`
    : `PyTorch ${torch.version} on one thread.`,
);
console.log(
  `At best this core does ${peak(relaxed).toFixed(1)} GFLOP/s of multiplications and additions in registers.`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
