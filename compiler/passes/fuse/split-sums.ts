/** Splits a sum over several axes in two, so that its part along the last axis can be computed inside a map. */
import { altered, asPart } from '../../ir/called.ts';
import type { Graph } from '../../ir/types.ts';
import { axesOf } from '../../ops/rules/axes.ts';
import { rewrite } from '../rewrite.ts';
import { partOf } from './parts.ts';

/** Σᵢⱼ xᵢⱼ = Σᵢ (Σⱼ xᵢⱼ), where x is computed by a map anyway: it need not be written as a whole. */
export function splitSums(graph: Graph): Graph {
  return rewrite(graph, (node, r) => {
    const [x] = node.inputs;
    if (node.op !== 'sum' || x === undefined || x.type.dtype !== 'f32') return undefined;
    const { shape } = x.type;
    const last = shape.length - 1;
    const axes = axesOf(node.attrs, shape.length);
    const producer = r.producer(x);
    if ('misfit' in axes || axes.length < 2 || !axes.includes(last) || shape[last] === 1 || shape[last] === 'B')
      return undefined;
    if (producer === undefined || partOf(producer) !== 'elementwise') return undefined;
    const called = { word: altered(node.outputs[0]?.word, asPart('rows')) };
    const rows = r.b.apply('sum', [x], { axis: [last], keepdims: true }, called);
    return [r.b.apply('sum', [rows], node.attrs)];
  });
}
