/** `cache features`: from rows whose features are kept training and evaluation go on to the same bits as from all of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrainer } from '../../runtime/index.ts';
import type { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import { rowsFor } from '../../runtime/train/features.ts';
import type { HostTensor } from '../../runtime/train/tensor.ts';
import { batchesOf } from '../../runtime/data/batches.ts';
import { generate } from '../generated.ts';
import { openWasm } from '../kernels/held.ts';
import { randomBatch } from './random-batch.ts';
import { heldBytes, trainingMemory } from '../../compiler/targets/recorded/memory.ts';

const inline = (numbers: number): string => `data inline [[${Array.from({ length: numbers }, () => 1).join(', ')}]]`;

const image = 'input image: f32[8, 8, 1]; target label: class[3]';
const numbers = 'input x: f32[6]; target y: f32[2]';
const end = 'loss xent; optim adam; metric accuracy';

/** Lines of a spec, and how many numbers a row has. */
const specs: readonly (readonly [string, readonly string[], number])[] = [
  [
    'a residual net',
    [
      image,
      'block body { layer conv 4 3x3 relu pad=same; layer batchnorm; layer residual 4; layer avgpool global }',
      'layer dropout 0.3; layer dense 3 as head',
      end,
      'freeze body',
    ],
    65,
  ],
  [
    'rounds, of which the last one is trained',
    [
      numbers,
      'repeat 4 as deep { layer dense 6 tanh; layer dropout 0.2; layer layernorm }',
      'layer dense 2; loss mse; optim momentum; metric mae',
      'freeze deep.0; freeze deep.1; freeze deep.2',
    ],
    8,
  ],
  [
    'an input that is read behind the features too',
    [
      'input x: f32[60]; target y: f32[2]',
      'layer dense 60 gelu as body',
      'weight scale: [60] init=ones',
      'it = it * (scale * x)',
      'layer dense 2; loss mse; optim adam; clip norm 1; accumulate 2; ema 0.9',
      'freeze body',
    ],
    62,
  ],
  [
    'an embedding and a recurrence, and two features',
    [
      'input words: i32[5] in 0..8; target y: f32[1]',
      'block body { layer embedding 9 4; layer lstm 3 as last }',
      'layer dense 3 from (embedded(words)) as other',
      'layer dense 1 from (concat([last, other]))',
      'loss mse; optim adam; freeze body',
    ].map((line) => line.replace('(embedded(words))', '(sum(body.embedding.table, axis=0) * last[0:1])')),
    6,
  ],
  [
    'one-dimensional features, and a penalty',
    [
      numbers,
      'layer dense 3 tanh as body; s = sum(it, axis=-1)',
      'weight w: [2] init=constant(0.3)',
      'it = reshape(s, [1]) * w; loss mse; penalty l2 0.1; optim sgd lr=0.1; freeze body',
    ],
    8,
  ],
];

/** Twice all rows, in batches of which the last is smaller; what is left of it. */
async function trained(kernels: WasmKernels, name: string, text: string, isKept: boolean, rows = 10) {
  const { definition, model, program } = await generate(name.replaceAll(/\W+/g, '-'), text);
  const elements = Object.fromEntries(
    [...randomBatch(model, rows, 2)].map(([port, { data }]) => [
      port,
      data instanceof Int32Array ? data : Float32Array.from(data),
    ]),
  );
  const trainer = await createTrainer(definition, { kernels, updates: 10, seed: 3 });
  const ports = { ...definition.inputs, ...definition.targets };
  const data = isKept ? await rowsFor(trainer, elements) : { elements, ports };
  const order = Int32Array.from({ length: rows }, (_, i) => (i * 7) % rows);
  const losses: number[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    for (const batch of batchesOf(data.elements, data.ports, order, 4))
      losses.push(await (await trainer.trainStep(batch)).loss);
  }
  const held = kernels.counters().bytes;
  const figures = await trainer.evaluate(batchesOf(data.elements, data.ports, order, 4));
  const { weights, slots } = await trainer.snapshot();
  trainer.dispose();
  return { found: { losses, figures, weights: inBits(weights), slots: inBits(slots) }, definition, held, program };
}

const inBits = (tensors: ReadonlyMap<string, HostTensor>) =>
  Object.fromEntries(
    [...tensors].map(([path, { data }]) => [path, [...data].map((x) => (Object.is(x, -0) ? '-0' : x))]),
  );

describe('features that are kept', () => {
  let kernels: WasmKernels;
  beforeAll(async () => {
    kernels = await openWasm();
  });
  afterAll(() => kernels.dispose());

  test.each(specs)('%s', { timeout: 60_000 }, async (name, lines, width) => {
    const text = [...lines, inline(width), 'train batch=4'].join('\n');
    const plain = await trained(kernels, name, text, false);
    const inside = await trained(kernels, name, `${text}\ncache features`, false);
    const kept = await trained(kernels, name, `${text}\ncache features`, true);
    expect(inside.found).toEqual(plain.found);
    expect(kept.found).toEqual(plain.found);
    expect(kept.definition.cached?.inputs).toEqual(name.includes('read behind') ? ['x'] : []);
    // A full batch and a smaller one hold their inputs; the arena is that of the greater.
    expect(heldBytes(trainingMemory(kept.program))).toBeLessThanOrEqual(kept.held);
    expect(kept.held).toBeLessThan(2 * heldBytes(trainingMemory(kept.program)));
    // Numbers of the host that are equal have one entry of a table: a line of it more or less.
    const even = await trained(kernels, name, `${text}\ncache features`, true, 8);
    expect(Math.abs(even.held - heldBytes(trainingMemory(even.program)))).toBeLessThanOrEqual(128);
  });
});
