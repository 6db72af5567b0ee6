/** Makes a parameter of tensors of a file: a row, transposed, summed. */
import type { SavedTensor } from '../checkpoint/safetensors.ts';
import type { HostTensor } from '../train/tensor.ts';
import { sizeOf } from '../train/tensor.ts';
import type { Term } from './names.ts';
import { axesOf, sumShape, wholeShape } from './plan.ts';

interface Doubles {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The sum in double precision, rounded once to single. The plan has found that it has a shape. */
export function made(terms: readonly Term[], read: (name: string) => SavedTensor): HostTensor {
  const parts = terms.map((term) => part(term, read(term.name)));
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error('a sum of nothing');
  const { shape, data } = rest.reduce(sum, first);
  return { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

function part(term: Term, { shape, data }: SavedTensor): Doubles {
  const [rows = 1, ...inner] = shape;
  const { row } = term;
  const size = data.length / Math.max(rows, 1);
  const whole =
    row === undefined ? { shape, data } : { shape: inner, data: data.subarray(row * size, (row + 1) * size) };
  const to = wholeShape(term, shape);
  if (to === undefined) throw new Error(`${term.name} has no row ${row}`);
  return partOf(term, term.transposed ? transposed(whole, to) : whole);
}

/** One of so many equal parts of the last axis. */
function partOf({ name, part: chosen }: Term, { shape, data }: Doubles): Doubles {
  if (chosen === undefined) return { shape, data };
  const width = shape.at(-1) ?? 0;
  const own = width / chosen.of;
  if (!Number.isInteger(own)) throw new Error(`${name} has no part ${chosen.number}/${chosen.of}`);
  const first = (chosen.number - 1) * own;
  const to = [...shape.slice(0, -1), own];
  const at = (i: number): number => Math.floor(i / own) * width + first + (i % own);
  return { shape: to, data: Float64Array.from({ length: sizeOf(to) }, (_, i) => data[at(i)] ?? 0) };
}

function transposed({ shape, data }: Doubles, to: readonly number[]): Doubles {
  const axes = axesOf({ transposed: true }, shape.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  return {
    shape: to,
    data: laid(
      data,
      to,
      axes.map((axis) => strides[axis] ?? 0),
    ),
  };
}

function sum(a: Doubles, b: Doubles): Doubles {
  const shape = sumShape(a.shape, b.shape);
  if (shape === undefined) throw new Error('shapes that do not add up');
  const [x, y] = [spread(a, shape), spread(b, shape)];
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => (x[i] ?? 0) + (y[i] ?? 0)) };
}

/** Broadcast to a shape. */
function spread({ shape, data }: Doubles, to: readonly number[]): ArrayLike<number> {
  const missing = to.length - shape.length;
  const strides = to.map((_, axis) => {
    const own = axis - missing;
    return own < 0 || shape[own] === 1 ? 0 : sizeOf(shape.slice(own + 1));
  });
  return laid(data, to, strides);
}

/** The elements in the order of a shape whose axes go through the data in these strides. */
function laid(data: ArrayLike<number>, shape: readonly number[], strides: readonly number[]): Float64Array {
  const result = new Float64Array(sizeOf(shape));
  const at = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [size, stride] = [shape[axis] ?? 1, strides[axis] ?? 0];
      const next = (at[axis] ?? 0) + 1;
      at[axis] = next === size ? 0 : next;
      from += next === size ? -(size - 1) * stride : stride;
      if (next < size) break;
    }
  }
  return result;
}
