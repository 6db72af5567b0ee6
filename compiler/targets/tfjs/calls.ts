/** Kernel calls: how each op that runs on the device is written as a call of `k`. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Attr, Graph, Node, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { attrText, onDevice, pairsText, permutationText, reduceOptions } from './host-code.ts';
import type { Doc } from './layout.ts';
import { call, list, object } from './layout.ts';
import { quoted } from './names.ts';

/** What a call needs to know of the function in which it stands. */
export interface Place {
  /** The text of a value that is read here. */
  readonly ref: (value: Value) => string;
  /** The function that computes a map's body, and the operands that it still takes. */
  readonly body: (node: Node) => { readonly fn: string; readonly operands: readonly Value[] };
  /** The function of one value that a matrix product ends in. */
  readonly act: (graph: Graph, node: Node) => string;
}

export const isGraph = (attr: Attr): attr is Graph => typeof attr === 'object' && 'nodes' in attr;

/** Whether a node on the device is a fused kernel, or the elementwise op that one would be made of. */
export const isMapped = (node: Node): boolean =>
  onDevice(node) && (node.op === 'map' || registry.get(node.op)?.elementwise === true);

/** The call that makes a node's outputs. `into` names the memory that each takes over. */
export function kernelCall(node: Node, into: readonly (Value | undefined)[], place: Place): Doc {
  if (isMapped(node)) return mapCall(node, into, place);
  const { attrs } = node;
  const args = node.inputs.map(place.ref);
  const [x = '', y = ''] = args;
  const [output] = node.outputs;
  switch (node.op) {
    case 'matmul':
      return matmulCall(node, place);
    case 'sum':
    case 'max':
    case 'min':
      return call(`k.${node.op}`, [x, ...reduceOptions(attrs)]);
    case 'batch_total':
      return call('k.sum', [x, '{ axis: [0] }']);
    case 'total_variance':
      // The rows themselves: the host keeps what is needed of them.
      return call('k.broadcast', [x, attrText(node.inputs[0]?.type.shape)]);
    case 'argmax':
    case 'argmin':
      return call(`k.${node.op}`, [x, attrText(attrs['axis'])]);
    case 'reshape':
    case 'broadcast':
      return call(`k.${node.op}`, [x, attrText(output?.type.shape)]);
    case 'transpose':
      return call('k.transpose', [x, permutationText(node)]);
    case 'slice':
      return call('k.slice', [x, attrText(attrs['begin']), attrText(attrs['size'])]);
    case 'pad':
      return call('k.pad', [x, pairsText(attrs['padding'])]);
    case 'concat':
      return call('k.concat', [list(args), attrText(attrs['axis'])]);
    case 'gather':
      return call('k.gather', [x, y]);
    case 'scatter_add':
      return call('k.scatterAdd', [x, y, sizeText(attrs['rows'])]);
    case 'arange':
      return call('k.arange', [sizeText(attrs['size'])]);
    case 'uniform':
    case 'normal':
      return call(`k.${node.op}`, [quoted(String(attrs['stream'])), attrText(output?.type.shape)]);
    default:
      throw new InternalError(`no kernel call is known for ${node.op}`);
  }
}

const sizeText = (attr: Attr): string => (attr === 'B' ? 'B' : attrText(attr));

function mapCall(node: Node, into: readonly (Value | undefined)[], place: Place): Doc {
  const { fn, operands } = place.body(node);
  const last = into.findLastIndex((value) => value !== undefined);
  const targets = into.slice(0, last + 1).map((value) => (value === undefined ? 'undefined' : place.ref(value)));
  const options = targets.length > 0 ? [object([['into: ', list(targets)]])] : [];
  return call('k.map', [fn, list(operands.map(place.ref)), ...options]);
}

function matmulCall(node: Node, place: Place): Doc {
  const { attrs } = node;
  const [a, b, bias] = node.inputs;
  if (a === undefined || b === undefined) throw new InternalError('a matrix product takes two values');
  const options: string[] = [];
  if (attrs['transposeA'] === true) options.push('transposeA: true');
  if (attrs['transposeB'] === true) options.push('transposeB: true');
  if (bias !== undefined) options.push(`bias: ${place.ref(bias)}`);
  if (isGraph(attrs['act'])) options.push(`act: ${place.act(attrs['act'], node)}`);
  return call('k.matmul', [place.ref(a), place.ref(b), ...(options.length > 0 ? [object(options)] : [])]);
}

/** Whether a call mentions the batch size. */
export function mentionsBatch(node: Node): boolean {
  if (node.op === 'total_variance') return true;
  if (node.op === 'reshape' || node.op === 'broadcast' || node.op === 'uniform' || node.op === 'normal') {
    return node.outputs.some((output) => output.type.shape.includes('B'));
  }
  const specs = registry.get(node.op)?.attrs ?? {};
  return Object.entries(node.attrs).some(
    // A name is no size, whatever it is.
    ([key, attr]) => specs[key]?.type !== 'string' && (attr === 'B' || (Array.isArray(attr) && attr.includes('B'))),
  );
}
