/** A loop without what nothing reads: stacked values, carried ones that lead to no result, and inputs of those. */
import { sourcesOf } from '../../ir/loops.ts';
import type { Graph, GraphInput, GraphOutput, Node, Value } from '../../ir/types.ts';
import { inputsBehind, kindOf, loopAttrs, loopOf } from '../../ops/rules/loop.ts';

/** The loop with the results that are read, and what they follow from; its body may still hold dead nodes. */
export function narrow(node: Node, isRead: (value: Value) => boolean): Node {
  const loop = loopOf(node);
  const { body, carried } = loop;
  const read = node.outputs.flatMap((output, i) => (isRead(output) ? [i] : []));
  const behind = inputsBehind(loop, read, (inner, output) => sourcesOf(inner, output, () => true));
  const results = body.outputs.flatMap((_, i) => (read.includes(i) || (i < carried && behind.has(i)) ? [i] : []));
  const inputs = body.inputs.flatMap((_, i) => (behind.has(i) || (i < carried && results.includes(i)) ? [i] : []));
  if (results.length === body.outputs.length && inputs.length === body.inputs.length) return node;
  const smaller: Graph = {
    inputs: some(body.inputs, inputs).map((input, i): GraphInput => ({ ...input, name: String(i) })),
    nodes: body.nodes,
    outputs: some(body.outputs, results).map((output, i): GraphOutput => ({ ...output, name: String(i) })),
  };
  const count = (kind: ReturnType<typeof kindOf>): number => inputs.filter((i) => kindOf(loop, i) === kind).length;
  return {
    ...node,
    inputs: some(node.inputs, inputs),
    outputs: some(node.outputs, results),
    attrs: loopAttrs({ ...loop, carried: count('carried'), over: count('sequence') }),
    bodies: [smaller],
  };
}

const some = <T>(items: readonly T[], places: readonly number[]): readonly T[] =>
  items.filter((_, i) => places.includes(i));
