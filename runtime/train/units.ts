/**
 * The units of targets that `prep` changed: y = z·scale + shift takes the graph's z back to the data's y. Losses stay in
 * the graph's units; metrics and predictions are in the data's.
 *
 * A model whose metrics need it has states at `prep/<target>/scale` and `prep/<target>/shift`, in the target's shape,
 * that only `evaluate` reads. They are no weights: they come from the data, and are 1 and 0 until it is known.
 */
import type { ModelDefinition } from '../model.ts';
import { sameShape } from './tensor.ts';
import type { HostTensor } from './tensor.ts';
import { own } from '../own.ts';

/** One entry for each number of an example. */
export interface Unit {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** By target. Targets that `prep` left alone are not among them. */
export type Units = Readonly<Record<string, Unit>>;

const place = /^prep\/(.+)\/(scale|shift)$/;

export const isUnit = (path: string): boolean => place.test(path);

/** What the state at this path holds. */
export function unitAt(path: string, units: Units): Float64Array | undefined {
  const [, target = '', part] = place.exec(path) ?? [];
  const unit = own(units, target);
  return part === 'scale' ? unit?.scale : unit?.shift;
}

/** The prediction in the data's unit: the only one of a model with one target, or the one with the target's name. */
export function inUnits(
  model: ModelDefinition,
  units: Units,
  predictions: Readonly<Record<string, HostTensor>>,
): Record<string, HostTensor> {
  const [only, ...more] = Object.keys(model.targets);
  const converted = Object.entries(predictions).map(([name, tensor]) => {
    const target = name === 'predict' && more.length === 0 ? only : name;
    const unit = own(units, target ?? '');
    const shape = own(model.targets, target ?? '')?.shape ?? [];
    if (unit === undefined || !sameShape(tensor.shape.slice(1), shape)) return [name, tensor] as const;
    const width = unit.scale.length;
    const data = Float32Array.from(
      tensor.data,
      (z, i) => z * (unit.scale[i % width] ?? 1) + (unit.shift[i % width] ?? 0),
    );
    return [name, { shape: tensor.shape, data }] as const;
  });
  return Object.fromEntries(converted);
}
