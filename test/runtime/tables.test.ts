/** Nested tables: the paths of their leaves, and tables of the same names. */
import { expect, test } from 'vitest';
import { constant, frozen, ones, param, remembered, rounds, slot, state, within, zeros } from '../../runtime/index.ts';
import { isSpec, mapped, specsOf, valuesByPath } from '../../runtime/tables.ts';

/** Names that mean something to every object, and to the leaves. */
const parameters = {
  dense: { kernel: param([2, 3], zeros), init: { shape: param([3], zeros) } },
  tower: rounds(3, { w: param([1], ones), mean: state([1], zeros) }),
  some: [{ w: frozen([1], ones) }, { w: param([1], ones) }],
  still: { w: frozen([1], ones) },
  'dense.bias': param([3], zeros),
  ['__proto__']: { constructor: param([1], zeros) },
} as const;

test('leaves lie at their paths, in their order', () => {
  expect([...specsOf(parameters).keys()]).toEqual([
    'dense.kernel',
    'dense.init.shape',
    'tower.0.w',
    'tower.0.mean',
    'tower.1.w',
    'tower.1.mean',
    'tower.2.w',
    'tower.2.mean',
    'some.0.w',
    'some.1.w',
    'still.w',
    'dense.bias',
    '__proto__.constructor',
  ]);
});

test('a table of some of them has their names, and neither holes nor what is empty', () => {
  const trained = mapped(parameters, isSpec, (path, { role }) => (role === 'trained' ? path : undefined));
  expect(trained).toEqual({
    dense: { kernel: 'dense.kernel', init: { shape: 'dense.init.shape' } },
    tower: [{ w: 'tower.0.w' }, { w: 'tower.1.w' }, { w: 'tower.2.w' }],
    some: { 1: { w: 'some.1.w' } },
    'dense.bias': 'dense.bias',
    ['__proto__']: { constructor: '__proto__.constructor' },
  });
  expect(Object.getPrototypeOf(trained)).toBe(Object.prototype);
});

test('values are found whichever copy of the runtime made them, under names that values have', () => {
  const value = { shape: [2], dtype: 'float32' } as const;
  const held = { dense: { kernel: value, dtype: { shape: value } }, shape: [{ dtype: value }] };
  expect([...valuesByPath(held).keys()]).toEqual(['dense.kernel', 'dense.dtype.shape', 'shape.0.dtype']);
});

const trained = {
  dense: { kernel: param([2, 3], zeros), bias: param([3], ones) },
  dense_1: { kernel: param([3, 1], zeros), mean: state([1], zeros) },
  still: { w: frozen([1], ones) },
  head: { kernel: param([1, 2], zeros) },
} as const;

const rules = {
  sgd: { of: ({ path }: { readonly path: string }) => within(path, 'head', 'dense'), slots: {} },
  adam: { of: ({ shape }: { readonly shape: readonly number[] }) => shape.length > 1, slots: { m: zeros, v: ones } },
  rest: { slots: { row: slot((shape) => shape.with(-1, 1), ones), mu: slot(() => [], constant(2)) } },
} as const;

test('slots are those of the first rule that is for a parameter, in its shape or one of their own', () => {
  const specs = remembered({ ...trained, dense_2: { bias: param([4], zeros) } }, rules);
  const shapes = Object.entries(specs).map(([kind, rows]) => [
    kind,
    rows.map((row) => [row.path, Object.entries(row.slots).map(([name, { shape }]) => [name, shape])]),
  ]);
  expect(shapes).toEqual([
    [
      'sgd',
      [
        ['dense.kernel', []],
        ['dense.bias', []],
        ['head.kernel', []],
      ],
    ],
    [
      'adam',
      [
        [
          'dense_1.kernel',
          [
            ['m', [3, 1]],
            ['v', [3, 1]],
          ],
        ],
      ],
    ],
    [
      'rest',
      [
        [
          'dense_2.bias',
          [
            ['row', [1]],
            ['mu', []],
          ],
        ],
      ],
    ],
  ]);
});

test.each([
  ['a', ['a'], true],
  ['a.b', ['a'], true],
  ['ab', ['a'], false],
  ['a', ['a.b'], false],
  ['c.d', ['a', 'c.d'], true],
  ['c.d', [], false],
])('%s is within %j: %s', (path, scopes, is) => expect(within(path, ...scopes)).toBe(is));
