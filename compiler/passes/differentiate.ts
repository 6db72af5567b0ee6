/** The gradients of the loss: the backward pass, as nodes after those of the forward pass. */
import { InternalError } from '../diagnostics/types.ts';
import { Builder } from '../ir/builder.ts';
import type { Graph, GraphOutput, Origin, Value } from '../ir/types.ts';
import { definitions } from '../ir/uses.ts';
import { filled } from '../ops/rules/filled.ts';
import { cotangentOf } from '../ir/called.ts';
import { dropDead } from './drop-dead.ts';
import { pullback } from './pullback.ts';

/** Adds an output `grad` for each trained parameter; of one that the loss does not depend on it is zero, exactly. */
export function differentiate(forward: Graph, trained: readonly string[]): Graph {
  const loss = forward.outputs.find((output) => output.role === 'loss')?.value;
  if (loss === undefined) throw new InternalError('the graph has no loss');
  const names = new Set(trained);
  const parameters = forward.inputs.filter((input) => input.role === 'parameter' && names.has(input.name));
  return withGradients(forward, loss, new Map(parameters.map(({ name, value }) => [name, value])));
}

/** Adds an output `grad` for each of these values by name: the gradient of the loss by it. */
export function withGradients(forward: Graph, loss: Value, by: ReadonlyMap<string, Value>): Graph {
  const b = new Builder(originOf(loss, forward), 'backward');
  const one = filled(b, 1, loss.type.shape);
  const { nodes, cotangents } = pullback(b, forward.nodes, [[loss, one]], [...by.values()]);
  const grads = [...by].map(([name, value], i): GraphOutput => {
    return { role: 'grad', name, value: cotangents[i] ?? filled(b, 0, value.type.shape, cotangentOf(value)) };
  });
  return dropDead({ ...forward, nodes: [...nodes, ...b.nodes], outputs: [...forward.outputs, ...grads] });
}

function originOf(loss: Value, forward: Graph): Origin {
  const node = definitions(forward).get(loss) ?? forward.nodes[0];
  if (node === undefined) throw new InternalError('the graph has no nodes');
  return node.origin;
}
