/** How named tensors differ from what a model wants. */
import { visibleName } from '../logging/visible.ts';
import type { Tensors } from './memory.ts';
import { sameShape, shapeText } from './tensor.ts';

/** Shapes by path. */
export type Table = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/** A line for everything that is missing, surplus, or of another shape. */
export function differences(table: Table, tensors: Tensors, prefix = ''): string[] {
  return [
    ...[...table.keys()].filter((path) => !tensors.has(path)).map((path) => `missing: ${prefix}${path}`),
    ...[...tensors.keys()].filter((path) => !table.has(path)).map((path) => `surplus: ${prefix}${visibleName(path)}`),
    ...[...table].flatMap(([path, spec]) => {
      const tensor = tensors.get(path);
      if (tensor === undefined || sameShape(tensor.shape, spec.shape)) return [];
      return [`${prefix}${path} has shape ${shapeText(tensor.shape)}, the model's has ${shapeText(spec.shape)}`];
    }),
  ];
}
