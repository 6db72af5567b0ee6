/** The names of fused kernels: after the op if it is one, else after what the kernel is part of. */
import { constantOf, isIdentity } from '../../ir/traits.ts';
import type { Node } from '../../ir/types.ts';
import { broadcastShapes } from '../../ops/rules/broadcast.ts';

/**
 * `xent`, `adamw`; `xent_rows` where only row values come out, `xent_total` where all is one number, `relu_vjp` in the
 * backward pass.
 */
export function kernelName(node: Node): string {
  const [body] = node.bodies;
  const computing = (body?.nodes ?? []).filter((inner) => constantOf(inner) === undefined && !isIdentity(inner));
  const [only, other] = computing;
  if (node.inputs.length === 0) return 'number';
  if (only !== undefined && other === undefined) return only.op;
  return `${node.origin.what}${extentOf(node)}${node.section === 'backward' ? '_vjp' : ''}`;
}

function extentOf({ inputs, outputs }: Node): string {
  const domain = broadcastShapes(inputs.map(({ type }) => type));
  if ('misfit' in domain) return '';
  if (domain.length === 0) return '_total';
  const narrow = outputs.every(({ type }) => type.shape.at(-1) === 1) && domain.at(-1) !== 1;
  return domain.length > 1 && narrow ? '_rows' : '';
}
