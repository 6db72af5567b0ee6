/** Warns of a bias that a mean over the batch takes away again: (x + b) − mean(x + b) = x − mean x. */
import { isLoop, outsideOf, withBodies } from '../../ir/loops.ts';
import { scopeOf } from '../../ir/paths.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { definitions, neededNodes, users } from '../../ir/uses.ts';
import type { Declared } from '../frame/context.ts';
import type { Session } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';

/** Ops through which the mean of a sum stays the sum of the means. */
const linear: ReadonlySet<string> = new Set(['div', 'mul', 'mean', 'sum', 'reshape', 'stop_gradient']);

export function warnVanishingBias({ frame }: Session, loss: Value | undefined): void {
  const { graph, weights, parameters, scopes } = frame.run;
  const outer = graph.nodes();
  const outside = outsideOf(outer);
  const paths = new Map([...weights].map(([path, tensor]) => [tensor.value, path]));
  const needed = neededBy(loss === undefined ? [] : [loss], outer);
  const nodes = withBodies(outer);
  const makers = definitions({ nodes });
  const readers = users({ nodes });
  const given = new Set(
    nodes.flatMap(({ bodies }) => bodies.flatMap(({ outputs }) => outputs.map(({ value }) => value))),
  );
  for (const [from, centring] of centrings(nodes)) {
    const sum = makers.get(from);
    const path =
      sum?.op === 'add'
        ? sum.inputs.map((input) => paths.get(outside(input))).find((each) => each !== undefined)
        : undefined;
    const declared = path === undefined ? undefined : parameters.get(path);
    if (declared === undefined || declared.shape.length !== 1 || declared.frozen) continue;
    // The bias has an effect where its sum, or the mean of that, reaches the loss by another way.
    const parts = [from, ...[...centring.means].flatMap((node) => node.outputs)];
    if (parts.some((value) => given.has(value))) continue;
    const read = parts.flatMap((value) => readers.get(value) ?? []);
    if (read.some((reader) => needed.has(reader) && !centring.means.has(reader) && !centring.differences.has(reader)))
      continue;
    warn(declared);
  }

  /** What a mean over the batch is subtracted from, with the nodes that do it. */
  function centrings(all: readonly Node[]): ReadonlyMap<Value, Centring> {
    const found = new Map<Value, Centring>();
    for (const node of all) {
      const [from, mean] = node.op === 'sub' ? node.inputs : [];
      if (from === undefined || mean === undefined) continue;
      const means = batchMeanOf(mean, from, (value) => makers.get(value));
      if (means === undefined) continue;
      const { means: others = [], differences = [] } = found.get(from) ?? {};
      found.set(from, { means: new Set([...others, ...means]), differences: new Set([...differences, node]) });
    }
    return found;
  }

  function warn(declared: Declared): void {
    const layer = scopes.get(scopeOf(declared.path)) ?? declared.made;
    const made =
      layer.source === frame.site.source ? layer : (scopes.get(declared.path.split('.')[0] ?? '') ?? declared.made);
    const site = { ...frame.site, source: made.source };
    frame.world.reporter.report(say.NN3014.bias({ path: declared.path }), { site, span: made.span });
  }
}

interface Centring {
  /** They make the mean. */
  readonly means: ReadonlySet<Node>;
  /** They subtract it. */
  readonly differences: ReadonlySet<Node>;
}

/** The nodes that make the value a mean of `of` over the batch, if they do. */
function batchMeanOf(value: Value, of: Value, nodeOf: (value: Value) => Node | undefined): readonly Node[] | undefined {
  const nodes: Node[] = [];
  for (let at: Value = value; at !== of;) {
    const node = nodeOf(at);
    const [next] = node?.inputs ?? [];
    if (node === undefined || next === undefined || !linear.has(node.op)) return undefined;
    nodes.push(node);
    at = next;
  }
  return nodes.some(sumsBatch) ? nodes : undefined;
}

/** The nodes that values are made by, all the way from the inputs; of a loop those of all that its body gives. */
function neededBy(values: readonly Value[], nodes: readonly Node[]): ReadonlySet<Node> {
  const inside = ({ outputs, nodes: inner }: Graph): ReadonlySet<Node> =>
    neededBy(
      outputs.map(({ value }) => value),
      inner,
    );
  return new Set(
    neededNodes({ nodes }, values).flatMap((node) => [
      node,
      ...(isLoop(node) ? node.bodies : []).flatMap((body) => [...inside(body)]),
    ]),
  );
}

/** A sum that leaves no batch axis. */
function sumsBatch({ op, inputs, outputs }: Node): boolean {
  return op === 'sum' && inputs[0]?.type.shape[0] === 'B' && outputs[0]?.type.shape[0] !== 'B';
}
