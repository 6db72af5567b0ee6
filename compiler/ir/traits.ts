/** What the op of a node says of it: its lowering, its call, its part in a map. */
import { InternalError } from '../diagnostics/types.ts';
import type { Lowering } from '../ops/define.ts';
import { registry } from '../ops/index.ts';
import type { Call } from '../ops/rules/call.ts';
import { callInputs } from '../ops/rules/call.ts';
import type { Node } from './types.ts';

export const loweringOf = (node: Node): Lowering | undefined => registry.get(node.op)?.lower;

export const isElementwise = (node: Node): boolean => registry.get(node.op)?.elementwise === true;

/** Whether it is the call of a function: a graph that other calls share. */
export const isCall = (node: Node): boolean => registry.get(node.op)?.bodies === 'function';

/** Whether its result is the memory of its input. */
export function isView(node: Node): boolean {
  const lowering = loweringOf(node);
  return lowering?.as === 'kernel' && lowering.view === true;
}

/** The function that stands for it in a map over rows. */
export function rowFunction(node: Node): string | undefined {
  const lowering = loweringOf(node);
  return lowering?.as === 'kernel' ? lowering.row : undefined;
}

/** Whether it is a fused kernel: it computes what its body says, from its inputs. */
export const isFused = (node: Node): boolean => loweringOf(node)?.as === 'fused';

/** Ops that are no step of a computation: they pass their input on as it is. */
export const isIdentity = (node: Node): boolean => loweringOf(node)?.as === 'nothing' && node.inputs.length > 0;

/** Whether a node's result is known when all batches have passed. */
export const isTotal = (node: Node): boolean => loweringOf(node)?.as === 'total';

/** The function of the host that makes a total of the moments of rows; undefined where it is of other things. */
export function endOf(node: Node): string | undefined {
  const lowering = loweringOf(node);
  return lowering?.as === 'total' && lowering.from === 'rows' ? lowering.end : undefined;
}

/** The value of a const node. */
export function constantOf(node: Node): number | undefined {
  const { value } = node.attrs;
  return node.op === 'const' && typeof value === 'number' ? value : undefined;
}

/** The number that a node makes every element of its result. */
export function filledWith(node: Node): number | undefined {
  const { value } = node.attrs;
  return node.op === 'full' && typeof value === 'number' ? value : undefined;
}

/** How `k` is called for a node that is neither a map nor a part of one. */
export function deviceCall(node: Node): Call {
  const lowering = loweringOf(node);
  if (lowering?.as === 'kernel' || lowering?.as === 'total') return lowering.call(node);
  throw new InternalError(`${node.op} has no kernel`);
}

/** How the host is called: as a rule, it has a function of the op's name. */
export function hostCall(node: Node): Call {
  const op = registry.get(node.op);
  if (op?.host !== undefined) return op.host(node);
  return op?.lower.as === 'kernel' ? op.lower.call(node) : callInputs(node.op, node);
}

/** Whether the op can add a bias of its last axis itself, and this node has none yet. */
export function takesBias({ op, inputs }: Node): boolean {
  const names = registry.get(op)?.inputs ?? [];
  return names.at(-1) === 'bias?' && inputs.length === names.length - 1;
}

/** Whether the op can apply a function to its result itself, and this node has none yet. */
export const takesActivation = ({ op, bodies }: Node): boolean =>
  registry.get(op)?.bodies === 'scalar' && bodies.length === 0;
