/** Walks over graphs, and the one way to rewrite them. */
import { InternalError } from '../diagnostics/types.ts';
import { Builder } from './builder.ts';
import type { Graph, GraphOutput, Node, Value } from './types.ts';

/** The node that makes each value; inputs of the graph have none. */
export function definitions(graph: Graph): Map<Value, Node> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
}

/** The nodes that read each value, in order, a node once for each operand that it is. */
export function users(graph: Graph): Map<Value, Node[]> {
  const found = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      const list = found.get(input);
      if (list === undefined) found.set(input, [node]);
      else list.push(node);
    }
  }
  return found;
}

/** How often each value is read, by nodes and by the outputs of the graph. */
export function uses(graph: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  const read = [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map((output) => output.value)];
  for (const value of read) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** The nodes that these values depend on, directly or not. */
export function ancestors(graph: Graph, values: Iterable<Value>): Set<Node> {
  const needed = new Set(values);
  const found = new Set<Node>();
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    found.add(node);
    for (const input of node.inputs) needed.add(input);
  }
  return found;
}

/** The values that depend on these, directly or not, and these themselves. */
export function descendants(graph: Graph, values: Iterable<Value>): Set<Value> {
  const found = new Set(values);
  for (const node of graph.nodes) {
    if (node.inputs.some((input) => found.has(input))) for (const output of node.outputs) found.add(output);
  }
  return found;
}

/** The first node that reads a value before it is made, with that value; undefined if the order holds. */
export function disorder(graph: Graph): { readonly node: Node; readonly value: Value } | undefined {
  const made = new Set(graph.inputs.map((input) => input.value));
  for (const node of graph.nodes) {
    const value = node.inputs.find((input) => !made.has(input));
    if (value !== undefined) return { node, value };
    for (const output of node.outputs) made.add(output);
  }
  return undefined;
}

/** The nodes in an order in which every value is made before it is read; they keep their order as far as that allows. */
export function sorted(nodes: readonly Node[]): readonly Node[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const placed = new Set<Node>();
  const begun = new Set<Node>();
  const order: Node[] = [];
  for (const root of nodes) {
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const pending = node.inputs.map((input) => makers.get(input)).find((maker) => maker && !placed.has(maker));
      if (placed.has(node)) stack.pop();
      else if (pending === undefined) {
        placed.add(node);
        order.push(node);
        stack.pop();
      } else {
        if (begun.has(pending)) throw new InternalError(`${pending.op} depends on itself`);
        begun.add(node);
        stack.push(pending);
      }
    }
  }
  return order;
}

/** A value, by the substitutions that have been made, or itself. */
type Current = (value: Value) => Value;

/** What a rule may look at: the node that makes a value in the new graph. */
export type Definition = (value: Value) => Node | undefined;

/**
 * Rebuilds a graph node by node in order. The rule sees each node with its inputs already replaced and answers what
 * stands for its outputs: values it has built with `b` (which stamps the node's own origin and section), other values
 * that exist before the node, or undefined to keep the node. A node that is kept keeps its output values.
 */
export function rewrite(
  graph: Graph,
  rule: (node: Node, b: Builder, definition: Definition) => readonly Value[] | Value | undefined,
): Graph {
  const first = graph.nodes[0];
  if (first === undefined) return graph;
  const b = new Builder(first.origin, first.section);
  const makers = new Map<Value, Node>();
  const replaced = new Map<Value, Value>();
  const current: Current = (value) => replaced.get(value) ?? value;
  for (const old of graph.nodes) {
    const node = withInputs(old, current);
    b.origin = node.origin;
    b.section = node.section;
    const before = b.nodes.length;
    const answer = rule(node, b, (value) => makers.get(value));
    const results = answer === undefined ? undefined : Array.isArray(answer) ? answer : [answer];
    if (results === undefined) {
      b.nodes.splice(before);
      b.nodes.push(node);
    }
    for (const made of b.nodes.slice(before)) for (const output of made.outputs) makers.set(output, made);
    if (results !== undefined) substitute(node, results, replaced);
  }
  return { inputs: graph.inputs, nodes: b.nodes, outputs: graph.outputs.map((output) => withValue(output, current)) };
}

function substitute(node: Node, results: readonly Value[], replaced: Map<Value, Value>): void {
  for (const [i, output] of node.outputs.entries()) {
    const result = results[i];
    if (result === undefined) throw new InternalError(`nothing stands for output ${i} of ${node.op}`);
    replaced.set(output, result);
  }
}

/** The graph with values replaced wherever they are read. The caller sees to the order. */
export function replaceUses(graph: Graph, replacements: ReadonlyMap<Value, Value>): Graph {
  const current: Current = (value) => replacements.get(value) ?? value;
  return {
    inputs: graph.inputs,
    nodes: graph.nodes.map((node) => withInputs(node, current)),
    outputs: graph.outputs.map((output) => withValue(output, current)),
  };
}

/**
 * Copies the nodes of a graph to the end of a builder, each with its own origin. `values` says what its inputs are
 * there, and has the copies of all its values afterwards. The copies are in the builder's section.
 */
export function inline(b: Builder, graph: Graph, values: Map<Value, Value>): void {
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => {
      const value = values.get(input);
      if (value === undefined) throw new InternalError(`${input.name} is not given to the graph that is copied`);
      return value;
    });
    const outputs = node.outputs.map((output): Value => ({ ...output }));
    for (const [i, output] of outputs.entries()) {
      const old = node.outputs[i];
      if (old !== undefined) values.set(old, output);
    }
    b.nodes.push({ ...node, inputs, outputs, section: b.section });
  }
}

function withInputs(node: Node, current: Current): Node {
  const inputs = node.inputs.map(current);
  return inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs };
}

function withValue(output: GraphOutput, current: Current): GraphOutput {
  const value = current(output.value);
  return value === output.value ? output : { ...output, value };
}
