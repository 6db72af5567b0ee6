/** What the file of a `load` may give. */
import type { ModelDefinition } from '../model.ts';
import { pairsOf, withoutPairs } from '../pairs.ts';
import { adaptedBy } from '../reparams.ts';
import { specsOf } from '../tables.ts';
import { isUnit } from '../train/units.ts';

export interface Loadable {
  readonly shape: readonly number[];
  /** What a reparametrisation has of its own: where a file does not have it, it starts by the weight that is loaded. */
  readonly isOptional: boolean;
}

/** Parameters and layers' states, but for the pairs of `lora`, which a published file does not have. */
export function loadable({ parameters }: Pick<ModelDefinition, 'parameters'>): ReadonlyMap<string, Loadable> {
  const specs = specsOf(parameters);
  const own = adaptedBy(specs);
  const all = [...withoutPairs(specs, pairsOf(parameters))].filter(
    ([path, { balances }]) => !isUnit(path) && balances === undefined,
  );
  return new Map(all.map(([path, { shape }]) => [path, { shape, isOptional: own.has(path) }]));
}
