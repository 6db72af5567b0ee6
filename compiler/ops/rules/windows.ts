/** Windows that go over the spatial axes of a value [n, ...spatial, channels]: one to three of them. */
import type { Builder } from '../../ir/builder.ts';
import type { Attrs, Dim, Shape, Type, Value } from '../../ir/types.ts';
import type { Argument } from './call.ts';
import type { AttrSpec, Misfit, Tensor } from '../define.ts';
import { numberAttr, numbersAttr } from './attributes.ts';
import { number, numbers } from './call.ts';
import { sameShape } from './broadcast.ts';
import { read } from './index-space.ts';
import { nth, two } from './operands.ts';

/** How windows lie: from one to the next, from one element of a window to the next. */
export interface Windows {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

const perAxis: AttrSpec = { type: 'numbers', default: 'required' };
export const poolAttrs = { size: perAxis, stride: perAxis, dilation: { type: 'numbers', default: 'none' } } as const;
export const correlationAttrs = {
  stride: perAxis,
  dilation: perAxis,
  groups: { type: 'number', default: 1 },
} as const;

export const groupsOf = (attrs: Attrs): number => numberAttr(attrs, 'groups', 1);

/** Windows of a pool, and of a correlation whose kernel has this size. */
export const poolWindows = (attrs: Attrs): Windows => {
  const size = numbersAttr(attrs, 'size');
  const dilation = attrs['dilation'] === undefined ? size.map(() => 1) : numbersAttr(attrs, 'dilation');
  return { size, stride: numbersAttr(attrs, 'stride'), dilation };
};
export const correlationWindows = (size: readonly number[], attrs: Attrs): Windows => ({
  size,
  stride: numbersAttr(attrs, 'stride'),
  dilation: numbersAttr(attrs, 'dilation'),
});

/** From the first element of a window to its last. */
const reach = ({ size, dilation }: Windows, axis: number): number => nth(dilation, axis) * (nth(size, axis) - 1);

/** How many whole windows there are on each spatial axis: ⌊(s − reach − 1)/stride⌋ + 1. */
export function windowsOver(spatial: readonly number[], windows: Windows): readonly number[] {
  return spatial.map((size, axis) =>
    Math.max(0, Math.floor((size - reach(windows, axis) - 1) / nth(windows.stride, axis)) + 1),
  );
}

/** The spatial sizes of [n, ...spatial, channels]; a misfit where there are none, or more than three. */
export function spatialOf({ shape }: Type, input: number): readonly number[] | Misfit {
  const spatial = shape.slice(1, -1);
  const sizes = spatial.filter((size) => size !== 'B');
  if (spatial.length >= 1 && spatial.length <= 3 && sizes.length === spatial.length) return sizes;
  return { misfit: 'input', input, why: 'windows go over one to three axes between the batch and the channels' };
}

/** What is wrong with windows over these axes. */
export function windowsMisfit(spatial: readonly number[], windows: Windows): Misfit | undefined {
  for (const name of ['size', 'stride', 'dilation'] as const) {
    const given = windows[name];
    if (given.length !== spatial.length || given.some((n) => !Number.isInteger(n) || n < 1)) {
      const axes = spatial.length === 1 ? 'the one axis' : `each of the ${spatial.length} axes`;
      return { misfit: 'attr', attr: name, why: `its ${name} is a whole number, at least 1, for ${axes}` };
    }
  }
  const axis = windowsOver(spatial, windows).findIndex((count) => count === 0);
  if (axis < 0) return undefined;
  const long = reach(windows, axis) + 1;
  return {
    misfit: 'attr',
    attr: 'size',
    why: `a window of ${long} does not fit into ${spatial[axis]} without padding`,
  };
}

/** The positions in a window, in row-major order. */
export function tapsOf(size: readonly number[]): readonly (readonly number[])[] {
  return size.reduce<readonly (readonly number[])[]>(
    (taps, count) => taps.flatMap((tap) => Array.from({ length: count }, (_, i) => [...tap, i])),
    [[]],
  );
}

/** Where an element of a window lies on the spatial axes. */
export const placeOf = (window: readonly number[], tap: readonly number[], { stride, dilation }: Windows) =>
  window.map((at, axis) => at * nth(stride, axis) + nth(tap, axis) * nth(dilation, axis));

/** Zeros around and between, so that windows of stride 1 over them meet what each place was read by. */
function spread(b: Builder, dy: Value, windows: Windows, spatial: readonly number[]): Value {
  const around = spatial.flatMap((size, axis) => {
    const far = reach(windows, axis);
    return [far, far + ((size - far - 1) % nth(windows.stride, axis))];
  });
  const between = windows.stride.map((stride) => stride - 1);
  if ([...around, ...between].every((count) => count === 0)) return dy;
  return b.apply('pad_constant', [dy], { padding: [0, 0, ...around, 0, 0], between: [0, ...between, 0] });
}

const spatialSizes = (shape: Shape): readonly number[] => shape.slice(1, -1).filter((size) => size !== 'B');

/** dL/dx of y = correlate(x, kernel): dy, spread out, by the kernel turned over and read from its results to its inputs. */
export function correlationInput(b: Builder, dy: Value, kernel: Value, attrs: Attrs, shape: Shape): Value {
  const size = spatialSizes(['B', ...kernel.type.shape.slice(0, -1)]);
  const windows = correlationWindows(size, attrs);
  const groups = groupsOf(attrs);
  return b.apply('correlate', [spread(b, dy, windows, spatialSizes(shape)), turned(b, kernel, groups)], {
    stride: size.map(() => 1),
    dilation: windows.dilation,
    groups,
  });
}

/** [...size, c/groups, channels] → [...size, channels/groups, c], its spatial axes backwards. */
export function turned(b: Builder, kernel: Value, groups: number): Value {
  const { shape } = kernel.type;
  const size = shape.slice(0, -2);
  const [inner, outer] = [nth(shape, size.length), nth(shape, size.length + 1)];
  if (typeof inner !== 'number' || typeof outer !== 'number') return kernel;
  const axes = size.map((_, axis) => axis);
  const flipped = size.every((count) => count === 1) ? kernel : b.apply('flip', [kernel], { axis: axes });
  if (groups === 1) return b.apply('transpose', [flipped], { permutation: [...axes, size.length + 1, size.length] });
  const parted = b.apply('reshape', [flipped], { shape: [...size, inner, groups, outer / groups] });
  const r = size.length;
  const swapped = b.apply('transpose', [parted], { permutation: [...axes, r + 2, r + 1, r] });
  return b.apply('reshape', [swapped], { shape: [...size, outer / groups, groups * inner] });
}

/** dL/dx of y = pool_sum(x): each place is given what its windows were. */
export function poolInput(b: Builder, dy: Value, attrs: Attrs, shape: Shape): Value {
  const windows = poolWindows(attrs);
  const ones = windows.size.map(() => 1);
  return b.apply('pool_sum', [spread(b, dy, windows, spatialSizes(shape))], { ...attrs, stride: ones });
}

/** The shape rule of a pool: x [n, ...spatial, c] → [n, ...windows, c]. */
export function poolType(x: Type, attrs: Attrs): Type | Misfit {
  const spatial = spatialOf(x, 0);
  if ('misfit' in spatial) return spatial;
  if (x.dtype !== 'f32') return { misfit: 'input', input: 0, why: 'only numbers are pooled' };
  const windows = poolWindows(attrs);
  const { shape } = x;
  return (
    windowsMisfit(spatial, windows) ?? {
      dtype: 'f32',
      shape: [nth(shape, 0), ...windowsOver(spatial, windows), nth<Dim>(shape, shape.length - 1)],
    }
  );
}

/** What is wrong with a gradient [n, ...windows, c] of a pool over x. */
export function pooledMisfit(types: readonly Type[], attrs: Attrs): Misfit | undefined {
  const [x, dy] = two(types);
  const type = poolType(x, attrs);
  if ('misfit' in type) return type;
  if (sameShape(type.shape, dy.shape)) return undefined;
  return { misfit: 'shapes', left: 0, right: 1, why: 'the gradient does not belong to these windows' };
}

/** The index in x of the first of the greatest elements of a window, in row-major order; NaN is greater than all. */
export function firstGreatest(x: Tensor, index: readonly number[], attrs: Attrs): readonly number[] {
  const windows = poolWindows(attrs);
  const [n, window, c] = [nth(index, 0), index.slice(1, -1), nth(index, index.length - 1)];
  const places = tapsOf(windows.size).map((tap) => [n, ...placeOf(window, tap, windows), c]);
  return places.reduce((best, place) => {
    const [most, here] = [read(x, best), read(x, place)];
    return here > most || (Number.isNaN(here) && !Number.isNaN(most)) ? place : best;
  });
}

/** The options of a pool's call. */
export function poolOptions(attrs: Attrs): Readonly<Record<string, Argument | undefined>> {
  const { size, stride, dilation } = poolWindows(attrs);
  return {
    size: numbers(size),
    stride: numbers(stride),
    dilation: dilation.every((n) => n === 1) ? undefined : numbers(dilation),
  };
}

/** The options of a call, as far as they are not the ordinary ones. */
export function correlationOptions(attrs: Attrs): Readonly<Record<string, Argument | undefined>> {
  const perAxis = (name: string): Argument | undefined => {
    const given = numbersAttr(attrs, name);
    return given.every((n) => n === 1) ? undefined : numbers(given);
  };
  const groups = groupsOf(attrs);
  return {
    stride: perAxis('stride'),
    dilation: perAxis('dilation'),
    groups: groups === 1 ? undefined : number(groups),
  };
}
