/** Gradient accumulation: an update leaves the sums of its gradients at zero, ready for the next batches. */
import type { Graph, Origin, Value } from '../../ir/types.ts';
import type { Body } from './map-body.ts';

/** The primitive that the body below is made of. */
export const CLEARING = 'select';

/** Zero whatever the sum was: a product with zero would keep a NaN. */
export function clearedBody(origin: Origin): Body {
  const sum: Value = { type: { dtype: 'f32', shape: [] }, word: 'sum' };
  const zero: Value = { type: { dtype: 'f64', shape: [] }, word: 'zero' };
  const result: Value = { type: { dtype: 'f32', shape: [] }, word: 'cleared' };
  const graph: Graph = {
    inputs: [{ role: 'input', name: 'sum', value: sum }],
    nodes: [
      { op: 'const', inputs: [], outputs: [zero], attrs: { value: 0 }, bodies: [], section: 'update', origin },
      { op: 'where', inputs: [zero, sum, zero], outputs: [result], attrs: {}, bodies: [], section: 'update', origin },
    ],
    outputs: [{ role: 'value', name: 'cleared', value: result }],
  };
  const comment = 'Zero, whatever the sum of gradients was.';
  return { graph, name: 'cleared', literals: new Map(), words: new Map(), comment };
}
