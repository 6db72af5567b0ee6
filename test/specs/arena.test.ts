/** What the programs of the specs hold of a device, in bytes: a change that takes more memory is seen here. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { peakOf } from '../../runtime/kernels/room.ts';
import { planArena } from '../../runtime/kernels/memory/arena.ts';
import { dryPrograms } from './dry-programs.ts';
import { generate } from '../generated.ts';

const root = join(import.meta.dirname, '../..');

interface Figures {
  /** Of the arena on wasm, then of all that is alive at once and the batch. */
  readonly step: readonly [number, number];
  readonly evaluate: readonly [number, number];
  readonly predict: readonly [number, number];
}

/** By spec, over a batch of its own size. */
const figures: Readonly<Record<string, Figures>> = {
  'specs/breast-cancer.nn': { step: [4416, 8264], evaluate: [2176, 6144], predict: [2176, 6016] },
  'specs/diabetes.nn': { step: [4416, 5704], evaluate: [2176, 3584], predict: [2176, 3456] },
  'specs/digits-cnn.nn': { step: [1001728, 1018284], evaluate: [327680, 344320], predict: [327680, 344064] },
  'specs/digits.nn': { step: [106112, 122668], evaluate: [35328, 51968], predict: [35328, 51712] },
  'specs/iris.nn': { step: [2560, 2768], evaluate: [1216, 1536], predict: [1216, 1472] },
  'specs/own-parts.nn': { step: [79360, 80744], evaluate: [26688, 28288], predict: [26688, 28224] },
  'specs/two-layer.nn': { step: [73344, 89900], evaluate: [35328, 51968], predict: [35328, 51712] },
  'specs/wine.nn': { step: [2560, 3344], evaluate: [1216, 2112], predict: [1216, 2048] },
  'specs/xor.nn': { step: [384, 144], evaluate: [128, 96], predict: [128, 80] },
  'bench/specs/cnn-28.nn': { step: [1578304, 1678700], evaluate: [865280, 965760], predict: [865280, 965632] },
  'bench/specs/lstm-80.nn': { step: [15187968, 15843456], evaluate: [5357568, 6013056], predict: [5357568, 6012928] },
  'bench/specs/mlp-784-1024-10.nn': {
    step: [4305024, 5108780],
    evaluate: [1058816, 1862656],
    predict: [1058816, 1861632],
  },
  'bench/specs/mlp-784-128-10.nn': { step: [439936, 640812], evaluate: [35328, 236288], predict: [35328, 236032] },
  'bench/specs/mlp-8-16-4.nn': { step: [2688, 3156], evaluate: [1280, 1856], predict: [1280, 1792] },
  'bench/specs/transformer-64.nn': {
    step: [9716288, 10764804],
    evaluate: [3145728, 4194304],
    predict: [3145728, 3670016],
  },
};

const files = ['specs', 'bench/specs'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.nn'))
    .map((name) => `${folder}/${name}`),
);

test('every spec has its figures', () => {
  expect(files.toSorted()).toEqual(Object.keys(figures).toSorted());
});

test.each(files)('%s', async (file) => {
  const name = file.replace(/^.*\/|\.nn$/g, '');
  const { definition } = await generate(name, readFileSync(join(root, file), 'utf8'));
  const programs = [...dryPrograms(definition, definition.train.batch)];
  const found = programs.map(([routine, program]) => [routine, [planArena(program.lives).bytes, peakOf(program)]]);
  expect(Object.fromEntries(found)).toEqual(figures[file]);
  // Everything that is replaced is written in its place.
  expect(programs.flatMap(([, { instructions }]) => instructions).filter(({ kind }) => kind === 'store')).toEqual([]);
});
