/** Reverse mode: from the loss back through the forward graph, by the rule of each op. */
import { InternalError } from '../diagnostics/types.ts';
import { Builder } from '../ir/builder.ts';
import type { Graph, GraphOutput, Node, Origin, Shape, Value } from '../ir/types.ts';
import { registry } from '../ops/index.ts';
import { broadcastsTo, sameShape } from '../ops/rules/broadcast.ts';
import { sumTo } from '../ops/rules/sum-to.ts';
import { dropDead } from './drop-dead.ts';

/**
 * Adds an output `grad` for each trained parameter. What no trained parameter reaches is not differentiated; a
 * parameter that the loss does not depend on has the gradient zero, exactly.
 */
export function differentiate(forward: Graph, trained: readonly string[]): Graph {
  const loss = forward.outputs.find((output) => output.role === 'loss')?.value;
  if (loss === undefined) throw new InternalError('the graph has no loss');
  const parameters = forward.inputs.filter((input) => input.role === 'parameter' && trained.includes(input.name));
  const cotangents = new Cotangents(forward, new Set(parameters.map((parameter) => parameter.value)));
  cotangents.seed(loss);
  for (const node of forward.nodes.toReversed()) cotangents.through(node);
  for (const parameter of parameters) cotangents.gradient(parameter.value);
  const nodes = [...forward.nodes, ...cotangents.nodes()];
  const grads = parameters.map((parameter): GraphOutput => {
    return { role: 'grad', name: parameter.name, value: cotangents.gradient(parameter.value) };
  });
  const joint = { ...forward, nodes, outputs: [...forward.outputs, ...grads] };
  // Rules answer for all inputs of an op, also for those that no trained parameter reaches.
  return dropDead(joint);
}

class Cotangents {
  readonly #b: Builder;
  readonly #varying: ReadonlySet<Value>;
  readonly #of = new Map<Value, Value>();
  /** What is shown as the name of a value, where it is the cotangent of something. */
  readonly #names = new Map<Value, string>();

  constructor(forward: Graph, parameters: ReadonlySet<Value>) {
    this.#b = new Builder(lossOrigin(forward), 'backward');
    this.#varying = varyingValues(forward.nodes, parameters);
  }

  seed(loss: Value): void {
    if (!this.#varying.has(loss)) return;
    const one = this.#b.apply('cast', [this.#b.constant(1)], { dtype: 'f32' }, 'one');
    this.#of.set(loss, this.#fit(one, loss.type.shape));
  }

  /** Adds to the cotangents of a node's inputs what its outputs' cotangents say. */
  through(node: Node): void {
    const dys = node.outputs.map((output) => this.#of.get(output) ?? null);
    if (dys.every((dy) => dy === null) || !node.inputs.some((input) => this.#varying.has(input))) return;
    const op = registry.get(node.op);
    if (op === undefined) throw new InternalError(`no op is called ${node.op}`);
    if (op.vjp === 'none') return;
    this.#b.origin = node.origin;
    const dxs = op.vjp({ b: this.#b, inputs: node.inputs, outputs: node.outputs, dys, attrs: node.attrs });
    for (const [i, input] of node.inputs.entries()) {
      const dx = dxs[i] ?? null;
      if (dx !== null && this.#varying.has(input)) this.#add(input, dx);
    }
  }

  /** The gradient of a parameter; where the loss does not depend on it, zero. */
  gradient(parameter: Value): Value {
    const known = this.#of.get(parameter);
    if (known !== undefined) return known;
    const zero = this.#b.apply('cast', [this.#b.constant(0)], { dtype: 'f32' }, 'zero');
    const gradient = this.#fit(zero, parameter.type.shape);
    this.#names.set(gradient, `d_${parameter.name}`);
    this.#of.set(parameter, gradient);
    return gradient;
  }

  /** The backward nodes, with cotangents named after what they are the cotangents of. */
  nodes(): readonly Node[] {
    const renamed = new Map<Value, Value>();
    const now = (value: Value): Value => renamed.get(value) ?? value;
    const nodes = this.#b.nodes.map((node) => {
      const outputs = node.outputs.map((output) => {
        const name = this.#names.get(output);
        if (name === undefined) return output;
        const named = { ...output, name };
        renamed.set(output, named);
        return named;
      });
      return { ...node, inputs: node.inputs.map(now), outputs };
    });
    for (const [value, cotangent] of this.#of) this.#of.set(value, now(cotangent));
    return nodes;
  }

  /** Several uses of a value: the sum of what each one says. */
  #add(value: Value, dx: Value): void {
    const part = this.#fit(dx, value.type.shape);
    const others = this.#of.get(value);
    const name = `d_${value.name}`;
    const sum = others === undefined ? part : this.#b.apply('add', [others, part]);
    this.#of.set(value, sum);
    if (!this.#names.has(sum)) this.#names.set(sum, name);
    for (const summand of others === undefined ? [] : [others, part]) {
      if (!this.#names.has(summand) || this.#names.get(summand) === name) this.#names.set(summand, `${name}_part`);
    }
  }

  /** A cotangent has the shape of its value: what was broadcast is summed, what is still to be broadcast is. */
  #fit(dx: Value, shape: Shape): Value {
    if (sameShape(dx.type.shape, shape)) return dx;
    if (broadcastsTo(dx.type.shape, shape)) return this.#b.apply('broadcast', [dx], { shape });
    return sumTo(this.#b, dx, shape);
  }
}

/** The values that change when a trained parameter does: device values that a chain of derivatives leads to. */
function varyingValues(nodes: readonly Node[], parameters: ReadonlySet<Value>): ReadonlySet<Value> {
  const varying = new Set(parameters);
  for (const node of nodes) {
    if (registry.get(node.op)?.vjp === 'none' || !node.inputs.some((input) => varying.has(input))) continue;
    for (const output of node.outputs) if (output.type.dtype === 'f32') varying.add(output);
  }
  return varying;
}

function lossOrigin(forward: Graph): Origin {
  const loss = forward.outputs.find((output) => output.role === 'loss')?.value;
  const node = forward.nodes.find(({ outputs }) => outputs.some((output) => output === loss)) ?? forward.nodes[0];
  if (node === undefined) throw new InternalError('the graph has no nodes');
  return node.origin;
}
