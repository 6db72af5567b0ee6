/** Lets a product add its bias itself. */
import { takesBias } from '../../ir/traits.ts';
import { uses } from '../../ir/uses.ts';
import type { Graph, Value } from '../../ir/types.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';
import { rewrite } from '../rewrite.ts';

/** a @ b + bias, or a convolution's, where nothing else reads the product: one kernel with three operands. */
export function fuseBias(graph: Graph): Graph {
  const reads = uses(graph);
  return rewrite(graph, (node, r) => {
    if (node.op !== 'add') return undefined;
    const fused = (product: Value | undefined, bias: Value | undefined): readonly Value[] | undefined => {
      const maker = product === undefined ? undefined : r.producer(product);
      if (product === undefined || bias === undefined || maker === undefined || !takesBias(maker)) return undefined;
      if (maker.section !== node.section || maker.bodies.length > 0) return undefined;
      if (reads.get(product) !== 1) return undefined;
      const width = product.type.shape[product.type.shape.length - 1] ?? 1;
      if (!sameShape(bias.type.shape, [width])) return undefined;
      return [r.b.apply(maker.op, [...maker.inputs, bias], maker.attrs)];
    };
    const [a, b] = node.inputs;
    return fused(a, b) ?? fused(b, a);
  });
}
