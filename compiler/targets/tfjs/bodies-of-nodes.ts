/** From a node to the body of its kernel: what its function is called, and what its parameters mean. */
import { graphOf, isMapped } from '../../ir/mapped.ts';
import type { Plan } from '../../ir/plan.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { isCotangent, wordFor } from '../../ir/called.ts';
import { withBodies } from '../../ir/loops.ts';
import { isFused } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { functionsOf } from './calls.ts';
import type { Facts } from './facts.ts';
import type { Body } from './map-body.ts';
import { primitivesOf } from './map-body.ts';
import { derivativeQuoted, partQuoted } from './quotes.ts';

/** Counts every body of a plan, in the order in which its functions use them. */
export function noteBodies(plan: Plan, facts: Facts): void {
  for (const node of withBodies(plan.nodes)) {
    if (isMapped(node)) facts.bodies.note(bodyOf(node, facts).body);
    for (const act of functionsOf(node)) facts.bodies.note(actOf(act, node, facts));
  }
}

/** The body of a map or of a single elementwise op, and the operands that it takes. */
export function bodyOf(node: Node, facts: Facts): { readonly body: Body; readonly operands: readonly Value[] } {
  const graph = graphOf(node);
  const fused = isFused(node);
  const literals = new Map<Value, number>();
  const words = new Map<Value, string>();
  const operands: Value[] = [];
  graph.inputs.forEach(({ value }, i) => {
    const operand = fused ? node.inputs[i] : value;
    if (operand === undefined) throw new InternalError(`${node.op} has fewer inputs than its body`);
    const constant = facts.constants.get(operand);
    if (constant !== undefined) literals.set(value, constant);
    else operands.push(operand);
    if (!fused) words.set(value, facts.numbers.get(operand) ?? wordFor(operand));
  });
  const { name } = node.attrs;
  const comment = `${partQuoted(node.origin, facts.quotes.of(node.origin))}${gradientToo(node, graph)}`;
  const body = { graph, name: typeof name === 'string' ? name : node.op, literals, words, comment };
  return { body, operands };
}

/**
 * A loss and its gradient share most of their work: they are one kernel, which stands in `forward`. Where the definition
 * says the derivative in a comment, that is said too, on a line of its own.
 */
function gradientToo({ section, outputs, origin }: Node, { outputs: results }: Graph): string {
  if (section !== 'forward' || outputs.length < 2 || !outputs.some(isCotangent)) return '';
  const formulas = results.flatMap(({ value }, i) => {
    const [, by] = /^d_(.*)$/.exec(wordFor(value)) ?? [];
    const isOne = outputs[i] !== undefined && isCotangent(outputs[i]);
    return by === undefined || !isOne ? [] : (derivativeQuoted(origin, by) ?? []);
  });
  return [', with its gradient', ...formulas].join('\n');
}

/** A function of one value that a kernel applies itself. */
export function actOf(graph: Graph, node: Node, facts: Facts): Body {
  const last = graph.nodes.at(-1);
  const { what } = last?.origin ?? node.origin;
  return { graph, name: what, literals: new Map(), words: new Map(), comment: facts.quotes.of(node.origin) };
}

/** The scalar primitives that the kernels of these nodes are made of, in alphabetical order. */
export function primitiveNames(nodes: readonly Node[]): readonly string[] {
  const names = nodes.flatMap((node) => {
    return [...(isMapped(node) ? [graphOf(node)] : []), ...functionsOf(node)].flatMap(primitivesOf);
  });
  return [...new Set(names)].toSorted();
}
