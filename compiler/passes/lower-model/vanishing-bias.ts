/** Warns of a bias that a mean over the batch takes away again: (x + b) − mean(x + b) = x − mean x. */
import type { Node, Value } from '../../ir/types.ts';
import type { Declared } from './context.ts';
import type { Session } from './session.ts';

/** Ops through which the mean of a sum stays the sum of the means. */
const linear: ReadonlySet<string> = new Set(['div', 'mul', 'mean', 'sum', 'reshape', 'stop_gradient']);

export function warnVanishingBias({ frame }: Session): void {
  const { graph, weights, parameters, scopes } = frame.run;
  const byValue = new Map([...weights].map(([path, tensor]) => [tensor.value, path]));
  for (const node of graph.nodes()) {
    const [from, mean] = node.op === 'sub' ? node.inputs : [];
    if (from === undefined || mean === undefined || !isBatchMeanOf(mean, from, graph.nodeOf.bind(graph))) continue;
    const sum = graph.nodeOf(from);
    const path =
      sum?.op === 'add' ? sum.inputs.map((input) => byValue.get(input)).find((each) => each !== undefined) : undefined;
    const declared = path === undefined ? undefined : parameters.get(path);
    if (declared === undefined || declared.shape.length !== 1 || declared.frozen) continue;
    warn(declared);
  }

  function warn(declared: Declared): void {
    const scope = declared.path.slice(0, Math.max(0, declared.path.lastIndexOf('.')));
    const layer = scopes.get(scope) ?? declared.made;
    const made =
      layer.source === frame.site.source ? layer : (scopes.get(declared.path.split('.')[0] ?? '') ?? declared.made);
    frame.world.reporter.report({
      code: 'NN3014',
      site: { ...frame.site, source: made.source },
      span: made.span,
      message: `\`${declared.path}\` has no effect: the mean over the batch that is subtracted next takes it away`,
      help: 'leave it out: bias=false',
    });
  }
}

/** Whether the value is a mean of `of` over the batch. */
function isBatchMeanOf(value: Value, of: Value, nodeOf: (value: Value) => Node | undefined): boolean {
  let crossesBatch = false;
  for (let at: Value = value; at !== of;) {
    const node = nodeOf(at);
    const [next] = node?.inputs ?? [];
    if (node === undefined || next === undefined || !linear.has(node.op)) return false;
    if (node.op === 'sum' && next.type.shape[0] === 'B' && node.outputs[0]?.type.shape[0] !== 'B') crossesBatch = true;
    at = next;
  }
  return crossesBatch;
}
