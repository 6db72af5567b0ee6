/**
 * How far the integers of an input may count: where they reach a table as its rows, there are only so many. Integers that
 * are computed with are clamped there, and are no concern of the input's.
 */
import { isCall } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import type { Tensor } from '../../ops/define.ts';
import { isLoop } from '../../ir/loops.ts';
import { registry } from '../../ops/index.ts';
import { concrete, elements, position } from '../../ops/rules/index-space.ts';
import { kindOf, loopOf } from '../../ops/rules/loop.ts';
import { environment, noDraw } from '../../targets/reference/evaluate.ts';

/** The rows of the smallest table that each number of an example reaches; Infinity where it reaches none. */
export function tableRows(graphs: readonly Graph[], port: string, shape: readonly number[]): readonly number[] {
  const rows = Array.from({ length: elements(shape) }, () => Infinity);
  for (const graph of graphs) {
    const input = graph.inputs.find(({ role, name }) => role === 'input' && name === port);
    if (input === undefined) continue;
    const own: Tensor = { shape: [1, ...shape], data: Float64Array.from(rows, (_, i) => i + 1) };
    visit(graph.nodes, new Map([[input.value, own]]), rows);
  }
  return rows;
}

/** Which element of the port, counted from 1, each element of a value is; 0 for none. Of other values nothing is known. */
type Places = Map<Value, Tensor>;

/** Bounds the rows by the tables that nodes look them up in. */
function visit(nodes: readonly Node[], places: Places, rows: number[]): void {
  for (const node of nodes) {
    if (isLoop(node)) turns(node, places, rows);
    else if (isCall(node)) called(node, places, rows);
    else if (registry.get(node.op)?.moves === true) follow(node, places);
    const [table, ids] = node.op === 'gather' ? node.inputs : [];
    const size = table?.type.shape[0];
    if (ids === undefined || typeof size !== 'number') continue;
    for (const place of places.get(ids)?.data ?? []) {
      const before = rows[place - 1];
      if (before !== undefined) rows[place - 1] = Math.min(before, size);
    }
  }
}

/** A loop, turn by turn: what is carried may be integers of the turn before. */
function turns(node: Node, places: Places, rows: number[]): void {
  if (!node.inputs.some((value) => places.has(value))) return;
  const loop = loopOf(node);
  const { body, carried, steps, reverse } = loop;
  let now = node.inputs.slice(0, carried).map((value) => places.get(value));
  for (let turn = 0; turn < steps; turn++) {
    const at = reverse ? steps - 1 - turn : turn;
    const inside: Places = new Map();
    for (const [i, { value }] of body.inputs.entries()) {
      const whole = i < carried ? now[i] : places.get(node.inputs[i] ?? value);
      if (whole !== undefined) inside.set(value, kindOf(loop, i) === 'sequence' ? position(whole, at) : whole);
    }
    visit(body.nodes, inside, rows);
    now = body.outputs.slice(0, carried).map(({ value }) => inside.get(value));
  }
  for (const [i, found] of now.entries()) {
    const last = node.outputs[i];
    if (found !== undefined && last !== undefined) places.set(last, found);
  }
}

function called({ inputs, outputs, bodies: [body] }: Node, places: Places, rows: number[]): void {
  if (body === undefined || !inputs.some((value) => places.has(value))) return;
  const inside: Places = new Map();
  for (const [i, { value }] of body.inputs.entries()) {
    const given = places.get(inputs[i] ?? value);
    if (given !== undefined) inside.set(value, given);
  }
  visit(body.nodes, inside, rows);
  for (const [i, output] of outputs.entries()) {
    const found = inside.get(body.outputs[i]?.value ?? output);
    if (found !== undefined) places.set(output, found);
  }
}

const env = environment(1, noDraw);

/** Moves places as the op moves the elements themselves, by what it means for a batch of one. */
function follow({ op, inputs, outputs, attrs }: Node, places: Places): void {
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
