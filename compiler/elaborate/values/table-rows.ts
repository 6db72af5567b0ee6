/**
 * How far the integers of an input may count: where they reach a table as its rows, there are only so many. Integers that
 * are computed with are clamped there, and are no concern of the input's.
 */
import type { Graph, Node, Value } from '../../ir/types.ts';
import type { Tensor } from '../../ops/define.ts';
import { registry } from '../../ops/index.ts';
import { concrete, elements } from '../../ops/rules/index-space.ts';
import { environment, noDraw } from '../../targets/reference/evaluate.ts';

/** The rows of the smallest table that each number of an example reaches; Infinity where it reaches none. */
export function tableRows(graphs: readonly Graph[], port: string, shape: readonly number[]): readonly number[] {
  const rows = Array.from({ length: elements(shape) }, () => Infinity);
  for (const graph of graphs) {
    const input = graph.inputs.find(({ role, name }) => role === 'input' && name === port);
    if (input === undefined || !graph.nodes.some(({ op }) => op === 'gather')) continue;
    // Which element of the port, counted from 1, each element of a value is; 0 for none.
    const places = new Map<Value, Tensor>();
    places.set(input.value, { shape: [1, ...shape], data: Float64Array.from(rows, (_, i) => i + 1) });
    for (const node of graph.nodes) {
      if (registry.get(node.op)?.moves === true) follow(node, places);
      const [table, ids] = node.op === 'gather' ? node.inputs : [];
      const size = table?.type.shape[0];
      if (ids === undefined || typeof size !== 'number') continue;
      for (const place of places.get(ids)?.data ?? []) {
        const before = rows[place - 1];
        if (before !== undefined) rows[place - 1] = Math.min(before, size);
      }
    }
  }
  return rows;
}

const env = environment(1, noDraw);

/** Moves places as the op moves the elements themselves, by what it means for a batch of one. */
function follow({ op, inputs, outputs, attrs }: Node, places: Map<Value, Tensor>): void {
  if (!inputs.some((value) => places.has(value))) return;
  const given = inputs.map((value) => places.get(value) ?? nowhere(value));
  const types = outputs.map(({ type }) => type);
  const results = registry.get(op)?.evaluate(given, attrs, types, env) ?? [];
  for (const [i, output] of outputs.entries()) {
    const result = results[i];
    if (result !== undefined) places.set(output, result);
  }
}

function nowhere({ type }: Value): Tensor {
  const shape = concrete(type.shape, env.batch);
  return { shape, data: new Float64Array(elements(shape)) };
}
