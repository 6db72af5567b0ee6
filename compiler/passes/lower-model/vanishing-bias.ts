/** Warns of a bias that a mean over the batch takes away again: (x + b) − mean(x + b) = x − mean x. */
import type { Node, Value } from '../../ir/types.ts';
import type { Declared } from './context.ts';
import type { Session } from './session.ts';

/** Ops through which the mean of a sum stays the sum of the means. */
const linear: ReadonlySet<string> = new Set(['div', 'mul', 'mean', 'sum', 'reshape', 'stop_gradient']);

export function warnVanishingBias({ frame }: Session): void {
  const { graph, weights, parameters, scopes } = frame.run;
  const byValue = new Map([...weights].map(([path, tensor]) => [tensor.value, path]));
  const readers = readersOf(graph.nodes());
  for (const node of graph.nodes()) {
    const from = centred(node);
    if (from === undefined) continue;
    const sum = graph.nodeOf(from);
    const path =
      sum?.op === 'add' ? sum.inputs.map((input) => byValue.get(input)).find((each) => each !== undefined) : undefined;
    const declared = path === undefined ? undefined : parameters.get(path);
    if (declared === undefined || declared.shape.length !== 1 || declared.frozen) continue;
    // The bias has an effect where its sum is read in another way too.
    if ((readers.get(from) ?? []).some((reader) => centred(reader) !== from && !sumsBatch(reader))) continue;
    warn(declared);
  }

  /** What a node subtracts the mean over the batch from. */
  function centred({ op, inputs }: Node): Value | undefined {
    const [from, mean] = op === 'sub' ? inputs : [];
    if (from === undefined || mean === undefined) return undefined;
    return isBatchMeanOf(mean, from, (value) => graph.nodeOf(value)) ? from : undefined;
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
    if (sumsBatch(node)) crossesBatch = true;
    at = next;
  }
  return crossesBatch;
}

/** A sum that leaves no batch axis. */
function sumsBatch({ op, inputs, outputs }: Node): boolean {
  return op === 'sum' && inputs[0]?.type.shape[0] === 'B' && outputs[0]?.type.shape[0] !== 'B';
}

function readersOf(nodes: readonly Node[]): ReadonlyMap<Value, readonly Node[]> {
  const readers = new Map<Value, Node[]>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [node]);
      else known.push(node);
    }
  }
  return readers;
}
