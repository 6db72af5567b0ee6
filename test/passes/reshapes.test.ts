/** Slices and concatenations of reshapes: the same elements wherever the rules fire, and where they should. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Dim, Graph, Shape, Value } from '../../compiler/ir/types.ts';
import { verify } from '../../compiler/ir/verify.ts';
import { indexed, rules, simplify } from '../../compiler/passes/simplify.ts';
import { run } from './agreement.ts';
import { Sketch } from './models.ts';

const BATCH = 3;
const own = rules.filter(({ theorem }) => /^(slice|concat)\(reshape/.test(theorem));

const elements = (shape: Shape): number => shape.reduce<number>((n, size) => n * (size === 'B' ? BATCH : size), 1);

function graphOf(shapes: readonly Shape[], build: (s: Sketch, xs: readonly Value[]) => Value): Graph {
  const s = new Sketch();
  const xs = shapes.map((shape, i) => s.input('input', `x${i}`, shape));
  return s.graph([{ role: 'value', name: 'result', value: build(s, xs) }]);
}

/** The ops that are left, after the values were found to be the same. */
function left(shapes: readonly Shape[], build: (s: Sketch, xs: readonly Value[]) => Value): readonly string[] {
  const before = graphOf(shapes, build);
  const after = simplify(before, indexed(own));
  verify(after, 'simplify');
  const inputs = new Map(
    shapes.map((shape, i) => {
      const data = Float64Array.from({ length: elements(shape) }, (_, at) => 1000 * i + at);
      return [`input:x${i}`, { shape: shape.map((size) => (size === 'B' ? BATCH : size)), data }];
    }),
  );
  expect(run(after, inputs, BATCH)).toEqual(run(before, inputs, BATCH));
  return after.nodes.map(({ op }) => op);
}

const reshaped = (s: Sketch, x: Value, shape: Shape): Value => s.op('reshape', [x], { shape });

const boxes: readonly (readonly [Shape, Shape, readonly number[], Shape, boolean])[] = [
  [['B', 8], ['B', 4, 2], [0, 1, 0], ['B', 1, 2], true],
  [['B', 8], ['B', 4, 2], [0, 1, 0], ['B', 2, 2], true],
  [['B', 8], ['B', 4, 2], [0, 1, 1], ['B', 1, 1], true],
  [['B', 8], ['B', 4, 2], [0, 1, 0], ['B', 2, 1], false],
  [[5, 'B', 8], [5, 'B', 2, 2, 2], [1, 0, 1, 1, 0], [2, 'B', 1, 1, 2], true],
  [[5, 'B', 8], [5, 'B', 2, 2, 2], [1, 0, 0, 1, 0], [2, 'B', 2, 1, 2], false],
  [['B', 4, 6], ['B', 24], [0, 6], ['B', 12], false],
  [['B', 1, 6], ['B', 6, 1], [0, 2, 0], ['B', 3, 1], true],
  [['B', 4, 6], ['B', 2, 12, 1], [0, 0, 3, 0], ['B', 2, 4, 1], false],
  [[4, 'B'], [2, 2, 'B'], [1, 0, 0], [1, 2, 'B'], true],
];

it.each(boxes)('of %j as %j, the box at %j of %j is one before it: %s', (from, to, begin, size, is) => {
  const ops = left([from], (s, xs) =>
    s.op(
      'slice',
      xs.map((x) => reshaped(s, x, to)),
      { begin, size },
    ),
  );
  expect(ops).toEqual(is ? ['slice', 'reshape'] : ['reshape', 'slice']);
});

const joins: readonly (readonly [readonly Shape[], readonly Shape[], number, boolean])[] = [
  [
    [
      ['B', 4],
      ['B', 4],
    ],
    [
      ['B', 1, 4],
      ['B', 1, 4],
    ],
    1,
    true,
  ],
  [
    [
      ['B', 4],
      ['B', 6],
    ],
    [
      ['B', 2, 2],
      ['B', 3, 2],
    ],
    -2,
    true,
  ],
  [
    [
      ['B', 4],
      ['B', 6],
    ],
    [
      ['B', 4, 1],
      ['B', 6, 1],
    ],
    1,
    true,
  ],
  [
    [
      ['B', 4],
      ['B', 4],
    ],
    [
      ['B', 2, 2],
      ['B', 2, 2],
    ],
    2,
    false,
  ],
  [
    [
      [2, 'B', 3],
      [4, 'B', 3],
    ],
    [
      [2, 'B', 3, 1],
      [4, 'B', 3, 1],
    ],
    0,
    true,
  ],
  [
    [
      ['B', 2, 3],
      ['B', 3, 2],
    ],
    [
      ['B', 6],
      ['B', 6],
    ],
    1,
    false,
  ],
  [
    [
      ['B', 2, 3],
      ['B', 5, 3],
    ],
    [
      ['B', 6],
      ['B', 15],
    ],
    1,
    true,
  ],
  [
    [[4], [4]],
    [
      [1, 4],
      [1, 4],
    ],
    0,
    true,
  ],
];

it.each(joins)('%j as %j lie beside each other on axis %i: %s', (from, to, axis, is) => {
  const ops = left(from, (s, xs) =>
    s.op(
      'concat',
      xs.map((x, i) => reshaped(s, x, to[i] ?? [])),
      { axis },
    ),
  );
  expect(ops).toEqual(is ? ['concat', 'reshape'] : ['reshape', 'reshape', 'concat']);
});

it('any box of any reshape has the same elements', () => {
  let fired = 0;
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.infiniteStream(fc.nat(1000)),
      (sizes, isBatch, draws) => {
        const draw = (below: number): number => Number(draws.next().value) % Math.max(1, below);
        const factors = sizes.flatMap((n) => (n % 2 === 0 ? [2, n / 2] : [n]));
        const group = (parts: readonly Dim[]): Dim[] => {
          const result: Dim[] = [];
          for (const part of parts) {
            const last = result.at(-1);
            if (typeof last === 'number' && typeof part === 'number' && draw(2) === 0)
              result[result.length - 1] = last * part;
            else result.push(part);
          }
          return result;
        };
        const all: readonly Dim[] = isBatch ? ['B', ...factors] : factors;
        const [from, to] = [group(all), group(all)];
        const size = to.map((n) => (n === 'B' || draw(2) === 0 ? n : 1 + draw(n)));
        const begin = to.map((n, i) => (n === 'B' ? 0 : draw(n - Number(size[i]) + 1)));
        const ops = left([from], (s, xs) =>
          s.op(
            'slice',
            xs.map((x) => reshaped(s, x, to)),
            { begin, size },
          ),
        );
        if (ops[0] === 'slice') fired++;
      },
    ),
    { numRuns: 300, seed: 5 },
  );
  expect(fired).toBeGreaterThan(100);
});
