/** What can be part of a fused map: elementwise ops, reductions along the last axis, and views between [N] and [N, 1]. */
import { loweringOf, rowFunction } from '../../ir/traits.ts';
import type { Node, Shape } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { axesOf } from '../../ops/rules/axes.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';

export type Part = 'elementwise' | 'reduction' | 'view';

/** The part that a node would play in a map; undefined for kernels of their own, and for what lives on the host. */
export function partOf(node: Node): Part | undefined {
  const type = node.outputs[0]?.type;
  const [input] = node.inputs;
  if (type === undefined || type.dtype === 'f64' || input === undefined) return undefined;
  if (loweringOf(node)?.as === 'scalar') return 'elementwise';
  if (reducesRows(node)) return 'reduction';
  return node.op === 'reshape' && isView(input.type.shape, type.shape) ? 'view' : undefined;
}

/** A reduction that maps know along the last axis of a tensor of at least two. */
function reducesRows(node: Node): boolean {
  const shape = node.inputs[0]?.type.shape ?? [];
  if (rowFunction(node) === undefined) return false;
  if (shape.length < 2 || shape[shape.length - 1] === 'B') return false;
  const axes = axesOf(node.attrs, shape.length);
  return !('misfit' in axes) && axes.length === 1 && axes[0] === shape.length - 1;
}

/** Whether the shapes differ by one axis of size 1 at the end, behind at least one other. */
function isView(a: Shape, b: Shape): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 1 && sameShape([...short, 1], long);
}

/** Whether the result costs less to compute again than to write and read. */
export const isCheap = (node: Node): boolean => registry.get(node.op)?.cheap === true;
