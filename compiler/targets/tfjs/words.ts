/** Words for values that the user gave no name: what an op makes, or what the value is part of. */
import type { Node, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';

/** What comes out of an op. */
const nounOf = (op: string): string => registry.get(op)?.noun ?? op;

/** Passes name what they make after ops; such a name says less than what the node does now. */
const isGeneric = (value: Value): boolean => registry.has(value.name);

/** The word for a part of an expression: its own name, or a noun for what its op makes. */
export const partWord = (value: Value, node: Node): string => (isGeneric(value) ? nounOf(node.op) : value.name);

/** The word for a number of the host: `schedule` rather than `schedule_where`. */
export function numberWord(value: Value, node: Node): string {
  const ending = `_${node.op}`;
  return value.name.endsWith(ending) ? value.name.slice(0, -ending.length) : partWord(value, node);
}

/** The word for a tensor: its own name, or that of the kernel that makes it, or what comes out of that. */
export function tensorWord(value: Value, node: Node): string {
  if (!isGeneric(value)) return value.name;
  const { name } = node.attrs;
  const [body] = node.bodies;
  if (node.outputs.length === 1 && typeof name === 'string' && !registry.has(name)) return name;
  const result = body?.outputs[node.outputs.indexOf(value)]?.value;
  const maker =
    body === undefined ? node : body.nodes.find(({ outputs }) => outputs.some((output) => output === result));
  return `${node.origin.what}_${maker === undefined ? value.name : nounOf(maker.op)}`;
}
