/** Names the numbers of the host that kernels take after what they do there: `m_scale` divides or multiplies m; `per_B` is 1 / B. */
import { users } from '../../ir/uses.ts';
import { Roles } from './names.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { rewrite } from '../rewrite.ts';
import type { Rewriter } from '../rewrite.ts';

const DOES: Readonly<Record<string, string>> = {
  mul: 'scale',
  div: 'scale',
  add: 'shift',
  sub: 'shift',
  pow: 'power',
  maximum: 'floor',
  minimum: 'ceiling',
};

/** Only numbers that the user gave no name are named; constants become literals and need none. */
export function nameNumbers(graph: Graph): Graph {
  const readers = users(graph);
  const roles = new Roles(graph);
  return rewrite(graph, (node, r) => {
    const [number] = node.outputs;
    if (number === undefined || node.op === 'const' || number.type.dtype !== 'f64' || number.name !== node.op)
      return undefined;
    const inverse = inverseOf(node, r);
    if (inverse !== undefined) return [r.b.apply(node.op, node.inputs, node.attrs, `per_${inverse}`)];
    const name = (readers.get(number) ?? [])
      .map((reader) => purpose(reader, number, roles))
      .find((word) => word !== undefined);
    return name === undefined ? undefined : [r.b.apply(node.op, node.inputs, node.attrs, name)];
  });
}

/** The name of B in 1 / B. */
function inverseOf(node: Node, r: Rewriter): string | undefined {
  const [one, number] = node.inputs;
  if (node.op !== 'div' || one === undefined || number === undefined || r.producer(number) !== undefined)
    return undefined;
  return r.producer(one)?.attrs['value'] === 1 ? number.name : undefined;
}

function purpose(reader: Node, number: Value, roles: Roles): string | undefined {
  const does = DOES[reader.op];
  if (reader.outputs[0]?.type.dtype !== 'f32' || does === undefined) return undefined;
  const other = reader.inputs.find((input) => input !== number);
  if (other === undefined || other.type.dtype === 'f64') return does;
  const word = roles.word(other, reader.section).replace(/^new_/, '');
  return word in DOES ? does : `${word}_${does}`;
}
