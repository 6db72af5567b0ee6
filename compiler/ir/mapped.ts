/** Where a node runs, and what the kernel of a map computes: the same for every target. */
import { InternalError } from '../diagnostics/types.ts';
import { wordFor } from './called.ts';
import { isElementwise, isFused, isTotal, loweringOf, rowFunction } from './traits.ts';
import type { Graph, Node } from './types.ts';

/** Whether a node has a part on the device: any of its results lies there, or it takes from there what is totalled. */
export const onDevice = (node: Node): boolean =>
  isTotal(node) || node.outputs.some((output) => output.type.dtype !== 'f64');

/** Whether a node on the device is a fused kernel, or the elementwise op that one would be made of. */
export const isMapped = (node: Node): boolean => onDevice(node) && (isFused(node) || isElementwise(node));

/** A map's body, or a body of the one elementwise op. */
export function graphOf(node: Node): Graph {
  const body = fusedBody(node);
  if (body !== undefined) return body;
  return {
    inputs: [...new Set(node.inputs)].map((value) => ({ role: 'input', name: wordFor(value), value })),
    nodes: [node],
    outputs: node.outputs.map((value) => ({ role: 'value', name: wordFor(value), value })),
  };
}

function fusedBody(node: Node): Graph | undefined {
  if (!isFused(node)) return undefined;
  const [body] = node.bodies;
  if (body === undefined) throw new InternalError(`${node.op} has no body`);
  return body;
}

/** The function of the runtime that a node of a body calls. */
export function primitiveOf(node: Node): string {
  const lowering = loweringOf(node);
  const fn = lowering?.as === 'scalar' ? lowering.primitive : rowFunction(node);
  if (fn === undefined) throw new InternalError(`${node.op} stands in the body of a map`);
  return fn;
}
