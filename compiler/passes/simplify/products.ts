/** Identities of matrix products. */
import type { Value } from '../../ir/types.ts';
import { swapsLastTwo } from './permutation.ts';
import type { Rule, Site } from './site.ts';

export const products: readonly Rule[] = [
  {
    theorem: 'aᵀ @ b and a @ bᵀ → one product that reads its operand transposed',
    ops: ['matmul'],
    apply: (s) => {
      const [a, b] = [untransposed(s, 0), untransposed(s, 1)];
      if (a === undefined && b === undefined) return undefined;
      const flag = (name: string, taken: Value | undefined): boolean =>
        (s.attrs[name] === true) !== (taken !== undefined);
      const flags = { transposeA: flag('transposeA', a), transposeB: flag('transposeB', b) };
      return s.rebuild('matmul', [a ?? s.input(0), b ?? s.input(1), ...s.node.inputs.slice(2)], {
        ...s.attrs,
        ...flags,
      });
    },
  },
  {
    theorem: '(a @ b)ᵀ → bᵀ @ aᵀ',
    condition: 'nothing else reads the product, which has no bias and no activation',
    ops: ['transpose'],
    apply: (s) => {
      const product = s.input(0);
      const node = s.producer(product);
      if (product === undefined || node?.op !== 'matmul' || node.inputs.length !== 2 || !swapsLastTwo(s.node))
        return undefined;
      if (!s.readOnce(product) || node.bodies.length > 0) return undefined;
      const flags = { transposeA: node.attrs['transposeB'] !== true, transposeB: node.attrs['transposeA'] !== true };
      return s.rebuild('matmul', [node.inputs[1], node.inputs[0]], flags);
    },
  },
];

/** What an operand is the transpose of. */
function untransposed(s: Site, position: number): Value | undefined {
  const producer = s.producer(s.input(position));
  return swapsLastTwo(producer) ? producer?.inputs[0] : undefined;
}
