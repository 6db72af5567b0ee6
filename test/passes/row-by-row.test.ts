/** Which nodes make each row of their results of the same row alone. */
import { expect, test } from 'vitest';
import type { Attrs, Node, Shape, Value } from '../../compiler/ir/types.ts';
import { isRowByRow } from '../../compiler/passes/features/row-by-row.ts';

const value = (shape: Shape): Value => ({ type: { dtype: 'f32', shape } });

const node = (op: string, inputs: readonly Shape[], output: Shape, attrs: Attrs): Node => ({
  op,
  inputs: inputs.map(value),
  outputs: [value(output)],
  attrs,
  bodies: [],
  section: 'forward',
  origin: { source: { file: '', text: '' }, span: { start: 0, end: 0 }, line: 1, what: '' },
});

test.each([
  ['cumsum', [['B', 3]], ['B', 3], { axis: 1 }, true],
  ['cumsum', [['B', 3]], ['B', 3], { axis: 0 }, false],
  ['cumsum', [['B', 3]], ['B', 3], { axis: -2 }, false],
  ['flip', [['B', 3]], ['B', 3], { axis: [0] }, false],
  ['sum', [['B', 3]], ['B'], { axis: [1], keepdims: false }, true],
  ['sum', [['B', 3]], [3], { axis: [0], keepdims: false }, false],
  [
    'matmul',
    [
      ['B', 3],
      [3, 'B'],
    ],
    ['B', 'B'],
    {},
    false,
  ],
  ['reshape', [['B', 6]], ['B', 2, 3], { shape: ['B', 2, 3] }, true],
  ['reshape', [['B', 6]], [6, 'B'], { shape: [6, 'B'] }, false],
  ['uniform', [], ['B', 3], { stream: 's' }, false],
  ['arange', [], ['B'], { size: 'B' }, false],
  ['broadcast', [[3]], ['B', 3], { shape: ['B', 3] }, true],
] as const)('%s of %j: %j by %j', (op, inputs, output, attrs, is) => {
  expect(isRowByRow(node(op, inputs, output, attrs))).toBe(is);
});
