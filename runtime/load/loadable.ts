/** What the file of a `load` may give. */
import type { ModelDefinition, ParameterSpec } from '../model.ts';
import { pairsOf, withoutPairs } from '../pairs.ts';
import { specsOf } from '../tables.ts';
import { isUnit } from '../train/units.ts';

/** Parameters and layers' states, but for the pairs of `lora`, which a published file does not have. */
export const loadable = ({ parameters }: Pick<ModelDefinition, 'parameters'>): ReadonlyMap<string, ParameterSpec> =>
  new Map([...withoutPairs(specsOf(parameters), pairsOf(parameters))].filter(([path]) => !isUnit(path)));
