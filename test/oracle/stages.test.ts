/** Runs of several steps and phases against PyTorch. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { ModelDefinition } from '../../runtime/model.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import type { HostTensor } from '../../runtime/train/tensor.ts';
import type { BatchOf, TrainerOptions } from '../../runtime/train/trainer.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { doubles, interpretStep } from './interpret.ts';
import { deviation } from './deviation.ts';

interface Place {
  readonly phase?: string;
  readonly step?: string;
}

interface Case {
  readonly definition: ModelDefinition;
  readonly start: Readonly<Record<string, HostTensor>>;
  readonly end: ReadonlyMap<string, HostTensor>;
  readonly batches: readonly BatchOf<ModelDefinition>[];
  readonly losses: ReadonlyMap<string, HostTensor>;
  /** All that each epoch reports, where it is known. */
  readonly figures: readonly Readonly<Record<string, number>>[];
}

const folder = new URL('stages/', import.meta.url);

async function readCase(name: string): Promise<Case> {
  const { definition } = await generate(name, readFileSync(new URL(`${name}.nn`, folder), 'utf8'));
  const { tensors } = readSafetensors(readFileSync(new URL(`${name}.safetensors`, folder)), name);
  const below = (prefix: string) =>
    [...tensors].flatMap(([path, { shape, data }]) =>
      path.startsWith(prefix)
        ? [
            [
              path.slice(prefix.length),
              { shape, data: data instanceof Int32Array ? data : Float32Array.from(data) },
            ] as const,
          ]
        : [],
    );
  const batches = [0, 1, 2].map((i) =>
    Object.fromEntries(below(`batch-${i}/`).map(([port, { data }]) => [port, data])),
  );
  const [start = [], end, losses] = ['start/', 'end/', 'loss/'].map(below);
  const epochs = definition.train.epochs;
  const figures = Array.from({ length: epochs }, (_, epoch) =>
    Object.fromEntries(below(`figure-${epoch}/`).map(([figure, { data }]) => [figure, data[0] ?? NaN])),
  );
  return { definition, start: Object.fromEntries(start), end: new Map(end), batches, losses: new Map(losses), figures };
}

const known = new Map<string, Case>();
const caseOf = (name: string): Case => {
  const found = known.get(name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
};

beforeAll(async () => {
  for (const name of ['gan', 'tuned', 'adapted', 'pretrained']) known.set(name, await readCase(name));
}, 60_000);

interface Run {
  readonly weights: ReadonlyMap<string, HostTensor>;
  readonly figures: readonly Readonly<Record<string, number>>[];
}

/** All epochs. */
async function run({ definition, start, batches }: Case, options: TrainerOptions): Promise<Run> {
  const trainer = await createTrainer(definition, { weights: start, ...options });
  try {
    const figures: Readonly<Record<string, number>>[] = [];
    await trainer.fit(batches, {
      batchesPerEpoch: batches.length,
      measured: { prefix: 'val_', batches: () => batches },
      onEpoch: (report) => void figures.push(report.figures),
    });
    return { weights: await trainer.weights(), figures };
  } finally {
    trainer.dispose();
  }
}

const rowsOf = { gan: [5, 5, 5], tuned: [4, 4, 2], adapted: [4, 4, 2], pretrained: [4, 4, 2] } as const;

/** The mean over an epoch's rows, of losses that were noted run by run. */
function epochs(losses: readonly number[], rows: readonly number[]): readonly number[] {
  const times = losses.length % rows.length === 0 && losses.length > rows.length && rows === rowsOf.gan ? 2 : 1;
  const all = rows.reduce((sum, each) => sum + each, 0);
  const perEpoch = rows.length * times;
  return Array.from({ length: losses.length / perEpoch }, (_, epoch) =>
    losses
      .slice(epoch * perEpoch, (epoch + 1) * perEpoch)
      .reduce((sum, loss, i) => sum + (loss * (rows[Math.floor(i / times)] ?? 0)) / times / all, 0),
  );
}

describe.each([
  ['cpu', 'recorded'],
  ['wasm', 'recorded'],
  ['wasm', 'eager'],
] as const)('on %s, %s', (backend, mode) => {
  test.each(['gan', 'tuned', 'adapted', 'pretrained'] as const)('%s ends where PyTorch does', async (name) => {
    const given = caseOf(name);
    const { weights, figures } = await run(given, { backend, mode });
    const { worst, name: where } = deviation(weights, given.end);
    expect(worst, where).toBeLessThan(1e-5);
    for (const [step, { data }] of given.losses) {
      const figure = step === 'loss' ? (name === 'gan' ? step : 'loss') : `loss/${step}`;
      const wanted = epochs([...data], rowsOf[name]);
      expect(figures.map((each) => each[figure])).toHaveLength(wanted.length);
      wanted.forEach((loss, epoch) => expect(figures[epoch]?.[figure]).toBeCloseTo(loss, 5));
    }
  });

  test('each phase reports what it says itself, or what was said before it', async () => {
    const given = caseOf('pretrained');
    const { figures } = await run(given, { backend, mode });
    const names = (all: typeof figures) => all.map((each) => Object.keys(each).toSorted());
    expect(names(figures)).toEqual(names(given.figures));
    for (const [epoch, wanted] of given.figures.entries())
      for (const [figure, value] of Object.entries(wanted))
        expect(figures[epoch]?.[figure], figure).toBeCloseTo(value, 5);
  });
});

describe('one exact step', () => {
  const generated = (name: string) => generate(name, readFileSync(new URL(`${name}.nn`, folder), 'utf8'));
  const noise = new Map([['z', { shape: [5, 4], data: Float32Array.from({ length: 20 }, (_, i) => Math.sin(i)) }]]);

  test.each([
    ['gan', { step: 'd' }],
    ['gan', { step: 'g' }],
    ['tuned', { phase: 'head_only' }],
    ['tuned', { phase: 'all' }],
    ['tuned', {}],
    ['adapted', { phase: 'thin' }],
    ['adapted', { phase: 'all' }],
    ['pretrained', { phase: 'pretrain' }],
    ['pretrained', { phase: 'apart', step: 'a' }],
    ['pretrained', { phase: 'apart', step: 'b' }],
    ['pretrained', { phase: 'together' }],
  ] as const)('of %s, %o, is what the interpreter makes of the spec', async (name, place: Place) => {
    const { definition, model } = await generated(name);
    const { start, batches } = caseOf(name);
    const ports = { ...definition.inputs, ...definition.targets };
    const batch = new Map(
      Object.entries(ports).map(([port, { shape }]) => {
        const data = batches[0]?.[port];
        if (!(data instanceof Float32Array || data instanceof Int32Array)) throw new Error(`no ${port}`);
        return [port, { shape: [rowsOf[name][0], ...shape], data }] as const;
      }),
    );
    const given = new Map<string, HostTensor>([...batch, ...(name === 'gan' ? noise : [])]);
    const weights = new Map(Object.entries(start));
    const found = await exactStep(definition, { ...place, weights, batches: [given], updates: 6, backend: 'wasm' });
    const phase = model.phases.find((each) => each.name === place.phase) ?? model.phases[0];
    const step = phase?.steps.find((each) => each.name === place.step);
    const inputs = { step, batches: [doubles(given)], weights: doubles(weights), updates: 6 };
    const wanted = interpretStep(model, inputs);
    expect([...found.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
    const { worst, name: where } = deviation(found, wanted);
    expect(worst, where).toBeLessThan(1e-4);
  });

  test('says which steps and phases there are', async () => {
    const { definition } = await generated('gan');
    const batches = [new Map()];
    await expect(exactStep(definition, { batches })).rejects.toMatchObject({
      code: 'NN5017',
      help: 'say --step: d, g',
    });
    const other = exactStep(definition, { batches, step: 'e' });
    await expect(other).rejects.toMatchObject({ code: 'NN5017', help: 'there are d, g' });
    const phase = exactStep(definition, { batches, step: 'd', phase: 'first' });
    await expect(phase).rejects.toMatchObject({ code: 'NN5017', message: 'the spec has no phase `first`' });
  });
});

test('`loss` to monitor is that of all steps together', async () => {
  const { definition, start, batches } = caseOf('gan');
  const trainer = await createTrainer(definition, { weights: start, backend: 'wasm' });
  const [sums, gains]: [number[], boolean[]] = [[], []];
  const { epoch } = await trainer.fit(batches, {
    epochs: 12,
    monitor: 'loss',
    patience: 12,
    onEpoch({ figures, best }) {
      sums.push(Object.values(figures).reduce((sum, loss) => sum + loss, 0));
      gains.push(best);
    },
  });
  trainer.dispose();
  expect(gains).toEqual(sums.map((sum, i) => sums.slice(0, i).every((before) => sum < before)));
  expect(new Set(gains).size).toBe(2);
  expect(epoch).toBe(gains.lastIndexOf(true) + 1);
});

test('predictions from noise alone are as many as are asked for, each its own', async () => {
  const { definition } = caseOf('gan');
  const trainer = await createTrainer(definition, { backend: 'wasm' });
  const { predict } = await trainer.predict({}, { rows: 7 });
  expect(predict?.shape).toEqual([7, 6]);
  const rows = Array.from({ length: 7 }, (_, row) => (predict?.data ?? []).slice(row * 6, row * 6 + 6).join());
  expect(new Set(rows).size).toBe(7);
  await expect(trainer.predict({})).rejects.toMatchObject({ code: 'NN5001' });
  trainer.dispose();
});
