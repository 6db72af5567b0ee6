/** Attributes of ops: the user's speak of example axes, the graph's of all axes, where the batch is axis 0. */
import { exampleShape } from '../../language/datum.ts';
import type { Tensor } from '../../language/datum.ts';
import type { Attr, Attrs } from '../../ir/types.ts';
import type { AttrSpec, Op } from '../../ops/define.ts';
import { distinctAxes } from '../../ops/rules/axes.ts';

export type Lifted =
  { readonly attrs: Attrs } | { readonly misfit: 'attr'; readonly attr: string; readonly why: string };

/** Attributes over example axes, as they are in the graph, where the batch is axis 0. */
export function liftAttrs(op: Op, attrs: Attrs, tensors: readonly Tensor[]): Lifted {
  return eachAttr(op, attrs, tensors, (spec, given, rank) => {
    const value = given ?? (spec.default === 'required' || spec.default === 'none' ? undefined : spec.default);
    switch (spec.type) {
      case 'axis':
      case 'axes':
        return mapAxes(spec, value === 'all' ? everyAxis(rank) : value, rank, (axis) => axis + 1);
      case 'permutation':
        return [0, ...asList(value ?? everyAxis(rank).toReversed()).map((axis) => fromFront(axis, rank) + 1)];
      case 'shape':
        return Array.isArray(value) ? ['B' as const, ...value] : value;
      case 'numbers':
        return Array.isArray(value) ? [...(spec.batch ?? []), ...value] : value;
      case 'number':
      case 'size':
      case 'boolean':
      case 'string':
        return given;
    }
  });
}

/** Attributes of an op over values that all examples share: the axes are those of the graph. */
export function sharedAttrs(op: Op, attrs: Attrs, tensors: readonly Tensor[]): Lifted {
  return eachAttr(op, attrs, tensors, (spec, given, rank) => {
    switch (spec.type) {
      case 'axis':
        return mapAxes(spec, given ?? spec.default, rank, (axis) => axis);
      case 'axes':
        return given === undefined || given === 'all' ? given : mapAxes(spec, given, rank, (axis) => axis);
      case 'permutation':
        return given === undefined ? given : asList(given).map((axis) => fromFront(axis, rank));
      case 'shape':
      case 'numbers':
      case 'number':
      case 'size':
      case 'boolean':
      case 'string':
        return given;
    }
  });
}

/** Why axes are not those of the value. */
class NoAxes {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** Every attribute that the op declares, as `lift` has it; `rank` is that of the value in which its axes are counted. */
function eachAttr(
  op: Op,
  attrs: Attrs,
  tensors: readonly Tensor[],
  lift: (spec: AttrSpec, given: Attr, rank: number) => Attr | NoAxes,
): Lifted {
  const most = Math.max(0, ...tensors.map((tensor) => exampleShape(tensor).length));
  const lifted: Record<string, Attr> = {};
  for (const [attr, spec] of Object.entries(op.attrs)) {
    const value = lift(spec, attrs[attr], spec.newAxis === true ? most + 1 : most);
    if (value instanceof NoAxes) return { misfit: 'attr', attr, why: value.why };
    if (value !== undefined) lifted[attr] = value;
  }
  return { attrs: lifted };
}

/** One axis or a list of them, each counted from the front and then moved. */
function mapAxes({ type }: AttrSpec, axes: Attr, rank: number, move: (axis: number) => number): Attr | NoAxes {
  const found = distinctAxes(asList(axes), rank);
  if (typeof found === 'string') return new NoAxes(found);
  const moved = found.map(move);
  return type === 'axis' ? moved[0] : moved;
}

const everyAxis = (rank: number): readonly number[] => [...Array(rank).keys()];

const asList = (attr: Attr): readonly Attr[] => (Array.isArray(attr) ? attr : [attr]);

/** An axis counted from the front, whichever end it was counted from. */
function fromFront(axis: Attr, rank: number): number {
  if (typeof axis !== 'number') return Number.NaN;
  return axis < 0 ? axis + rank : axis;
}
