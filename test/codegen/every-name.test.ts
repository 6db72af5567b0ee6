/**
 * The user's names and those of the file, of TypeScript and of JavaScript's objects never meet: whatever stands at any
 * position, the file type-checks, and trains, evaluates, predicts and is saved with the same numbers as under names that
 * nothing else has.
 */
import { parse as parseRecords } from 'csv-parse/sync';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import { batchesOf } from '../../runtime/data/batches.ts';
import { parseCsv } from '../../runtime/data/csv.ts';
import { loadDataset } from '../../runtime/data/dataset.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { ModelDefinition } from '../../runtime/model.ts';
import { createTrainer } from '../../runtime/train/create-trainer.ts';
import { everything, sampled } from '../amounts.ts';
import { generate } from '../generated.ts';
import type { Generated } from '../generated.ts';
import { hostileNames, plainNames, positions, rowsFor, specWith } from './every-name.ts';
import { mistakes } from './type-check.ts';

type Names = ReadonlyMap<string, string>;

/** In `hostileNames.length` rounds each name stands at each position once. 7 keeps neighbours of the list apart. */
function round(number: number): Names {
  const at = (i: number): string => hostileNames[(number + 7 * i) % hostileNames.length] ?? '';
  return new Map(positions.map((position, i) => [position, at(i)]));
}

/** The names that files and objects use most, each at several positions at once, as far as specs allow it. */
const sameEverywhere = ['k', 'p', 'n', 's', 'g', 'B', 'draw', 'host', '__proto__', 'constructor', 'toString'].flatMap(
  (name) =>
    [
      ['OPTIMIZER', 'FIGURE', 'PREDICTION', 'FIRST', 'WEIGHT'],
      ['LAYER', 'LOSS', 'PENALTY', 'HIT', 'LABELLED', 'HYPER'],
      ['FUNCTION', 'METRIC', 'SLOT', 'BLOCK', 'INITIAL'],
      ['INPUT', 'KEEP', 'WORD'],
      ['TARGET', 'VALUE'],
      ['LABEL', 'DIFFERENCE', 'SCHEDULE'],
    ].map((at) => plainNames(new Map(at.map((position) => [position, name])))),
);

const rounds = hostileNames.map((_, i) => round(i)).filter((_, i) => everything || i % 15 === 0);
const cases: readonly Names[] = [...rounds, ...sampled(sameEverywhere, 5)];

describe('a name at any position', () => {
  let kernels: Kernels;
  let plain: unknown;
  const made: (readonly [Names, Generated])[] = [];
  beforeAll(async () => {
    kernels = await createKernels('wasm');
    plain = await numbersOf(plainNames(), (await generate('plain', specWith(plainNames()))).definition, kernels);
    for (const names of cases) made.push([names, await generate('names', specWith(names))]);
  }, 300_000);
  afterAll(() => kernels.dispose());

  it('keeps the file TypeScript', () => {
    const folder = fileURLToPath(new URL('../../specs/', import.meta.url));
    const files = made.map(([, { text }], i) => [`${folder}names-${i}.nn.ts`, text] as const);
    const wrong = mistakes(new Map(files));
    expect(wrong).toEqual([]);
  }, 300_000);

  it('keeps the numbers', async () => {
    const changed: string[] = [];
    for (const [names, { definition }] of made) {
      const found = await numbersOf(names, definition, kernels).catch(String);
      if (isDeepStrictEqual(found, plain)) continue;
      const hostile = [...names].filter(([, name]) => !name.startsWith('plain_'));
      changed.push(`${hostile.join(' ')} ${typeof found === 'string' ? found : ''}`);
    }
    expect(changed).toEqual([]);
  }, 300_000);
});

/** Everything that a short training gives, without its names, and what is left of it once it was saved. */
async function numbersOf(names: Names, definition: ModelDefinition, kernels: Kernels): Promise<unknown> {
  const table = parseCsv(parseRecords, rowsFor(names), 'rows.csv');
  const data = loadDataset(definition, { kind: 'table', table });
  const ports = { ...definition.inputs, ...definition.targets };
  const batches = [...batchesOf(data.elements, ports, data.parts.training, 4)];
  const trainer = await createTrainer(definition, { kernels, units: data.units, updates: 4 });
  try {
    const losses: number[] = [];
    for (const batch of batches) losses.push(await (await trainer.trainStep(batch)).loss);
    const figures = await trainer.evaluate(batches);
    const [inputs = {}] = batches.map((batch) =>
      Object.fromEntries(Object.entries(batch).filter(([name]) => Object.hasOwn(definition.inputs, name))),
    );
    const predicted = await trainer.predict(inputs);
    const { weights, slots } = await trainer.snapshot();
    const saved = readSafetensors(writeSafetensors(weights), 'weights.safetensors').tensors;
    expect([...saved.keys()]).toEqual([...weights.keys()]);
    const state = [weights, slots, saved].map((tensors) => [...tensors.values()]);
    return {
      losses,
      figures: Object.values(figures),
      predicted: Object.values(predicted),
      state,
      prep: data.facts.prep.map(({ kind }) => kind),
    };
  } finally {
    trainer.dispose();
  }
}
