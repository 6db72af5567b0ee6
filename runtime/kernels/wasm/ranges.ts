/**
 * How the work of a kernel is cut into ranges, one for each worker. Where it may be cut depends on shapes alone, and where
 * it is cut changes no bit: each unit of work writes elements of its own, in an order of its own.
 */
import type { Axis } from '../layout.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { when } from './assembler/function.ts';
import { i32 } from './assembler/instructions.ts';
import type { Code, I32 } from './assembler/instructions.ts';
import { atIndex, nest } from './nest.ts';

/** Neighbouring units of what is cut. */
interface Some {
  readonly from: I32;
  readonly to: I32;
}

/** Some of them, or so many that are all. */
export type Range = Some | { readonly all: number };

/** Runs a body at indices of axes, where there are so many units of work. */
export type Walk = (
  f: FunctionBuilder,
  axes: readonly Axis[],
  units: number,
  addresses: readonly I32[],
  body: (addresses: readonly I32[], range: Range) => Code,
) => Code;

/** Units enough for workers to have about as much to do as each other. */
const enough = 64;

/** The body with this worker's range of so many units: as many as the others', or what is left. Nothing if that is none. */
export function share(f: FunctionBuilder, units: number, body: (from: I32, to: I32) => Code): Code {
  if (units === 0) return [];
  const [from, to] = [f.reuse('i32'), f.reuse('i32')];
  const end = i32.const(units);
  const each = i32.add(i32.divU(i32.const(units - 1), f.workers), i32.const(1));
  const code = [
    ...from.set(i32.const(0)),
    ...to.set(end),
    ...when(i32.gtU(f.workers, i32.const(1)), [
      ...from.set(i32.mul(f.worker, each)),
      ...from.set(i32.minU(from.get, end)),
      ...to.set(i32.add(from.get, each)),
      ...to.set(i32.minU(to.get, end)),
    ]),
    ...when(i32.ltU(from.get, to.get), body(from.get, to.get)),
  ];
  [from, to].forEach((local) => f.release(local));
  return code;
}

/**
 * Runs the body for this worker's share of the indices of the axes, first axis outermost, with the operands' addresses
 * there. What is done at one index is itself `units` that may be cut, and is cut where there are few indices.
 */
export const shared: Walk = (f, axes, units, addresses, body) => {
  let indices = 1;
  let depth = 0;
  while (depth < axes.length && indices < enough) indices *= axes[depth++]?.size ?? 1;
  const isCut = indices < enough && units > 1;
  const pieces = isCut ? units : 1;
  const [outer, inner] = [axes.slice(0, depth), axes.slice(depth)];
  return share(f, indices * pieces, (from, to) =>
    within(f, outer, pieces, { from, to }, addresses, (at, range) =>
      nest(f, inner, at, (here) => body(here, isCut ? range : { all: units })),
    ),
  );
};

/** All of it by whoever calls: in what is cut already. */
export const unshared: Walk = (f, axes, units, addresses, body) =>
  nest(f, axes, addresses, (at) => body(at, { all: units }));

/** The indices of the axes, and the units at each of them, that lie in a range of all these units in a row. */
export function within(
  f: FunctionBuilder,
  axes: readonly Axis[],
  units: number,
  range: Range,
  addresses: readonly I32[],
  body: (addresses: readonly I32[], range: Range) => Code,
): Code {
  if ('all' in range) return unshared(f, axes, units, addresses, body);
  const [outer, ...inner] = axes;
  if (outer === undefined) return body(addresses, range);
  const size = inner.reduce((product, axis) => product * axis.size, units);
  return overParts(f, range, size, (index, part) =>
    atIndex(f, outer, index, addresses, (at) => within(f, inner, units, part, at, body)),
  );
}

/** Of a range of units, so many of which in a row are a part: the parts that it meets, and what it has of each. */
function overParts(f: FunctionBuilder, range: Some, size: number, body: (index: I32, part: Some) => Code): Code {
  if (size === 1) {
    const whole = { from: i32.const(0), to: i32.const(1) };
    return f.between(range.from, range.to, (index) => body(index, whole));
  }
  return partsOf(f, range, size, ({ from, to }) => f.between(from, to, (index) => ofPart(f, range, size, index, body)));
}

/** The parts that a range meets, as a range of parts. */
export function partsOf(f: FunctionBuilder, { from, to }: Some, size: number, body: (met: Some) => Code): Code {
  const [first, end] = [f.reuse('i32'), f.reuse('i32')];
  const code = [
    ...first.set(i32.divU(from, i32.const(size))),
    ...end.set(i32.divU(i32.add(to, i32.const(size - 1)), i32.const(size))),
    ...body({ from: first.get, to: end.get }),
  ];
  [first, end].forEach((local) => f.release(local));
  return code;
}

/** What a range has of one part that it meets. */
export function ofPart(
  f: FunctionBuilder,
  { from, to }: Some,
  size: number,
  index: I32,
  body: (index: I32, part: Some) => Code,
): Code {
  const [begin, low, high] = [f.reuse('i32'), f.reuse('i32'), f.reuse('i32')];
  const code = [
    ...begin.set(i32.mul(index, i32.const(size))),
    ...low.set(i32.select(i32.sub(from, begin.get), i32.const(0), i32.gtU(from, begin.get))),
    ...high.set(i32.sub(to, begin.get)),
    ...high.set(i32.minU(high.get, i32.const(size))),
    ...body(index, { from: low.get, to: high.get }),
  ];
  [begin, low, high].forEach((local) => f.release(local));
  return code;
}

/**
 * So many elements in tiles of so many, the last one perhaps of fewer. They are cut every `unit` elements, of which there
 * are whole tiles.
 */
export function tiles(
  f: FunctionBuilder,
  elements: number,
  { height, unit }: { readonly height: number; readonly unit: number },
  range: Range,
  body: (index: I32, height: number) => Code,
): Code {
  const full = Math.floor(elements / height);
  const rest = elements % height;
  const last = rest === 0 ? [] : body(i32.const(full), rest);
  if ('all' in range) return [...f.times(full, (index) => body(index, height)), ...last];
  const each = i32.const(unit / height);
  const end = f.reuse('i32');
  const code = [
    ...end.set(i32.mul(range.to, each)),
    ...end.set(i32.minU(end.get, i32.const(full))),
    ...f.between(i32.mul(range.from, each), end.get, (index) => body(index, height)),
    ...(rest === 0 ? [] : when(i32.gtU(i32.mul(range.to, each), i32.const(full)), last)),
  ];
  f.release(end);
  return code;
}

/** How many units there are in so many elements. */
export const unitsOf = (elements: number, unit: number): number => Math.ceil(elements / unit);
