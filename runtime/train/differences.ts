/** How named tensors differ from what a model wants. */
import { visibleName } from '../logging/visible.ts';
import type { Tensors } from './memory.ts';
import { sameShape, shapeText } from './tensor.ts';

export type Table = Readonly<Record<string, { readonly path: string; readonly shape: readonly number[] }>>;

/** A line for everything that is missing, surplus, or of another shape. */
export function differences(table: Table, tensors: Tensors, prefix = ''): string[] {
  const specs = new Map(Object.values(table).map((spec) => [spec.path, spec]));
  return [
    ...[...specs.keys()].filter((path) => !tensors.has(path)).map((path) => `missing: ${prefix}${path}`),
    ...[...tensors.keys()].filter((path) => !specs.has(path)).map((path) => `surplus: ${prefix}${visibleName(path)}`),
    ...[...specs].flatMap(([path, spec]) => {
      const tensor = tensors.get(path);
      if (tensor === undefined || sameShape(tensor.shape, spec.shape)) return [];
      return [`${prefix}${path} has shape ${shapeText(tensor.shape)}, the model's has ${shapeText(spec.shape)}`];
    }),
  ];
}
