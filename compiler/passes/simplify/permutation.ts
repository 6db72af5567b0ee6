/** The permutation of a transpose, and whether it is that of a matrix. */
import type { Node } from '../../ir/types.ts';

/** Which axis of the input each axis of a transpose is; in reverse order unless it says otherwise. */
export function permutationOf(node: Node): readonly number[] | undefined {
  if (node.op !== 'transpose') return undefined;
  const { permutation } = node.attrs;
  const rank = node.inputs[0]?.type.shape.length ?? 0;
  if (!Array.isArray(permutation)) return [...Array(rank).keys()].reverse();
  const axes = permutation.filter((axis) => typeof axis === 'number');
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

/** Whether a transpose swaps the last two axes and leaves all others. */
export function swapsLastTwo(node: Node | undefined): boolean {
  const permutation = node === undefined ? undefined : permutationOf(node);
  if (permutation === undefined || permutation.length < 2) return false;
  const rank = permutation.length;
  return permutation.every((axis, i) => axis === (i === rank - 2 ? rank - 1 : i === rank - 1 ? rank - 2 : i));
}
