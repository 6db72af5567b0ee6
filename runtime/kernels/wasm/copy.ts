/** Kernels that only move elements: transpose, slice, pad, flip, concat, broadcast, store, arange. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, repeated, reshaped, sliced, transposed } from '../layout.ts';
import type { Axis, Layout } from '../layout.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { f32x4, i32, i32x4, memoryCopy, memoryFill, v128 } from './assembler/instructions.ts';
import type { Code, I32, Piece, V128 } from './assembler/instructions.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { share, shared, tiles, unitsOf } from './ranges.ts';
import type { Range } from './ranges.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

export const transposeKernel = ({ x, permutation, out }: Of<'transpose'>): Kernel => ({
  parameters: [view(x), view(out)],
  build: (f) => copy(f, transposed(here(x), permutation), here(out)),
});

export const sliceKernel = ({ x, begin, out }: Of<'slice'>): Kernel => ({
  parameters: [view(x), view(out)],
  build: (f) => copy(f, sliced(here(x), begin, out.shape), here(out)),
});

export const padKernel = ({ x, padding, between, value, out }: Of<'pad'>): Kernel => ({
  parameters: [view(x), view(out)],
  build: (f) => fill(f, f.parameters[1]?.get ?? i32.const(0), sizeOf(out.shape), value),
  after: (f) => {
    const before = padding.map(([count]) => count);
    const first = sliced(here(out), before, x.shape);
    const strides = out.strides.map((stride, axis) => stride * (1 + (between[axis] ?? 0)));
    return copy(f, here(x), { ...first, strides });
  },
});

export const flipKernel = ({ x, axes, out }: Of<'flip'>): Kernel => ({
  parameters: [view(x), view(out)],
  build: (f) => {
    const last = x.shape.map((n, axis) => (axes.includes(axis) ? n - 1 : 0));
    const strides = x.strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return copy(f, { ...sliced(here(x), last, x.shape), strides }, here(out));
  },
});

export const broadcastKernel = ({ x, out }: Of<'broadcast'>): Kernel => ({
  parameters: [view(x), view(out)],
  build: (f) => copy(f, repeated(here(x), out.shape), here(out)),
});

/** Under one shape where x has gaps. */
export const storeKernel = ({ x, out }: Of<'store'>): Kernel => ({
  parameters: [view(x), view(out)],
  build: (f) => copy(f, here(x), reshaped(here(out), x.shape) ?? here(out)),
});

export const concatKernel = ({ xs, axis, out }: Of<'concat'>): Kernel => ({
  parameters: [view(out), ...xs.map(view)],
  build: (f) => {
    const [to = i32.const(0), ...froms] = f.parameters.map((p) => p.get);
    const code: Piece[] = [];
    let before = 0;
    xs.forEach((x, i) => {
      const begin = x.shape.map((_, j) => (j === axis ? before : 0));
      code.push(copy(f, here(x), sliced(here(out), begin, x.shape), froms[i], to));
      before += x.shape[axis] ?? 0;
    });
    return code;
  },
});

export const arangeKernel = ({ out }: Of<'arange'>): Kernel => ({
  parameters: [view(out)],
  build: (f) => {
    const to = f.parameters[0]?.get ?? i32.const(0);
    const size = sizeOf(out.shape);
    const from = (first: I32) => f32x4.fromIntegers(i32x4.add(i32x4.splat(first), v128.integers(0, 1, 2, 3)));
    const four = f.local('v128');
    return share(f, unitsOf(size, 4), (begin, end) =>
      tiles(f, size, vector, { from: begin, to: end }, (i, lanes) => [
        ...four.set(from(i32.shl(i, i32.const(2)))),
        ...storeLanes(i32.add(to, i32.shl(i, i32.const(4))), four.get, lanes),
      ]),
    );
  },
});

/** From the address that a kernel is given. */
const here = ({ shape, strides }: View): Layout => ({ shape, offset: 0, strides });

/** Neighbours are cut by four lanes, or by lines of the cache. */
const vector = { height: 4, unit: 4 };
const line = 16;

/** Elements from one place to another under the same shape. */
function copy(
  f: FunctionBuilder,
  x: Layout,
  out: Layout,
  from = f.parameters[0]?.get,
  to = f.parameters[1]?.get,
): Code {
  if (x.shape.includes(0) || from === undefined || to === undefined) return [];
  const axes = collapse(axesFrom(x.shape, [x.strides, out.strides]));
  const inner = axes.at(-1) ?? { size: 1, strides: [1, 1] };
  const start = [i32.add(from, i32.const(4 * x.offset)), i32.add(to, i32.const(4 * out.offset))];
  return shared(f, axes.slice(0, -1), unitsOf(inner.size, line), start, ([source = from, target = to], range) =>
    run(f, inner, range, source, target),
  );
}

/** One axis, or a range of its lines. */
function run(f: FunctionBuilder, { size, strides }: Axis, range: Range, source: I32, target: I32): Code {
  const [fromStride = 1, toStride = 1] = strides;
  if (toStride === 1 && fromStride === 1) return copyRange(f, size, range, source, target);
  if (toStride === 1 && fromStride === 0) {
    const value = f.reuse('v128');
    const code = [...value.set(v128.loadSplat(source)), ...splat(f, target, size, range, value.get)];
    f.release(value);
    return code;
  }
  return tiles(f, size, { height: 1, unit: line }, range, (i) =>
    i32.store(
      i32.add(target, i32.mul(i, i32.const(4 * toStride))),
      i32.load(i32.add(source, i32.mul(i, i32.const(4 * fromStride)))),
    ),
  );
}

/** So many neighbours of one value. */
function fill(f: FunctionBuilder, target: I32, size: number, value: number): Code {
  return share(f, unitsOf(size, line), (from, to) =>
    Object.is(value, 0)
      ? stretchOf(f, size, { from, to }, (before, bytes) => memoryFill(i32.add(target, before), i32.const(0), bytes))
      : splat(f, target, size, { from, to }, f.floats(value)),
  );
}

function splat(f: FunctionBuilder, target: I32, size: number, range: Range, value: V128): Code {
  return tiles(f, size, { height: 4, unit: line }, range, (i, lanes) =>
    storeLanes(i32.add(target, i32.shl(i, i32.const(4))), value, lanes),
  );
}

/** Of so many elements, a range of lines as so many bytes behind the first one. */
function stretchOf(
  f: FunctionBuilder,
  size: number,
  { from, to }: { readonly from: I32; readonly to: I32 },
  body: (before: I32, bytes: I32) => Code,
): Code {
  const [before, end] = [f.reuse('i32'), f.reuse('i32')];
  const code = [
    ...before.set(i32.mul(from, i32.const(4 * line))),
    ...end.set(i32.mul(to, i32.const(4 * line))),
    ...end.set(i32.minU(end.get, i32.const(4 * size))),
    ...body(before.get, i32.sub(end.get, before.get)),
  ];
  [before, end].forEach((local) => f.release(local));
  return code;
}

/** Of so many neighbours all, or a range of lines. */
function copyRange(f: FunctionBuilder, size: number, range: Range, source: I32, target: I32): Code {
  if ('all' in range) return copyRow(f, size, source, target);
  if (size > most) {
    return stretchOf(f, size, range, (before, bytes) =>
      memoryCopy(i32.add(target, before), i32.add(source, before), bytes),
    );
  }
  const value = f.reuse('v128');
  const code = tiles(f, size, { height: 4, unit: line }, range, (i, lanes) => {
    const offset = i32.shl(i, i32.const(4));
    return [
      ...value.set(loadLanes(i32.add(source, offset), lanes)),
      ...storeLanes(i32.add(target, offset), value.get, lanes),
    ];
  });
  f.release(value);
  return code;
}

/** Of so many neighbours, this worker's share. */
export const copyShare = (f: FunctionBuilder, size: number, source: I32, target: I32): Code =>
  share(f, unitsOf(size, line), (from, to) => copyRange(f, size, { from, to }, source, target));

/** Neighbours that are copied by a loop. */
const most = 256;

/** So many neighbours. */
export function copyRow(f: FunctionBuilder, size: number, source: I32, target: I32): Code {
  if (size > most) return memoryCopy(target, source, i32.const(4 * size));
  const full = Math.floor(size / 4);
  const rest = size % 4;
  const value = f.reuse('v128');
  const code = [
    ...f.times(full, (i) => {
      const offset = i32.shl(i, i32.const(4));
      return v128.store(i32.add(target, offset), v128.load(i32.add(source, offset)));
    }),
    ...(rest === 0
      ? []
      : [...value.set(loadLanes(source, rest, 16 * full)), ...storeLanes(target, value.get, rest, 16 * full)]),
  ];
  f.release(value);
  return code;
}
