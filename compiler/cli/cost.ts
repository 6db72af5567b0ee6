/** What a graph costs: floating-point operations by node, and bytes by value. */
import type { Node, Shape, Value } from '../ir/types.ts';
import { registry } from '../ops/index.ts';

export function elements(shape: Shape, batch: number): number {
  return shape.reduce<number>((product, size) => product * (size === 'B' ? batch : size), 1);
}

/** Values on the device have four bytes an element; numbers of the host cost nothing there. */
export function bytes({ type }: Value, batch: number): number {
  return type.dtype === 'f64' ? 0 : 4 * elements(type.shape, batch);
}

/**
 * Operations of one node: 2·m·n·k for a matrix product, one for each element that an elementwise op makes or a
 * reduction reads; moving values about is none.
 */
export function operations(node: Node, batch: number): number {
  const [output] = node.outputs;
  const [input] = node.inputs;
  if (output === undefined || output.type.dtype === 'f64') return 0;
  if (input === undefined) return moves(node.op) ? 0 : elements(output.type.shape, batch);
  if (node.op === 'matmul') {
    const inner = input.type.shape.at(node.attrs['transposeA'] === true ? -2 : -1) ?? 1;
    return 2 * elements(output.type.shape, batch) * elements([inner], batch);
  }
  if (moves(node.op)) return 0;
  const elementwise = registry.get(node.op)?.elementwise === true;
  return elements(elementwise ? output.type.shape : input.type.shape, batch);
}

const moves = (op: string): boolean =>
  [
    'reshape',
    'transpose',
    'broadcast',
    'slice',
    'pad',
    'concat',
    'stack',
    'gather',
    'cast',
    'const',
    'arange',
  ].includes(op) || op === 'stop_gradient';
