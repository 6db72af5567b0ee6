/** What `reparam` has of its own beside the weights that it adapts: a layer reads a function of both. */
import type { ParameterSpec } from './model.ts';
import { within } from './tables.ts';

/** The adapted weight, by the path of each weight and state that its reparametrisation has of its own. */
export function adaptedBy(specs: ReadonlyMap<string, ParameterSpec>): ReadonlyMap<string, string> {
  const weights = [...specs].flatMap(([path, { reparam }]): readonly (readonly [scope: string, weight: string])[] => {
    return reparam === undefined ? [] : [[`${path.slice(0, path.lastIndexOf('.') + 1)}${reparam}`, path]];
  });
  const found = new Map<string, string>();
  for (const path of specs.keys())
    for (const [scope, weight] of weights) if (path !== scope && within(path, scope)) found.set(path, weight);
  return found;
}
