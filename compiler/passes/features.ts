/** The features of a model: what its frozen part makes of a batch, from which training goes on. */
import { nameOf } from '../ir/called.ts';
import { NodeKeys } from '../ir/keys.ts';
import type { Model } from '../ir/model.ts';
import type { Graph, GraphInput, Node, Value } from '../ir/types.ts';
import { neededNodes } from '../ir/uses.ts';
import { dropDead } from './drop-dead.ts';
import { isRowByRow } from './features/row-by-row.ts';

export interface Features {
  /** From inputs to features: outputs of the role `value`, by name. */
  readonly graph: Graph;
}

type Fixed = Pick<Model, 'parameters' | 'ports' | 'noises' | 'evaluation'>;

/**
 * The longest part of a way forward that is the same for a row in every epoch, in training as in evaluation, and that
 * something frozen is a part of: its results, as far as the rest reads them. Undefined where there is none.
 */
export function featuresOf(graph: Graph, { parameters, ports, noises, evaluation }: Fixed): Features | undefined {
  const idsOf = identities();
  const evaluated = new Set(idsOf(evaluation).values());
  const ids = idsOf(graph);
  const isEvaluated = (value: Value): boolean => evaluated.has(ids.get(value) ?? '');
  const frozen = new Set(parameters.filter((parameter) => parameter.frozen).map(({ path }) => path));
  const drawn = new Set(noises.map(({ name }) => name));
  const replaced = new Set(graph.outputs.flatMap(({ role, name }) => (role === 'state' ? [name] : [])));
  const isFixed = ({ role, name }: GraphInput): boolean =>
    (role === 'input' && !drawn.has(name)) ||
    (role === 'parameter' && frozen.has(name)) ||
    (role === 'state' && !replaced.has(name));
  const fixed = new Set(graph.inputs.filter(isFixed).map(({ value }) => value));
  const given = new Set(fixed);
  const inside = new Set<Node>();
  for (const node of graph.nodes) {
    if (!node.inputs.every((input) => fixed.has(input)) || !node.outputs.every(isEvaluated) || !isRowByRow(node))
      continue;
    inside.add(node);
    for (const output of node.outputs) fixed.add(output);
  }
  const rest = graph.nodes.filter((node) => !inside.has(node));
  const read = new Set([...rest.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)]);
  const isFeature = (value: Value): boolean =>
    fixed.has(value) && !given.has(value) && value.type.dtype !== 'f64' && value.type.shape[0] === 'B';
  const features = [...read].filter(isFeature);
  const nodes = neededNodes({ nodes: graph.nodes.filter((node) => inside.has(node)) }, features);
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const inputs = graph.inputs.filter(({ value }) => used.has(value));
  if (!inputs.some(({ role }) => role === 'parameter')) return undefined;
  const taken = new Set(['features', ...ports.map(({ name }) => name), ...drawn]);
  const outputs = features.map((value) => ({ role: 'value' as const, name: fresh(value, taken), value }));
  return { graph: { inputs, nodes, outputs } };
}

function fresh({ word }: Value, taken: Set<string>): string {
  const base = word === undefined ? 'feature' : nameOf(word);
  let name = base;
  for (let i = 1; taken.has(name); i++) name = `${base}_${i}`;
  taken.add(name);
  return name;
}

type Ids = ReadonlyMap<Value, string>;

/** Names for the values of graphs, equal for those that are computed alike. */
function identities(): (graph: Pick<Graph, 'inputs' | 'nodes'>) => Ids {
  const keys = new NodeKeys();
  const numbers = new Map<string, number>();
  return ({ inputs, nodes }) => {
    const ids = new Map(inputs.map(({ role, name, value }) => [value, `${role} ${name}`]));
    for (const node of nodes) {
      const key = keys.of(node, (value) => ids.get(value) ?? '');
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      node.outputs.forEach((output, i) => ids.set(output, `${number}.${i}`));
    }
    return ids;
  };
}

/** A graph that takes features as inputs, wherever it computes them. */
export function fromFeatures(graph: Graph, { graph: made }: Features): Graph {
  const idsOf = identities();
  const own = idsOf(made);
  const names = new Map(made.outputs.map(({ name, value }) => [own.get(value), name]));
  const given = new Map<string, GraphInput>();
  const instead = new Map<Value, Value>();
  for (const [value, id] of idsOf(graph)) {
    const name = names.get(id);
    if (name === undefined) continue;
    const input = given.get(name) ?? { role: 'input', name, value: { ...value } };
    given.set(name, input);
    instead.set(value, input.value);
  }
  const now = (value: Value): Value => instead.get(value) ?? value;
  const rest = dropDead({
    inputs: [...graph.inputs, ...given.values()],
    nodes: graph.nodes.map((node) =>
      node.inputs.some((input) => instead.has(input)) ? { ...node, inputs: node.inputs.map(now) } : node,
    ),
    outputs: graph.outputs.map((output) => ({ ...output, value: now(output.value) })),
  });
  const read = new Set([...rest.nodes.flatMap(({ inputs }) => inputs), ...rest.outputs.map(({ value }) => value)]);
  return { ...rest, inputs: rest.inputs.filter(({ role, value }) => role !== 'input' || read.has(value)) };
}
