/** The interpreter with every result as rough as the device's: what a tensor may be off by rounding alone. */
import type { Graph, Value } from '../../compiler/ir/types.ts';
import type { Draw, Environment, Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { environment, key } from '../../compiler/targets/reference/evaluate.ts';
import type { Run } from '../../compiler/targets/reference/evaluate.ts';

/** Evaluates graphs; what ops calculate in f32 comes out up to two units in the last place away, by the salt. */
export const rounded =
  (salt: number) =>
  (graph: Graph, { inputs, batch, draw }: Run): Map<string, Tensor> => {
    const given = graph.inputs.map((input) => inputs.get(key(input)));
    const results = execute(graph, given, { batch, draw, salt });
    return new Map(graph.outputs.map((output, i) => [key(output), results[i] ?? nothing]));
  };

const nothing: Tensor = { shape: [], data: new Float64Array() };

interface Rough {
  readonly batch: number;
  readonly draw: Draw;
  readonly salt: number;
}

/** The outputs of a graph, or of a body within one. */
function execute(graph: Graph, inputs: readonly (Tensor | undefined)[], around: Rough): readonly Tensor[] {
  const { batch, draw, salt } = around;
  const env: Environment = {
    ...environment(batch, draw),
    run: (body, given, at = '') => {
      const below: Draw = (kind, stream, index) => draw(kind, at === '' ? stream : `${at}.${stream}`, index);
      return execute(body, given, { batch, draw: below, salt });
    },
  };
  const values = new Map<Value, Tensor>();
  const read = (value: Value): Tensor => {
    const tensor = values.get(value);
    if (tensor === undefined) throw new Error(`${value.word} is used before it is made`);
    return tensor;
  };
  for (const [i, { value }] of graph.inputs.entries()) {
    const given = inputs[i];
    if (given !== undefined) values.set(value, given);
  }
  for (const node of graph.nodes) {
    const types = node.outputs.map((output) => output.type);
    const results = registry.get(node.op)?.evaluate(node.inputs.map(read), node.attrs, types, env, node.bodies) ?? [];
    for (const [i, output] of node.outputs.entries()) {
      const result = results[i];
      if (result !== undefined) values.set(output, output.type.dtype === 'f32' ? rough(result, salt) : result);
    }
  }
  return graph.outputs.map(({ value }) => read(value));
}

function rough({ shape, data }: Tensor, salt: number): Tensor {
  return {
    shape,
    data: data.map((value) => (isExact(value) ? value : Math.fround(value * (1 + noise(value, salt))))),
  };
}

/** Whole numbers that every device counts without rounding. */
const isExact = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= 2 ** 24;

const bits = new DataView(new ArrayBuffer(8));

/** Within ±2⁻²², by the value and the salt: what is equal stays equal. */
function noise(value: number, salt: number): number {
  bits.setFloat64(0, Math.fround(value));
  const mixed = Math.imul(bits.getUint32(0) ^ (bits.getUint32(4) >>> 7) ^ Math.imul(salt, 0x85ebca6b), 0x9e3779b1);
  return (((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32 - 0.5) * 2 ** -21;
}
