/** Computes on the host, at compile time, what depends on constants alone. */
import type { Graph, Node, Value } from '../ir/types.ts';
import { registry } from '../ops/index.ts';
import { scalar } from '../ops/rules/index-space.ts';
import { environment, noDraw } from '../targets/reference/evaluate.ts';
import { rewrite } from './rewrite.ts';

/** A number of the host made of consts becomes a const: the arithmetic of hypers ends as literals. */
export function foldConstants(graph: Graph): Graph {
  const known = new Map<Value, number>();
  return rewrite(graph, (node, r) => {
    const [output] = node.outputs;
    if (output === undefined) return undefined;
    const value = node.op === 'const' ? node.attrs['value'] : folded(node, known);
    if (typeof value !== 'number') return undefined;
    const constant = node.op === 'const' ? output : r.b.constant(value);
    known.set(constant, value);
    return node.op === 'const' ? undefined : [constant];
  });
}

function folded(node: Node, known: ReadonlyMap<Value, number>): number | undefined {
  const [output] = node.outputs;
  const op = registry.get(node.op);
  if (op === undefined || op.lower.as !== 'scalar' || output?.type.dtype !== 'f64' || output.type.shape.length > 0)
    return undefined;
  const inputs = node.inputs.map((input) => known.get(input));
  const numbers = inputs.filter((input) => input !== undefined);
  if (numbers.length !== inputs.length) return undefined;
  const [result] = op.evaluate(numbers.map(scalar), node.attrs, [output.type], environment(1, noDraw));
  const number = result?.data[0];
  return number === undefined ? undefined : withoutNoise(number);
}

/** 1 − 0.9 is 0.1 to a reader: a number that is much shorter at 15 digits is meant. */
function withoutNoise(number: number): number {
  const rounded = Number(number.toPrecision(15));
  return String(rounded).length + 4 < String(number).length ? rounded : number;
}
