/** What a product does last, after fusion: it adds a bias, and applies a function of one value. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Graph, Node, Type } from '../../ir/types.ts';
import type { Environment, Misfit, Tensor } from '../define.ts';
import { sameType } from './broadcast.ts';
import { value } from './call.ts';
import type { Argument } from './call.ts';
import { element, read, tabulate } from './index-space.ts';

/**
 * What is wrong with the bias, input 2, or with the function, for a product of this type. The function is the body: a
 * graph of elementwise ops with one input and one output.
 */
export function epilogueMisfit(product: Type, bias: Type | undefined, [act]: readonly Graph[]): Misfit | undefined {
  const width = product.shape[product.shape.length - 1] ?? 1;
  if (bias !== undefined && !sameType(bias, { dtype: product.dtype, shape: [width] })) {
    return { misfit: 'input', input: 2, why: `the bias must be [${width}]` };
  }
  return act === undefined ? undefined : activationMisfit(act, product);
}

function activationMisfit(act: Graph, type: Type): Misfit | undefined {
  const [input, ...inputs] = act.inputs;
  const [output, ...outputs] = act.outputs;
  const fits = (given: Type | undefined) => sameType(given, type);
  if (inputs.length === 0 && outputs.length === 0 && fits(input?.value.type) && fits(output?.value.type))
    return undefined;
  return { misfit: 'attr', attr: 'bias', why: `it must map one value of [${type.shape.join(', ')}] to another` };
}

export function withEpilogue(
  product: Tensor,
  bias: Tensor | undefined,
  [act]: readonly Graph[],
  env: Environment,
): readonly Tensor[] {
  const sum =
    bias === undefined ? product : tabulate(product.shape, (index, flat) => element(product, flat) + read(bias, index));
  return act === undefined ? [sum] : env.run(act, [sum]);
}

/** The bias and the function as options of a call. */
export function epilogueOptions({
  inputs: [, , bias],
  bodies: [act],
}: Node): Readonly<Record<string, Argument | undefined>> {
  return { bias: bias && value(bias), act: act && { kind: 'function', body: act } };
}

/** A fused product has been differentiated before. */
export function demandBare(name: string, inputs: readonly unknown[], bodies: readonly Graph[]): void {
  if (inputs.length > 2 || bodies.length > 0) throw new InternalError(`a fused ${name} has no derivative`);
}
