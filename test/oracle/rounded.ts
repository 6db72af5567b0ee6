/** The interpreter with every result as rough as the device's: what a tensor may be off by rounding alone. */
import type { Graph, Value } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { environment, key } from '../../compiler/targets/reference/evaluate.ts';
import type { Run } from '../../compiler/targets/reference/evaluate.ts';

/** Evaluates graphs; what ops calculate in f32 comes out up to two units in the last place away, by the salt. */
export const rounded =
  (salt: number) =>
  (graph: Graph, run: Run): Map<string, Tensor> =>
    evaluate(graph, run, salt);

function evaluate(graph: Graph, { inputs, batch, draw }: Run, salt: number): Map<string, Tensor> {
  const env = environment(batch, draw);
  const values = new Map<Value, Tensor>();
  const read = (value: Value): Tensor => {
    const tensor = values.get(value);
    if (tensor === undefined) throw new Error(`${value.name} is used before it is made`);
    return tensor;
  };
  for (const input of graph.inputs) {
    const given = inputs.get(key(input));
    if (given !== undefined) values.set(input.value, given);
  }
  for (const node of graph.nodes) {
    const types = node.outputs.map((output) => output.type);
    const results = registry.get(node.op)?.evaluate(node.inputs.map(read), node.attrs, types, env, node.bodies) ?? [];
    for (const [i, output] of node.outputs.entries()) {
      const result = results[i];
      if (result !== undefined) values.set(output, output.type.dtype === 'f32' ? rough(result, salt) : result);
    }
  }
  return new Map(graph.outputs.map((output) => [key(output), read(output.value)]));
}

function rough({ shape, data }: Tensor, salt: number): Tensor {
  return {
    shape,
    data: data.map((value) => (Number.isInteger(value) ? value : Math.fround(value * (1 + noise(value, salt))))),
  };
}

const bits = new DataView(new ArrayBuffer(8));

/** Within ±2⁻²², by the value and the salt: what is equal stays equal. */
function noise(value: number, salt: number): number {
  bits.setFloat64(0, Math.fround(value));
  const mixed = Math.imul(bits.getUint32(0) ^ (bits.getUint32(4) >>> 7) ^ Math.imul(salt, 0x85ebca6b), 0x9e3779b1);
  return (((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32 - 0.5) * 2 ** -21;
}
