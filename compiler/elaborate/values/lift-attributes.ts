/** Attributes of ops: the user's speak of example axes, the graph's of all axes, where the batch is axis 0. */
import { exampleShape } from '../../language/datum.ts';
import type { Tensor } from '../../language/datum.ts';
import type { Attr, Attrs } from '../../ir/types.ts';
import type { Op } from '../../ops/define.ts';

export type Lifted =
  { readonly attrs: Attrs } | { readonly misfit: 'attr'; readonly attr: string; readonly why: string };

/** Attributes over example axes, as they are in the graph, where the batch is axis 0. */
export function liftAttrs(op: Op, attrs: Attrs, tensors: readonly Tensor[]): Lifted {
  const rank = Math.max(0, ...tensors.map((tensor) => exampleShape(tensor).length));
  const lifted: Record<string, Attr> = {};
  for (const [name, spec] of Object.entries(op.attrs)) {
    const given = attrs[name];
    const value = given ?? (spec.default === 'required' || spec.default === 'none' ? undefined : spec.default);
    switch (spec.type) {
      case 'axis':
      case 'axes': {
        // A stack makes one axis more than its inputs have.
        const size = op.name === 'stack' ? rank + 1 : rank;
        const axes = value === 'all' ? [...Array(size).keys()] : Array.isArray(value) ? value : [value];
        const found = axes.map((axis) => fromFront(axis, size));
        const wrong = found.findIndex((axis) => !isAxis(axis, size));
        if (wrong >= 0) return noAxis(name, axes[wrong], size);
        const shifted = found.map((axis) => axis + 1);
        lifted[name] = spec.type === 'axis' ? shifted[0] : shifted;
        break;
      }
      case 'shape':
        lifted[name] = Array.isArray(value) ? ['B' as const, ...value] : value;
        break;
      case 'numbers':
        lifted[name] = liftNumbers(name, value, rank);
        break;
      case 'number':
      case 'boolean':
      case 'string':
      case 'graph':
        lifted[name] = given;
        break;
    }
  }
  return { attrs: withoutUndefined(lifted) };
}

function countAxes(rank: number): string {
  return rank === 1 ? '1 axis' : `${rank} axes`;
}

function liftNumbers(name: string, value: Attr, rank: number): Attr {
  const numbers = Array.isArray(value) ? value : undefined;
  switch (name) {
    case 'permutation': {
      const axes = numbers ?? [...Array(rank).keys()].toReversed();
      return [0, ...axes.map((axis) => fromFront(axis, rank) + 1)];
    }
    case 'begin':
      return [0, ...(numbers ?? [])];
    case 'size':
      return ['B' as const, ...(numbers ?? [])];
    case 'padding':
      return [0, 0, ...(numbers ?? [])];
    default:
      return numbers;
  }
}

/** Attributes of an op over values that all examples share: the axes are those of the graph. */
export function sharedAttrs(op: Op, attrs: Attrs, tensors: readonly Tensor[]): Lifted {
  const rank = Math.max(0, ...tensors.map((tensor) => exampleShape(tensor).length));
  const counted: Record<string, Attr> = { ...attrs };
  for (const [name, spec] of Object.entries(op.attrs)) {
    const value = attrs[name] ?? (spec.type === 'axis' ? spec.default : undefined);
    if (name === 'permutation' && Array.isArray(value)) counted[name] = value.map((axis) => fromFront(axis, rank));
    if ((spec.type !== 'axis' && spec.type !== 'axes') || value === undefined || value === 'all') continue;
    const size = op.name === 'stack' ? rank + 1 : rank;
    const axes = Array.isArray(value) ? value : [value];
    const found = axes.map((axis) => fromFront(axis, size));
    const wrong = found.findIndex((axis) => !isAxis(axis, size));
    if (wrong >= 0) return noAxis(name, axes[wrong], size);
    counted[name] = spec.type === 'axis' ? found[0] : found;
  }
  return { attrs: withoutUndefined(counted) };
}

/** An axis counted from the front, whichever end it was counted from. */
function fromFront(axis: Attr, rank: number): number {
  if (typeof axis !== 'number') return Number.NaN;
  return axis < 0 ? axis + rank : axis;
}

const isAxis = (axis: number, rank: number): boolean => Number.isInteger(axis) && axis >= 0 && axis < rank;

function noAxis(attr: string, axis: Attr, rank: number): Lifted {
  return { misfit: 'attr', attr, why: `there is no axis ${String(axis)} in a value of ${countAxes(rank)}` };
}

function withoutUndefined(attrs: Readonly<Record<string, Attr>>): Attrs {
  return Object.fromEntries(Object.entries(attrs).filter(([, value]) => value !== undefined));
}
