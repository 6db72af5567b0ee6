/** Random ops: each element is a pure function of the stream's name and its row-major position. */
import type { Attrs, Node } from '../../ir/types.ts';
import type { AttrSpec, Op } from '../define.ts';
import { stringAttr } from './attributes.ts';
import { call, shapeOf, stream } from './call.ts';
import type { Call } from './call.ts';
import { concrete, tabulate } from './index-space.ts';
import { one } from './operands.ts';

/** In an initial value no stream is named: it is the path of the weight, which the caller of the graph fills in. */
export const randomAttrs: Readonly<Record<string, AttrSpec>> = {
  shape: { type: 'shape', default: 'required' },
  stream: { type: 'string', default: '', internal: true },
};

export const deviceRandomAttrs: Readonly<Record<string, AttrSpec>> = {
  ...randomAttrs,
  host: { type: 'boolean', default: false, internal: true },
};

export function drawn(kind: 'uniform' | 'normal' | 'truncated_normal'): Op['evaluate'] {
  return (_, attrs: Attrs, outputs, env) => {
    const from = stringAttr(attrs, 'stream', '');
    return [tabulate(concrete(one(outputs).shape, env.batch), (_index, flat) => env.draw(kind, from, flat))];
  };
}

/** On the device a stream is named. */
export const callDraw = (method: string, node: Node): Call =>
  call(method, [stream(stringAttr(node.attrs, 'stream', '')), shapeOf(node)]);

/** On the host the caller has it in hand. */
export const hostDraw = (method: string, node: Node): Call => ({ ...call(method, [shapeOf(node)]), of: 'draw' });
