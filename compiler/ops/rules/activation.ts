/** The function of one value that a kernel applies last: a graph of elementwise ops with one input and one output. */
import type { Graph, Type } from '../../ir/types.ts';
import type { Misfit } from '../define.ts';
import { sameShape } from './broadcast.ts';

/** Nothing, if the body takes and gives a value of this type. */
export function activationMisfit(act: Graph, type: Type): Misfit | undefined {
  const [input, ...inputs] = act.inputs;
  const [output, ...outputs] = act.outputs;
  const fits = (given: Type | undefined) => given?.dtype === type.dtype && sameShape(given.shape, type.shape);
  if (inputs.length === 0 && outputs.length === 0 && fits(input?.value.type) && fits(output?.value.type))
    return undefined;
  return { misfit: 'attr', attr: 'act', why: `it must map one value of [${type.shape.join(', ')}] to another` };
}
