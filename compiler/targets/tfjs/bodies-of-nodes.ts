/** From a node to the body of its kernel: what its function is called, and what its parameters mean. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Graph, GraphInput, Node, Value } from '../../ir/types.ts';
import { isGraph } from './calls.ts';
import type { Facts } from './facts.ts';
import { primitivesOf } from './map-body.ts';
import { isMapped } from './calls.ts';
import { placeText } from './facts.ts';

/** The function that computes a map or a single elementwise op, and the operands that it takes. */
export function bodyOf(
  node: Node,
  facts: Facts,
  inputs: ReadonlyMap<Value, GraphInput>,
): { readonly fn: string; readonly operands: readonly Value[] } {
  const graph = graphOf(node);
  const literals = new Map<Value, number>();
  const words = new Map<Value, string>();
  const operands: Value[] = [];
  graph.inputs.forEach(({ value }, i) => {
    const operand = node.inputs[i];
    if (operand === undefined) throw new InternalError(`${node.op} has fewer inputs than its body`);
    const constant = facts.constants.get(operand);
    if (constant !== undefined) literals.set(value, constant);
    else operands.push(operand);
    words.set(value, parameterWord(operand, inputs.get(operand), facts));
  });
  graph.outputs.forEach(({ value }, i) => {
    const output = node.outputs[i];
    if (output !== undefined && !words.has(value)) words.set(value, output.name);
  });
  const { name } = node.attrs;
  const comment = `${node.origin.what} (${placeText(facts, node.origin)})`;
  const fn = facts.bodies.use({ graph, name: typeof name === 'string' ? name : node.op, literals, words, comment });
  return { fn, operands };
}

/** The function of one value that a matrix product ends in. */
export function actOf(graph: Graph, node: Node, facts: Facts): string {
  const last = graph.nodes.at(-1);
  const { what } = last?.origin ?? node.origin;
  const comment = `${what} (${placeText(facts, node.origin)})`;
  return facts.bodies.use({ graph, name: what, literals: new Map(), words: new Map(), comment });
}

/** A map's body, or a body of the one elementwise op. */
export function graphOf(node: Node): Graph {
  if (node.op === 'map') {
    if (!isGraph(node.attrs['body'])) throw new InternalError('a map has no body');
    return node.attrs['body'];
  }
  return {
    inputs: node.inputs.map((value) => ({ role: 'host', name: value.name, value })),
    nodes: [node],
    outputs: node.outputs.map((value) => ({ role: 'value', name: value.name, value })),
  };
}

/** What a parameter of an update is, rather than whose: `param`, `grad`, `m`. */
function parameterWord(operand: Value, input: GraphInput | undefined, facts: Facts): string {
  const number = facts.numbers.get(operand);
  if (number !== undefined) return number;
  if (input?.role === 'slot') return input.name.slice(input.name.lastIndexOf('/') + 1);
  return operand.name;
}

/** The scalar primitives that the kernels of these nodes are made of, in alphabetical order. */
export function primitiveNames(nodes: readonly Node[]): readonly string[] {
  const names = nodes.flatMap((node) => {
    const { act } = node.attrs;
    return [...(isMapped(node) ? primitivesOf(graphOf(node)) : []), ...(isGraph(act) ? primitivesOf(act) : [])];
  });
  return [...new Set(names)].toSorted();
}
