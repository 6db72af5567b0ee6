/** Whose memory a value lies in: a view is the same memory under another shape. */
import { isView } from '../../ir/traits.ts';
import type { Node, Value } from '../../ir/types.ts';

/** From a value to the one whose memory it is a view of, or itself. */
export function owners(nodes: readonly Node[]): (value: Value) => Value {
  const owner = new Map<Value, Value>();
  for (const node of nodes) {
    const [[of], [view]] = [node.inputs, node.outputs];
    if (isView(node) && of !== undefined && view !== undefined) owner.set(view, owner.get(of) ?? of);
  }
  return (value) => owner.get(value) ?? value;
}
