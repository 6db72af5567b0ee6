/** Targets that `prep` changed: predictions and metrics come in the data's units, losses and exact steps do not. */
import { expect, test } from 'vitest';
import { createTrainer, exactStep, host, ones, state, zeros } from '../../runtime/index.ts';
import type { HostTensor, ModelDefinition } from '../../runtime/index.ts';
import { valuesByPath } from '../../runtime/tables.ts';
import { inUnits } from '../../runtime/train/units.ts';
import { classifier } from './models.ts';

const base = classifier({ inputs: 2, hidden: 3, classes: 2 });
const f32 = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const tensor = (shape: readonly number[], ...data: number[]): HostTensor => ({ shape, data: Float32Array.from(data) });
const units = { y: { scale: Float64Array.of(10, 100), shift: Float64Array.of(1, 2) } };

test.each<[string, ModelDefinition['targets'], Record<string, HostTensor>, Record<string, HostTensor>]>([
  [
    'the only prediction, each column by its own',
    { y: f32(2) },
    { predict: tensor([2, 2], 0, 0, 1, -1) },
    { predict: tensor([2, 2], 1, 2, 11, -98) },
  ],
  [
    'one of several by its name',
    { y: f32(2) },
    { y: tensor([1, 2], 1, 1), p: tensor([1, 2], 1, 1) },
    { y: tensor([1, 2], 11, 102), p: tensor([1, 2], 1, 1) },
  ],
  ['not one of another shape', { y: f32(2) }, { predict: tensor([2, 1], 1, 1) }, { predict: tensor([2, 1], 1, 1) }],
  [
    'not with two targets to choose from',
    { y: f32(2), z: f32(2) },
    { predict: tensor([1, 2], 1, 1) },
    { predict: tensor([1, 2], 1, 1) },
  ],
])('%s', (_, targets, predictions, expected) => {
  expect(inUnits({ ...base, targets }, units, predictions)).toEqual(expected);
});

/** Its metric is the scale that `evaluate` found at `prep/label/scale`. */
const measuring: ModelDefinition = {
  ...base,
  parameters: { ...base.parameters, 'prep/label/scale': state([], ones), 'prep/label/shift': state([], zeros) },
  evaluate(k, p) {
    const [scale, shift] = ['scale', 'shift'].map((part) => valuesByPath(p).get(`prep/label/${part}`));
    if (scale === undefined || shift === undefined) throw new Error('no units');
    return { scale: k.sum(scale), shift: k.sum(shift) };
  },
  figures: (total) => ({ scale: host.number(total['scale'] ?? NaN), shift: host.number(total['shift'] ?? NaN) }),
};
const batch = { x: [1, 2], label: [0] };

test('evaluation finds them as states, which are no weights', async () => {
  const given = { label: { scale: Float64Array.of(7), shift: Float64Array.of(-3) } };
  const trainer = await createTrainer(measuring, { units: given });
  expect(await trainer.evaluate([batch])).toEqual({ scale: 7, shift: -3 });
  expect([...(await trainer.weights()).keys()]).toEqual(['dense.kernel', 'dense.bias', 'head.kernel', 'head.bias']);
  trainer.restore(await trainer.snapshot());
  expect(await trainer.evaluate([batch])).toEqual({ scale: 7, shift: -3 });
  trainer.dispose();
  const plain = await createTrainer(measuring);
  expect(await plain.evaluate([batch])).toEqual({ scale: 1, shift: 0 });
  plain.dispose();
});

test('an exact step neither asks for them nor writes them', async () => {
  const batches = [
    new Map([
      ['x', tensor([1, 2], 1, 2)],
      ['label', { shape: [1], data: Int32Array.of(0) }],
    ]),
  ];
  const first = await exactStep(measuring, { batches });
  expect([...first.keys()].filter((name) => name.includes('prep'))).toEqual([]);
  const weights = new Map(
    [...first].flatMap(([name, value]) => (name.startsWith('new/') ? [[name.slice(4), value] as const] : [])),
  );
  await exactStep(measuring, { batches, weights });
});
