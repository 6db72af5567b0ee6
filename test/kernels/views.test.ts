/** Views of views: where their elements lie, which kernels a program does without, and that no number depends on it. */
import { amount } from '../amounts.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Buffer, View, sizeOf } from '../../runtime/kernels/buffer.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { writes } from '../../runtime/kernels/instruction.ts';
import type { Instruction } from '../../runtime/kernels/instruction.ts';
import type { K, Shape, Value } from '../../runtime/kernels/k.ts';
import { isPacked, repeated, reshaped, sliced, stridesOf, transposed } from '../../runtime/kernels/layout.ts';
import type { Layout } from '../../runtime/kernels/layout.ts';
import { recordProgram } from '../../runtime/kernels/program.ts';
import type { Program } from '../../runtime/kernels/program.ts';
import { peakOf } from '../../runtime/kernels/room.ts';
import { add, exp, mul, tanh } from '../../runtime/kernels/scalar/functions.ts';
import { arranged, share } from '../../runtime/kernels/share.ts';
import { inMemory, opened } from './arrangements.ts';
import { at, indices, make } from './plain.ts';
import type { Plain } from './plain.ts';
import { randomViews, viewInputs } from './random-views.ts';
import { traced } from './traced.ts';

const RUNS = amount(40, 150, 1000);

describe('a layout', () => {
  /** The places of all elements, row-major. */
  const places = ({ shape, offset, strides }: Layout): number[] =>
    indices(shape).map((index) => index.reduce((sum, i, axis) => sum + i * (strides[axis] ?? NaN), offset));

  /** A layout, with what it should say: the place of each element as a number. */
  interface Both {
    readonly layout: Layout;
    readonly plain: Plain;
  }

  const whole = (shape: Shape): Both => ({
    layout: { shape, offset: 0, strides: stridesOf(shape) },
    plain: { shape, data: indices(shape).map((_, i) => i) },
  });

  /** The strides that say this, found by looking at the places alone. */
  function told(shape: Shape, data: readonly number[]): boolean {
    const plain = { shape, data };
    const first = data[0] ?? 0;
    const strides = shape.map((n, axis) =>
      n > 1
        ? at(
            plain,
            shape.map((_, i) => (i === axis ? 1 : 0)),
          ) - first
        : 0,
    );
    const said = places({ shape, offset: first, strides });
    return said.every((place, i) => place === data[i]);
  }

  const step = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.infiniteStream(fc.nat({ max: 1000 })));

  function next({ layout, plain }: Both, [way, draws]: readonly [number, Iterator<number>]): Both {
    const draw = (below: number): number => Number(draws.next().value) % Math.max(1, below);
    const { shape } = plain;
    if (way === 0) {
      const size = shape.map((n) => 1 + draw(n));
      const begin = shape.map((n, axis) => draw(n - (size[axis] ?? 0) + 1));
      const elements = make(size, (index) =>
        at(
          plain,
          index.map((i, axis) => i + (begin[axis] ?? 0)),
        ),
      );
      return { layout: sliced(layout, begin, size), plain: elements };
    }
    if (way === 1) {
      const axes = shape.map((_, axis) => axis);
      const order = shape.flatMap(() => axes.splice(draw(axes.length), 1));
      const turned = order.map((axis) => shape[axis] ?? 1);
      const elements = make(turned, (index) =>
        at(
          plain,
          shape.map((_, axis) => index[order.indexOf(axis)] ?? 0),
        ),
      );
      return { layout: transposed(layout, order), plain: elements };
    }
    if (way === 2) {
      const wide = [...(draw(3) === 0 ? [2] : []), ...shape.map((n) => (n === 1 ? 1 + draw(3) : n))];
      return sizeOf(wide) > 500
        ? { layout, plain }
        : { layout: repeated(layout, wide), plain: make(wide, (index) => at(plain, index)) };
    }
    const factors = shape.flatMap((n) => (n % 2 === 0 ? [n / 2, 2] : n % 3 === 0 ? [3, n / 3] : [n]));
    const joined: number[] = [];
    for (const n of factors) {
      if (joined.length > 0 && draw(2) === 0) joined.push((joined.pop() ?? 1) * n);
      else joined.push(n, ...(draw(6) === 0 ? [1] : []));
    }
    const other = reshaped(layout, joined);
    expect(other !== undefined, `${JSON.stringify(layout)} as [${joined.join(', ')}]`).toBe(told(joined, plain.data));
    return other === undefined ? { layout, plain } : { layout: other, plain: { shape: joined, data: plain.data } };
  }

  it('of a layout of a layout … has the elements that it says, and any shape that strides can say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
        fc.array(step, { maxLength: 6 }),
        (shape, steps) => {
          const { layout, plain } = steps.reduce((both, one) => next(both, one), whole(shape));
          expect(layout.shape).toEqual(plain.shape);
          expect(places(layout)).toEqual(plain.data);
          expect(isPacked(layout)).toBe(plain.data.every((place, i) => place === i + (plain.data[0] ?? 0)));
        },
      ),
      { numRuns: 5 * RUNS, seed: 5 },
    );
  });
});

const inputs = {
  x: { shape: [3, 8, 16], dtype: 'float32' },
  w: { shape: [16, 16], dtype: 'float32' },
} as const;

type Build = (k: K, x: Value, w: Value, p: Value) => readonly Value[];

function recorded(build: Build): Program {
  const p = new View(new Buffer(256, 'float32', 'lasting'), [16, 16]);
  return recordProgram('views', inputs, (k, { x, w }) =>
    Object.fromEntries(build(k, x, w, p).map((value, i) => [`r${i}`, value])),
  );
}

/** The kernels of what is left of a program, those of turns in brackets. */
function kernelsLeft(build: Build): string {
  const text = (some: readonly Instruction[]): string =>
    some.map((one) => (one.kind === 'scan' ? `scan [${text(one.body)}]` : one.kind)).join(' ');
  return text(share(recorded(build)).instructions);
}

/** What is left. */
const needless: readonly (readonly [string, string, Build])[] = [
  ['a slice whose rows a map reads', 'map', (k, x) => [k.map(exp, [k.slice(x, [0, 2, 0], [3, 5, 16])])]],
  ['a part of all rows', 'map', (k, x) => [k.map(exp, [k.slice(x, [0, 0, 4], [3, 8, 8])])]],
  ['rows in another order', 'map', (k, x) => [k.map(exp, [k.transpose(x, [1, 0, 2])])]],
  ['rows that are repeated', 'map', (k, _, w) => [k.map(exp, [k.broadcast(w, [2, 16, 16])])]],
  [
    'elements that are repeated along their row',
    'reduce map',
    (k, _, w) => [k.map(exp, [k.broadcast(k.sum(w, { axis: [1], keepdims: true }), [16, 16])])],
  ],
  [
    'a slice of a transposition of a slice, under another shape',
    'map',
    (k, x) => {
      const turned = k.transpose(k.slice(x, [1, 0, 0], [2, 8, 16]), [1, 0, 2]);
      return [k.map(exp, [k.reshape(k.slice(turned, [2, 0, 8], [4, 2, 8]), [2, 2, 2, 8])])];
    },
  ],
  [
    'any rows and columns on the left of a product',
    'matmul matmul',
    (k, x, w) => [
      k.matmul(k.transpose(x, [1, 0, 2]), w),
      k.matmul(k.transpose(k.slice(x, [0, 1, 0], [3, 4, 16]), [0, 2, 1]), k.slice(w, [0, 0], [4, 16])),
    ],
  ],
  [
    'a right side whose rows or columns lie in a row',
    'matmul matmul',
    (k, x, w) => [k.matmul(x, k.slice(w, [0, 3], [16, 5])), k.matmul(x, k.transpose(w, [1, 0]))],
  ],
  ['what is found in a slice', 'argreduce', (k, x) => [k.argmax(k.slice(x, [0, 1, 2], [3, 5, 7]), 1)]],
  [
    'what is summed in the same order',
    'reduce reduce',
    (k, x) => [k.sum(k.slice(x, [1, 0, 0], [2, 8, 16])), k.sum(k.slice(x, [0, 0, 4], [3, 8, 8]), { axis: [1] })],
  ],
  [
    'what is moved once more',
    'pad flip',
    (k, x) => [k.pad(k.slice(x, [0, 1, 0], [3, 2, 16]), [0, 1, 0], [0, 0, 0]), k.flip(k.transpose(x, [2, 0, 1]), [0])],
  ],
  [
    'a parameter, before it is replaced',
    'map map store',
    (k, _x, w, p) => {
      const total = k.map(exp, [k.slice(p, [2, 0], [3, 16])]);
      k.store(p, k.map(tanh, [w]));
      return [total];
    },
  ],
  [
    'a concatenation of what is made for it',
    'map matmul reduce',
    (k, x, w) => [k.sum(k.concat([k.map(exp, [x]), k.matmul(x, w)], 2))],
  ],
  [
    'the parts of one, some of which are read elsewhere',
    'map map map reduce',
    (k, x) => {
      const [a, b] = k.map((v) => [exp(v), tanh(v)], [x]);
      return [k.map(mul, [a, b]), k.sum(k.concat([a, b, k.map(exp, [a])], 1))];
    },
  ],
  [
    'parts that are copied to their places alone',
    'map broadcast broadcast reduce',
    (k, x) => [k.sum(k.concat([x, k.map(exp, [x]), k.transpose(x, [0, 1, 2])], 1))],
  ],
  [
    'the gates of a turn, and their gradients side by side',
    'map scan [matmul map map]',
    (k, x, w) => {
      const sequence = k.reshape(x, [8, 3, 16]);
      const { last } = k.scan(
        { steps: 8, over: [sequence], with: [k.map(tanh, [k.reshape(x, [24, 16])])] },
        (_, [h]) => {
          const z = k.matmul(h, w);
          const parts = [0, 8].map((from) => k.slice(z, [0, from], [24, 8]));
          const made = parts.map((part) => k.map(tanh, [part]));
          return { next: [k.concat(made, 1)], stack: [] };
        },
      );
      return last;
    },
  ],
];

const needed: readonly (readonly [string, string, Build])[] = [
  ['elements of a row that lie apart', 'transpose map', (k, x) => [k.map(exp, [k.transpose(x, [0, 2, 1])])]],
  ['rows of a few elements', 'slice map', (k, x) => [k.map(exp, [k.slice(x, [0, 0, 0], [3, 8, 6])])]],
  ['what would be summed in another order', 'slice reduce', (k, x) => [k.sum(k.slice(x, [0, 0, 0], [3, 4, 16]))]],
  [
    'a right side whose rows and columns lie apart',
    'slice matmul',
    (k, _, w) => [k.matmul(w, k.reshape(k.slice(k.reshape(w, [16, 4, 4]), [0, 0, 1], [16, 4, 1]), [16, 4]))],
  ],
  ['what is read after the run', 'slice', (k, x) => [k.slice(x, [0, 0, 0], [3, 4, 16])]],
  [
    'a shape that no strides say',
    'slice map',
    (k, x) => [k.map(exp, [k.reshape(k.slice(x, [0, 0, 0], [3, 8, 8]), [12, 16])])],
  ],
  [
    'a parameter that is replaced before it is read',
    'slice map store map',
    (k, _x, w, p) => {
      const rows = k.slice(p, [2, 0], [3, 16]);
      k.store(p, k.map(tanh, [w]));
      return [k.map(exp, [rows])];
    },
  ],
  [
    'what is carried on',
    'scan [map slice]',
    (k, x) =>
      k.scan({ steps: 3, over: [x], with: [k.reshape(k.slice(x, [0, 0, 0], [1, 2, 16]), [2, 16])] }, ([at]) => ({
        next: [k.slice(k.map(tanh, [at]), [1, 0], [2, 16])],
        stack: [],
      })).last,
  ],
  [
    'what would keep more than there is room for',
    'map slice map matmul reduce map',
    (k, x, w) => {
      const part = k.slice(k.map(exp, [x]), [0, 0, 0], [1, 1, 16]);
      const large = k.map(tanh, [x]);
      const product = k.matmul(large, w);
      return [k.map(add, [part, k.sum(product)])];
    },
  ],
  [
    'a part that would begin before there is room for all',
    'reduce map matmul reduce map broadcast reduce',
    (k, x, w) => {
      const row = k.sum(w, { axis: [0], keepdims: true });
      const large = k.matmul(k.map(tanh, [x]), w);
      const end = k.map(add, [w, k.sum(large)]);
      return [k.sum(k.concat([row, end], 0))];
    },
  ],
  [
    'a part that stands twice',
    'map concat reduce',
    (k, x) => {
      const part = k.map(exp, [x]);
      return [k.sum(k.concat([part, part], 0))];
    },
  ],
  [
    'a part that is made once for all turns',
    'map scan [map broadcast reduce]',
    (k, x, w) => {
      const part = k.map(exp, [w]);
      return k.scan({ steps: 3, over: [x], with: [] }, ([at]) => ({
        next: [],
        stack: [k.sum(k.concat([k.map(exp, [at]), part], 0))],
      })).stacked;
    },
  ],
];

describe('a program does', () => {
  it.each(needless)('without a copy of %s', (_, left, build) => {
    expect(kernelsLeft(build)).toBe(left);
  });

  it.each(needed)('not without a copy of %s', (_, left, build) => {
    expect(kernelsLeft(build)).toBe(left);
  });
});

/** Whether the last map of a program lies where the first one does. */
const places: readonly (readonly [string, boolean, Build])[] = [
  [
    'the place of what it reads in the same order',
    true,
    (k, x) => [k.sum(k.map(tanh, [k.reshape(k.map(exp, [x]), [3, 128])]))],
  ],
  [
    'no place of what it reads in another order',
    false,
    (k, x) => [k.sum(k.map(tanh, [k.transpose(k.reshape(k.map(exp, [x]), [3, 8, 16]), [1, 0, 2])]))],
  ],
  [
    'no place of what it reads in another order under the same shape',
    false,
    (k, _, w) => [k.sum(k.map(tanh, [k.transpose(k.reshape(k.map(exp, [w]), [4, 4, 16]), [1, 0, 2])]))],
  ],
  [
    'no place of what it reads elsewhere',
    false,
    (k, x) => {
      const a = k.map(exp, [k.reshape(x, [2, 192])]);
      return [k.sum(k.map(add, [k.slice(a, [0, 0], [1, 192]), k.slice(a, [1, 0], [1, 192])]))];
    },
  ],
  [
    'no place of what is read after another part was made',
    false,
    (k, _, w) => {
      const a = k.map(exp, [w]);
      const part = k.matmul(k.slice(w, [0, 0], [8, 16]), w);
      const total = k.sum(k.slice(a, [0, 0], [8, 16]));
      const rest = k.map(tanh, [k.slice(a, [8, 0], [8, 16])]);
      return [k.sum(k.concat([part, rest], 0)), total];
    },
  ],
];

describe('the last map takes', () => {
  it.each(places)('%s', (_, taken, build) => {
    const maps = arranged(recorded(build)).instructions.filter(({ kind }) => kind === 'map');
    const [first, last] = [maps[0], maps.at(-1)].map((map) => map && writes(map)[0]?.buffer);
    expect(first === last).toBe(taken);
  });
});

it('a program is at no moment larger than it would be at its worst with copies', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const program = recordRandom(seed);
      expect(peakOf(share(program))).toBeLessThanOrEqual(peakOf(program));
    }),
    { numRuns: 5 * RUNS, seed: 5 },
  );
});

/** The program alone, over parameters that no device holds. */
function recordRandom(seed: number): Program {
  const parameter = (...shape: number[]): Value => new View(new Buffer(sizeOf(shape), 'float32', 'lasting'), shape);
  const p = { a: parameter(3, 4), b: parameter(4, 3), c: parameter(3, 1) };
  return recordProgram('random', viewInputs, (k, batch) => randomViews(seed, k, p, batch));
}

describe.each(inMemory)('random views on $title', (device) => {
  let devices: Awaited<ReturnType<typeof opened>> = [];
  beforeAll(async () => {
    devices = await opened(device);
  });
  afterAll(() => devices.forEach(([, kernels]) => kernels.dispose()));

  const left = (kernels: Kernels, seed: number, mode: 'eager' | 'recorded'): Promise<readonly unknown[]> =>
    traced(kernels, mode, {
      inputs: viewInputs,
      batch: (of) => ({ x: of('x'), y: of('y') }),
      write: (k, p, batch) => randomViews(seed, k, p, batch),
    });

  it('have the bits of copies in every arrangement', { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const [[, first] = []] = devices;
        if (first === undefined) throw new Error('no kernels');
        const eager = await left(first, seed, 'eager');
        for (const [name, kernels] of devices) expect(await left(kernels, seed, 'recorded'), name).toEqual(eager);
      }),
      { numRuns: RUNS, seed: 5 },
    );
  });
});
