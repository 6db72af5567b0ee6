/**
 * Numbers of the host, after what kernels do with them: `m_scale` divides or multiplies m; `per_B` is 1 / B. What no
 * kernel takes is called after what it is part of.
 */
import { localWord } from '../../ir/called.ts';
import { constantOf, isFused } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { definitions, users } from '../../ir/uses.ts';

const DOES: Readonly<Record<string, string>> = {
  mul: 'scale',
  div: 'divisor',
  add: 'shift',
  sub: 'shift',
  pow: 'power',
  maximum: 'floor',
  minimum: 'ceiling',
};

/** Only numbers that nobody has called anything; constants become literals and need no word. */
export function numberWords(graph: Graph): ReadonlyMap<Value, string> {
  const readers = users(graph);
  const makers = definitions(graph);
  const words = new Map<Value, string>();
  for (const node of graph.nodes) {
    const [number] = node.outputs;
    if (number?.type.dtype !== 'f64' || number.word !== undefined || constantOf(node) !== undefined) continue;
    const word =
      inverseOf(node, makers) ??
      (readers.get(number) ?? []).map((reader) => purpose(reader, number)).find((found) => found !== undefined) ??
      node.origin.scope;
    if (word !== undefined) words.set(number, word);
  }
  return words;
}

/** `per_B` for 1 / B. */
function inverseOf(node: Node, makers: ReadonlyMap<Value, Node>): string | undefined {
  const [one, number] = node.inputs;
  if (node.op !== 'div' || one === undefined || number === undefined || makers.has(number)) return undefined;
  const maker = makers.get(one);
  return maker !== undefined && constantOf(maker) === 1 ? `per_${number.word ?? 'number'}` : undefined;
}

/** What a reader, or the kernel that it is, does with the number. */
function purpose(reader: Node, number: Value): string | undefined {
  if (!isFused(reader)) return does(reader, number);
  const [body] = reader.bodies;
  const inner = body?.inputs[reader.inputs.indexOf(number)]?.value;
  if (body === undefined || inner === undefined) return undefined;
  return body.nodes
    .filter(({ inputs }) => inputs.includes(inner))
    .map((node) => does(node, inner))
    .find((found) => found !== undefined);
}

function does({ op, inputs, outputs, origin }: Node, number: Value): string | undefined {
  const word = DOES[op];
  if (outputs[0]?.type.dtype !== 'f32' || word === undefined) return undefined;
  const other = inputs.find((input) => input !== number);
  if (other === undefined || other.type.dtype === 'f64') return word;
  const local = localWord(other, origin)?.replace(/^new_/, '');
  return local === undefined ? word : `${local}_${word}`;
}
