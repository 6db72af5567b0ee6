/** Nested tables: the paths of their leaves, and tables of the same names. */
import { expect, test } from 'vitest';
import { frozen, ones, param, rounds, state, zeros } from '../../runtime/index.ts';
import { isSpec, mapped, specsOf } from '../../runtime/tables.ts';

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
