/** What is joined along axes, and what is found along one. */
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, stridesOf } from '../layout.ts';
import type { Axis, Strides } from '../layout.ts';
import type { Kernel, Machine } from './kernel.ts';
import { nothing } from './kernel.ts';
import { nest } from './nest.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

type Join = (total: number, value: number) => number;

const joins: Readonly<Record<Of<'reduce'>['reduce'], { readonly join: Join; readonly identity: number }>> = {
  sum: { join: (total, value) => total + value, identity: 0 },
  max: { join: Math.max, identity: -Infinity },
  min: { join: Math.min, identity: Infinity },
};

/** In double precision, in the order of the elements. */
export function reduce(m: Machine, { reduce: name, x, axes, out }: Of<'reduce'>): Kernel {
  if (out.shape.includes(0)) return nothing;
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const toOut = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const merged = collapse(axesFrom(x.shape, [x.strides, toOut]));
  const isReduced = ({ strides }: Axis): boolean => strides[1] === 0;
  const last = merged.at(-1);
  const { join, identity } = joins[name];
  const [from, to] = [m.place(x), m.place(out)];
  const reduced = merged.filter(isReduced);
  if (last === undefined || isReduced(last)) {
    const outer = merged.filter((axis) => !isReduced(axis));
    const { size = 1, strides: [step = 0] = [] } = reduced.pop() ?? {};
    return () => {
      const { floats } = from.memory;
      nest(outer, [from.offset, to.offset], ([start = 0, place = 0]) => {
        let total = identity;
        nest(reduced, [start], ([at = 0]) => {
          if (name === 'sum') for (let i = 0, p = at; i < size; i++, p += step) total += floats[p] ?? 0;
          else for (let i = 0, p = at; i < size; i++, p += step) total = join(total, floats[p] ?? 0);
        });
        to.memory.floats[place] = total;
      });
    };
  }
  // The last axis is kept: its columns are joined side by side.
  const outer = merged.filter((axis) => !isReduced(axis) && axis !== last);
  const { size } = last;
  const [step = 0] = last.strides;
  const totals = new Float64Array(size);
  return () => {
    const { floats } = from.memory;
    nest(outer, [from.offset, to.offset], ([start = 0, place = 0]) => {
      totals.fill(identity);
      nest(reduced, [start], ([at = 0]) => {
        if (name === 'sum')
          for (let i = 0, p = at; i < size; i++, p += step) totals[i] = (totals[i] ?? 0) + (floats[p] ?? 0);
        else for (let i = 0, p = at; i < size; i++, p += step) totals[i] = join(totals[i] ?? 0, floats[p] ?? 0);
      });
      to.memory.floats.set(totals, place);
    });
  };
}

/** Lines along an axis, in x and in the result, and what stands before and behind it. */
function linesOf(x: { readonly shape: readonly number[]; readonly strides: Strides }, axis: number, inOut: Strides) {
  const kept = (of: readonly number[]) => of.filter((_, i) => i !== axis);
  return {
    n: x.shape[axis] ?? 1,
    step: x.strides[axis] ?? 0,
    lines: collapse(axesFrom(kept(x.shape), [kept(x.strides), inOut])),
    kept,
  };
}

export function argreduce(m: Machine, { reduce: name, x, axis, out }: Of<'argreduce'>): Kernel {
  if (out.shape.includes(0)) return nothing;
  const { n, step, lines } = linesOf(x, axis, out.strides);
  const [from, to] = [m.place(x), m.place(out)];
  const beats = name === 'max' ? (a: number, b: number) => a > b : (a: number, b: number) => a < b;
  return () => {
    const { floats } = from.memory;
    nest(lines, [from.offset, to.offset], ([start = 0, place = 0]) => {
      let best = floats[start] ?? 0;
      let index = 0;
      for (let i = 1, p = start + step; i < n; i++, p += step) {
        const value = floats[p] ?? 0;
        if (!beats(value, best)) continue;
        best = value;
        index = i;
      }
      to.memory.integers[place] = index;
    });
  };
}

export function cumsum(m: Machine, { x, axis, reverse, out }: Of<'cumsum'>): Kernel {
  if (out.shape.includes(0)) return nothing;
  const { n, step, lines } = linesOf(
    x,
    axis,
    out.strides.filter((_, i) => i !== axis),
  );
  const to = out.strides[axis] ?? 0;
  const [source, target] = [m.place(x), m.place(out)];
  return () => {
    const [from, into] = [source.memory.floats, target.memory.floats];
    nest(lines, [source.offset, target.offset], ([start = 0, place = 0]) => {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const at = reverse ? n - 1 - i : i;
        total += from[start + at * step] ?? 0;
        into[place + at * to] = total;
      }
    });
  };
}

/** Of equal numbers the first comes first, and what is no number last. */
export function argsort(m: Machine, { x, axis, out }: Of<'argsort'>): Kernel {
  if (out.shape.includes(0)) return nothing;
  const { n, step, lines } = linesOf(
    x,
    axis,
    out.strides.filter((_, i) => i !== axis),
  );
  const to = out.strides[axis] ?? 0;
  const [source, target] = [m.place(x), m.place(out)];
  const keys = new Float32Array(n);
  const order = new Int32Array(n);
  const compare = (a: number, b: number): number => {
    const [one, other] = [keys[a] ?? 0, keys[b] ?? 0];
    if (one < other) return -1;
    if (one > other) return 1;
    return Number(Number.isNaN(one)) - Number(Number.isNaN(other)) || a - b;
  };
  return () => {
    nest(lines, [source.offset, target.offset], ([start = 0, place = 0]) => {
      for (let i = 0; i < n; i++) {
        keys[i] = source.memory.floats[start + i * step] ?? 0;
        order[i] = i;
      }
      order.sort(compare);
      for (let i = 0; i < n; i++) target.memory.integers[place + i * to] = order[i] ?? 0;
    });
  };
}
