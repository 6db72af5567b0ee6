/** Ops that act on each element alone: the scalar function is their meaning, broadcasting is NumPy's. */
import type { DType, Value } from '../../ir/types.ts';
import { defineOp } from '../define.ts';
import type { Documented, Inferred, Kink, Op, Sample, Tensor } from '../define.ts';
import { broadcastShapes } from './broadcast.ts';
import { arithmetic } from './dtypes.ts';
import type { DTypeRule } from './dtypes.ts';
import { formula } from './formula.ts';
import type { Formula } from './formula.ts';
import { elements, forEachIndex, offset } from './index-space.ts';
import { nth, one, two } from './operands.ts';
import { bit, increasing } from './range.ts';

interface Common extends Documented, Pick<Op, 'truth' | 'cheap' | 'noun' | 'internal' | 'range' | 'whole'> {
  readonly name: string;
  /** The primitive of the runtime, where its name is not the op's. */
  readonly primitive?: string;
  readonly kinks?: readonly Kink[];
  /** The inputs, then the result. */
  readonly specials: readonly (readonly number[])[];
}

interface Unary extends Common {
  readonly of: (x: number) => number;
  /** What it is made of, where it is no primitive. */
  readonly made?: (x: Value, f: Formula) => Value;
  /** dx, from the input x, the result y and its cotangent dy. */
  readonly vjp: ((at: { readonly x: Value; readonly y: Value; readonly dy: Value }, f: Formula) => Value) | 'none';
  /** Where the function is defined and smooth enough to be sampled. */
  readonly sampled?: readonly [number, number];
  /** Where its domain begins, if it never falls: then its range is known by its values at two ends. */
  readonly increasingFrom?: number;
}

interface Binary extends Common {
  readonly of: (a: number, b: number) => number;
  readonly made?: (inputs: readonly [Value, Value], f: Formula) => Value;
  /** da and db, from the inputs, the result y and its cotangent dy. */
  readonly vjp: ((at: BinaryPoint, f: Formula) => readonly [Value | null, Value | null]) | 'none';
  readonly dtype?: DTypeRule;
  readonly sampled?: readonly [readonly [number, number], readonly [number, number]];
}

interface BinaryPoint {
  readonly a: Value;
  readonly b: Value;
  readonly y: Value;
  readonly dy: Value;
}

export function unary({ of, made, vjp, sampled = [-2, 2], increasingFrom, ...rest }: Unary): Op {
  return elementwise({
    ...(made === undefined ? {} : { made: (inputs: readonly Value[], f: Formula) => made(one(inputs), f) }),
    ...(increasingFrom === undefined ? {} : { range: increasing(of, increasingFrom) }),
    ...rest,
    inputs: ['x'],
    of: (xs) => of(nth(xs, 0)),
    vjp:
      vjp === 'none'
        ? 'none'
        : ({ b, inputs, outputs, dys }) => {
            const dy = one(dys);
            return [dy === null ? null : vjp({ x: one(inputs), y: one(outputs), dy }, formula(b))];
          },
    samples: [[3, 4], [], ['B' as const, 3]].map((shape) => ({ inputs: [{ shape, range: sampled }] })),
  });
}

export function binary({
  of,
  made,
  vjp,
  sampled = [
    [-2, 2],
    [-2, 2],
  ],
  ...rest
}: Binary): Op {
  const shapes = [
    { name: 'equal shapes', a: [3, 4], b: [3, 4] },
    { name: 'a row', a: [3, 4], b: [4] },
    { name: 'both repeated', a: [3, 1], b: [2, 1, 4] },
    { name: 'a number', a: [], b: [2, 3] },
    { name: 'a batch', a: ['B' as const, 3], b: [1, 3] },
  ];
  return elementwise({
    ...(made === undefined ? {} : { made: (inputs: readonly Value[], f: Formula) => made(two(inputs), f) }),
    ...rest,
    inputs: ['a', 'b'],
    of: (xs) => of(nth(xs, 0), nth(xs, 1)),
    vjp:
      vjp === 'none'
        ? 'none'
        : ({ b: builder, inputs, outputs, dys }) => {
            const [a, b] = two(inputs);
            const dy = one(dys);
            return dy === null ? [null, null] : vjp({ a, b, y: one(outputs), dy }, formula(builder));
          },
    samples: shapes.map(({ name, a, b }) => ({
      name,
      inputs: [
        { shape: a, range: sampled[0] },
        { shape: b, range: sampled[1] },
      ],
    })),
  });
}

interface Elementwise extends Common {
  readonly inputs: readonly string[];
  readonly of: (xs: readonly number[], dtype: DType) => number;
  readonly made?: (inputs: readonly Value[], f: Formula) => Value;
  readonly dtype?: DTypeRule;
  readonly vjp: Op['vjp'];
  readonly samples: readonly Sample[];
}

export function elementwise(spec: Elementwise): Op {
  const {
    name,
    inputs,
    doc,
    of,
    dtype = arithmetic,
    vjp,
    samples,
    primitive = name,
    made,
    kinks = [],
    specials,
    ...facts
  } = spec;
  return defineOp({
    name,
    inputs,
    attrs: {},
    doc,
    infer: (types): Inferred => {
      const joined = dtype(types);
      if (typeof joined === 'object') return joined;
      const shape = broadcastShapes(types);
      return 'misfit' in shape ? shape : [{ dtype: joined, shape }];
    },
    evaluate: (xs, _, outputs) => [eachElement(xs, (at) => of(at, one(outputs).dtype))],
    vjp,
    lower:
      made === undefined
        ? { as: 'scalar', primitive }
        : { as: 'decompose', to: (b, inputs) => [made(inputs, formula(b))] },
    elementwise: true,
    samples,
    kinks,
    specials: specials.map((row) => ({ inputs: row.slice(0, -1), result: row[row.length - 1] ?? Number.NaN })),
    ...(facts.truth === true ? { range: () => bit } : {}),
    ...facts,
  });
}

/** Along the last axis an operand goes on by one, or stays where it is. */
function eachElement(xs: readonly Tensor[], of: (at: readonly number[]) => number): Tensor {
  const shape = commonShape(xs);
  const isAlike = xs.every(({ data }) => data.length === elements(shape));
  const outer = isAlike ? [] : shape.slice(0, -1);
  const length = elements(isAlike ? shape : shape.slice(-1));
  const data = new Float64Array(elements(shape));
  forEachIndex(outer, (index, row) => {
    const rows = xs.map((x): Row => {
      const last = isAlike ? length : (x.shape.at(-1) ?? 1);
      const start = isAlike ? 0 : offset(x.shape.slice(0, -1), index) * last;
      return { data: x.data.subarray(start, start + last), step: last === 1 ? 0 : 1 };
    });
    alongRow(rows, of, data.subarray(row * length, (row + 1) * length));
  });
  return { shape, data };
}

interface Row {
  readonly data: Float64Array;
  readonly step: number;
}

/** One operand or two are what nearly all ops have. */
function alongRow(rows: readonly Row[], of: (at: readonly number[]) => number, to: Float64Array): void {
  const at: number[] = rows.map(() => NaN);
  const [a, b, ...others] = rows;
  for (let n = 0; n < to.length; n++) {
    if (a !== undefined) at[0] = a.data[n * a.step] ?? NaN;
    if (b !== undefined) at[1] = b.data[n * b.step] ?? NaN;
    for (const [i, { data, step }] of others.entries()) at[2 + i] = data[n * step] ?? NaN;
    to[n] = of(at);
  }
}

function commonShape(xs: readonly Tensor[]): readonly number[] {
  const rank = Math.max(0, ...xs.map((x) => x.shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    xs.reduce((size, x) => (size !== 1 ? size : (x.shape[axis - rank + x.shape.length] ?? 1)), 1),
  );
}
