/** The order in which a graph runs, and where the values that it remembers are replaced. */
import type { Plan } from '../ir/plan.ts';
import type { Graph } from '../ir/types.ts';
import { copyGradients } from './plan-memory/copy-gradients.ts';
import { copyStates } from './plan-memory/copy-states.ts';
import { gradientsFirst, termsBeforeSums } from './plan-memory/order.ts';
import { withPlaces } from './plan-memory/places.ts';
import { withStores } from './plan-memory/stores.ts';

/**
 * The steps keep the order of the graph, gradients first. What a parameter, slot, state or accumulator was is read until
 * its new value is stored, and the new value afterwards. A state that is handed on as it was is copied first,
 * and so is a parameter that is a gradient as it stands. Where the
 * values between lie, and how long, is the business of who runs them.
 */
export function planMemory(graph: Graph): Plan {
  return withStores(termsBeforeSums(gradientsFirst(copyGradients(copyStates(withPlaces(graph))))));
}
