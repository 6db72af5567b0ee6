/** A loop that is given each value once, and stacks each value once. */
import type { Node, Value } from '../../ir/types.ts';
import { loopOfParts, partsOf } from './rebuild.ts';
import type { Port } from './rebuild.ts';

export interface Shared {
  readonly node: Node;
  /** What stands for the results of the loop as it was, in their order. */
  readonly outputs: readonly Value[];
}

/** Undefined where nothing is there twice. */
export function shareParts(node: Node): Shared | undefined {
  const parts = partsOf(node);
  const now = new Map<Value, Value>();
  const given = (ports: readonly Port[]): readonly Port[] => {
    const first = new Map<Value, Value>();
    return ports.filter(({ outer, inner }) => {
      const known = first.get(outer);
      if (known !== undefined) now.set(inner, known);
      else first.set(outer, inner);
      return known === undefined;
    });
  };
  const sequences = given(parts.sequences);
  const outside = given(parts.outside);
  const inside = (value: Value): Value => now.get(value) ?? value;
  const results = new Map<Value, Value>();
  const first = new Map<Value, Value>();
  const stacked = parts.stacked.filter(({ outer, inner }) => {
    const known = first.get(inside(inner));
    if (known !== undefined) results.set(outer, known);
    else first.set(inside(inner), outer);
    return known === undefined;
  });
  if (now.size === 0 && results.size === 0) return undefined;
  const nodes = parts.nodes.map((each) =>
    each.inputs.some((input) => now.has(input)) ? { ...each, inputs: each.inputs.map(inside) } : each,
  );
  const carried = parts.carried.map((each) => ({ ...each, next: inside(each.next) }));
  const inner = stacked.map((port) => ({ ...port, inner: inside(port.inner) }));
  return {
    node: loopOfParts(node, { ...parts, carried, sequences, outside, stacked: inner, nodes }),
    outputs: node.outputs.map((output) => results.get(output) ?? output),
  };
}
