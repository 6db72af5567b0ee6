/** The f64 interpreter: what a graph means. The oracle of every other target, and the folder of constants. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Graph, GraphInput, GraphOutput, Node, Value } from '../../ir/types.ts';
import type { Draw, Environment, Tensor } from '../../ops/define.ts';
import { registry } from '../../ops/index.ts';
import { concrete } from '../../ops/rules/index-space.ts';

export interface Run {
  /** By role and name: `parameter:dense.kernel`, `host:t`. Values that the graph does not ask for are left alone. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** The size of the batch axis. */
  readonly batch: number;
  readonly draw: Draw;
  /** Values that are not computed again. */
  readonly known?: ReadonlyMap<Value, Tensor>;
  /** Told of each node that has been executed. */
  readonly watch?: (() => void) | undefined;
}

/** The outputs of a graph by role and name: `loss:loss`, `grad:dense.kernel`. */
export function evaluateGraph(graph: Graph, run: Run): Map<string, Tensor> {
  const values = evaluateValues(graph, run);
  return new Map(graph.outputs.map((output) => [key(output), valueOf(values, output.value)]));
}

/** All values of a graph. */
export function evaluateValues(
  { inputs, nodes }: Pick<Graph, 'inputs' | 'nodes'>,
  { inputs: given, batch, draw, known, watch }: Run,
): ReadonlyMap<Value, Tensor> {
  const bound = inputs.map((input) => [input.value, bind(input, given.get(key(input)), batch)] as const);
  const values = new Map([...(known ?? []), ...bound]);
  return execute(nodes, values, environment(batch, draw), watch);
}

/**
 * All values of a graph where some are others than `before`: what does not depend on them is taken from there, and so is
 * what these nodes give.
 */
export function evaluateAgain(
  { nodes }: Pick<Graph, 'nodes'>,
  before: ReadonlyMap<Value, Tensor>,
  changed: ReadonlyMap<Value, Tensor>,
  { batch, draw, watch }: Pick<Run, 'batch' | 'draw' | 'watch'>,
  isFixed: (node: Node) => boolean = () => false,
): ReadonlyMap<Value, Tensor> {
  const values = new Map([...before, ...changed]);
  const stale = new Set(changed.keys());
  const env = environment(batch, draw);
  for (const node of nodes) {
    if (isFixed(node) || !node.inputs.some((input) => stale.has(input))) continue;
    executeNode(node, values, env);
    watch?.();
    for (const output of node.outputs) stale.add(output);
  }
  return values;
}

/** What ops see of a run. */
export function environment(batch: number, draw: Draw): Environment {
  const env: Environment = {
    batch,
    draw,
    run: (body, inputs, at = '') => {
      const below: Draw = (kind, stream, index) => draw(kind, `${at}.${stream}`, index);
      const given = inputs.flatMap((tensor, i) => {
        const input = body.inputs[i];
        return input === undefined ? [] : [[input.value, tensor] as const];
      });
      const values = execute(body.nodes, new Map(given), at === '' ? env : environment(batch, below));
      return body.outputs.map((output) => valueOf(values, output.value));
    },
  };
  return env;
}

/** The key of an input or output in the maps. */
export function key({ role, name }: Pick<GraphInput | GraphOutput, 'role' | 'name'>): string {
  return `${role}:${name}`;
}

/** A draw for graphs without random ops. */
export const noDraw: Draw = (kind, stream) => {
  throw new InternalError(`nothing is drawn here (${kind} ${stream})`);
};

/** Adds what is not there yet. */
function execute(
  nodes: readonly Node[],
  values: Map<Value, Tensor>,
  env: Environment,
  watch?: () => void,
): Map<Value, Tensor> {
  for (const node of nodes) {
    if (!node.outputs.every((output) => values.has(output))) executeNode(node, values, env);
    watch?.();
  }
  return values;
}

function executeNode(node: Node, values: Map<Value, Tensor>, env: Environment): void {
  const op = registry.get(node.op);
  if (op === undefined) throw new InternalError(`no op is called ${node.op}`);
  const operands = node.inputs.map((input) => valueOf(values, input));
  const types = node.outputs.map((output) => output.type);
  const results = op.evaluate(operands, node.attrs, types, env, node.bodies);
  for (const [i, output] of node.outputs.entries()) {
    const result = results[i];
    if (result === undefined) throw new InternalError(`${node.op} gives no output ${i}`);
    checkShape(`${node.op} ${output.word}`, output, result, env.batch);
    values.set(output, result);
  }
}

function bind(input: GraphInput, tensor: Tensor | undefined, batch: number): Tensor {
  if (tensor === undefined) throw new InternalError(`the input ${key(input)} is missing`);
  checkShape(key(input), input.value, tensor, batch);
  return tensor;
}

function checkShape(what: string, { type }: Value, { shape, data }: Tensor, batch: number): void {
  const expected = concrete(type.shape, batch);
  const fits = expected.length === shape.length && expected.every((size, axis) => size === shape[axis]);
  const full = data.length === expected.reduce((product, size) => product * size, 1);
  if (!fits || !full) throw new InternalError(`${what} is [${shape.join(', ')}], not [${expected.join(', ')}]`);
}

function valueOf(values: ReadonlyMap<Value, Tensor>, value: Value): Tensor {
  const tensor = values.get(value);
  if (tensor === undefined) throw new InternalError(`${value.word} is used before it is made`);
  return tensor;
}
