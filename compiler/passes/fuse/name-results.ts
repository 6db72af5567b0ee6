/** Names results that the user gave no word for after the map that makes them: `softmax`, not `div`. */
import type { Graph } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { rewrite } from '../rewrite.ts';

export function nameResults(graph: Graph): Graph {
  return rewrite(graph, (node, r) => {
    const [output] = node.outputs;
    const { name } = node.attrs;
    if (node.op !== 'map' || output === undefined || node.outputs.length > 1 || !registry.has(output.name))
      return undefined;
    if (typeof name !== 'string') return undefined;
    const named = { ...output, name };
    r.b.nodes.push({ ...node, outputs: [named] });
    return [named];
  });
}
