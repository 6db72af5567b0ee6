/** Attributes of ops: the user's speak of example axes, the graph's of all axes, where the batch is axis 0. */
import { exampleShape } from '../../check/datum.ts';
import type { Tensor } from '../../check/datum.ts';
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
        const found = axes.map((axis) => (typeof axis === 'number' ? (axis < 0 ? axis + size : axis) : Number.NaN));
        const wrong = found.findIndex((axis) => !Number.isInteger(axis) || axis < 0 || axis >= size);
        if (wrong >= 0) {
          return {
            misfit: 'attr',
            attr: name,
            why: `there is no axis ${String(axes[wrong])} in a value of ${countAxes(size)}`,
          };
        }
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
      return [0, ...axes.map((axis) => (typeof axis === 'number' ? (axis < 0 ? axis + rank : axis) + 1 : axis))];
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

export function sharedAttrs(op: Op, attrs: Attrs, tensors: readonly Tensor[]): Lifted {
  const rank = Math.max(0, ...tensors.map((tensor) => exampleShape(tensor).length));
  for (const [name, spec] of Object.entries(op.attrs)) {
    const value = attrs[name];
    if ((spec.type !== 'axis' && spec.type !== 'axes') || value === undefined || value === 'all') continue;
    const size = op.name === 'stack' ? rank + 1 : rank;
    const wrong = (Array.isArray(value) ? value : [value]).find(
      (axis) => typeof axis !== 'number' || axis >= size || axis < -size || !Number.isInteger(axis),
    );
    if (wrong !== undefined) {
      return { misfit: 'attr', attr: name, why: `there is no axis ${String(wrong)} in a value of ${countAxes(size)}` };
    }
  }
  return { attrs: withoutUndefined(attrs) };
}

function withoutUndefined(attrs: Readonly<Record<string, Attr>>): Attrs {
  return Object.fromEntries(Object.entries(attrs).filter(([, value]) => value !== undefined));
}
