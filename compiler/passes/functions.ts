/** Functions of a program: graphs that several calls share, and that passes take by themselves, each once. */
import { join } from '../ir/paths.ts';
import { isCall } from '../ir/traits.ts';
import type { Attrs, Graph, Node, Value } from '../ir/types.ts';
import { functionOf, passOf, resultsOf } from '../ops/call_function.ts';
import type { Pass } from '../ops/call_function.ts';
import { filled } from '../ops/rules/filled.ts';
import { changedBodies } from './bodies.ts';
import { rewrite } from './rewrite.ts';

/** The functions that a graph calls, each once, with those that they call before them. */
export function functionsOf(graph: Graph): readonly Graph[] {
  const found = new Set<Graph>();
  const visit = ({ nodes }: Graph): void => {
    for (const body of nodes.filter(isCall).flatMap(({ bodies }) => bodies)) {
      if (found.has(body)) continue;
      visit(body);
      found.add(body);
    }
  };
  visit(graph);
  return [...found];
}

/** A pass over the functions that graphs call, those that they call first; what it has made of one it does not make again. */
export function overFunctions(change: (body: Graph) => Graph): (graph: Graph) => Graph {
  const changed = new Map<Graph, Graph>();
  const inside = (graph: Graph): Graph => changedBodies(graph, isCall, changedOf);
  const changedOf = (body: Graph): Graph => {
    const known = changed.get(body) ?? change(inside(body));
    changed.set(body, known);
    return known;
  };
  return inside;
}

/** The graph with what these calls call in their place; calls within that are inlined too. */
export function inlineCalls(graph: Graph, which: (node: Node) => boolean = () => true): Graph {
  const chosen = (node: Node): boolean => isCall(node) && which(node);
  if (!graph.nodes.some(chosen)) return graph;
  return rewrite(graph, (node, r) => {
    if (!chosen(node)) return undefined;
    const body = inlineCalls(functionOf(node.bodies), which);
    const pass = passOf(node.attrs);
    const now = new Map<Value, Value>();
    body.inputs.forEach(({ value }, i) => {
      const given = node.inputs[pass === 'backward' ? i + 1 : i];
      if (given !== undefined) now.set(value, given);
    });
    for (const inner of nodesOf(body, pass)) {
      const outputs = inner.outputs.map((output) => ({ ...output }));
      inner.outputs.forEach((output, i) => now.set(output, outputs[i] ?? output));
      r.b.nodes.push({
        ...placed(inner, node.attrs),
        inputs: inner.inputs.map((input) => now.get(input) ?? input),
        outputs,
        section: node.section,
      });
    }
    const results = resultsOf(body, pass).map(({ value }) => now.get(value) ?? value);
    return pass === 'forward' ? [...results, filled(r.b, 0, [])] : results;
  });
}

/** A node of a function where the function stands now: streams and calls are named from there. */
function placed(inner: Node, { at: path }: Attrs): Node {
  if (typeof path !== 'string' || path === '') return inner;
  const { stream, at } = inner.attrs;
  if (typeof stream === 'string') return { ...inner, attrs: { ...inner.attrs, stream: join(path, stream) } };
  return isCall(inner)
    ? { ...inner, attrs: { ...inner.attrs, at: join(path, typeof at === 'string' ? at : '') } }
    : inner;
}

/** Without what the forward call has made already: inlined, the backward pass makes it anew for itself. */
function nodesOf({ nodes }: Graph, pass: Pass): readonly Node[] {
  return pass === 'forward' ? nodes.filter(({ section }) => section === 'forward') : nodes;
}
