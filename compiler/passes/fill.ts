/** Writes a tensor of one number as what it is, where no kernel holds the number by itself. */
import { constantOf, filledWith } from '../ir/traits.ts';
import type { Graph, Node } from '../ir/types.ts';
import { dropDead } from './drop-dead.ts';
import { rewrite } from './rewrite.ts';
import type { Rewriter } from './rewrite.ts';

/**
 * Behind `fuse`, which has taken into its kernels what it can: `broadcast` of a const that was brought to the device is
 * a `full`. It is no less work, which is done in the same two instructions.
 */
export function fill(graph: Graph): Graph {
  const filled = rewrite(graph, (node, r) => {
    const [output] = node.outputs;
    const value = output?.type.dtype === 'f32' ? numberOf(node, r) : undefined;
    if (output === undefined || value === undefined) return undefined;
    return [r.b.apply('full', [], { shape: output.type.shape, value }, output)];
  });
  return filled === graph ? graph : dropDead(filled);
}

/** The number that a node makes every element of its result. */
function numberOf({ op, inputs: [x] }: Node, r: Rewriter): number | undefined {
  const maker = x === undefined ? undefined : r.maker(x);
  if (maker === undefined) return undefined;
  if (op === 'cast') return constantOf(maker);
  return op === 'broadcast' ? filledWith(maker) : undefined;
}
