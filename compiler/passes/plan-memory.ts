/** Gives each value a lifetime: where it is freed, and where another takes over its memory. */
import type { Plan, Step } from '../ir/plan.ts';
import { isView, loweringOf } from '../ir/traits.ts';
import type { Graph, GraphInput, GraphOutput, Node, Value } from '../ir/types.ts';
import { broadcastShapes, sameShape } from '../ops/rules/broadcast.ts';
import { copyStates } from './plan-memory/copy-states.ts';
import { withPlaces } from './plan-memory/places.ts';
import { gradientsFirst } from './plan-memory/order.ts';
import { sameType } from './simplify/site.ts';

/**
 * The steps keep the order of the graph, gradients first. Inputs are never freed: the batch, parameters, states and
 * slots belong to the caller. Outputs outlive the program. A view is the same memory under another shape: each is
 * freed after its own last use, and the memory is free, or may be overwritten, when its last view is. New parameters,
 * slots and states take over the memory of the old ones where no later step reads those; where one does, the caller
 * stores them at the end. A state that is handed on as it was is copied first.
 */
export function planMemory(graph: Graph): Plan {
  const ordered = gradientsFirst(copyStates(withPlaces(graph)));
  const lives = new Lives(ordered);
  const steps = ordered.nodes.map((node, at) => lives.step(node, at));
  return { inputs: ordered.inputs, steps, outputs: ordered.outputs };
}

/** What old value an output of the graph replaces. */
export function replaces(output: GraphOutput, inputs: readonly GraphInput[]): Value | undefined {
  switch (output.role) {
    case 'parameter':
    case 'slot':
    case 'state':
    case 'accumulator':
      return inputs.find(({ role, name }) => role === output.role && name === output.name)?.value;
    case 'loss':
    case 'part':
    case 'grad':
    case 'predict':
    case 'metric':
    case 'value':
      return undefined;
  }
}

/** Values that lie in the same memory, by the one that it was made for. */
class Lives {
  readonly #owner = new Map<Value, Value>();
  /** The last step that reads or makes what lies in the memory of an owner; outputs are read after the last step. */
  readonly #last = new Map<Value, number>();
  /** The last step that reads or makes a value itself. */
  readonly #lastRead = new Map<Value, number>();
  readonly #inputs: ReadonlySet<Value>;
  readonly #outputs: ReadonlySet<Value>;
  /** Memory that is not the program's to free: inputs and outputs. */
  readonly #foreign: ReadonlySet<Value>;
  readonly #old = new Map<Value, Value>();

  constructor(graph: Graph) {
    for (const node of graph.nodes) {
      const [input] = node.inputs;
      const [output] = node.outputs;
      if (isView(node) && input !== undefined && output !== undefined) this.#owner.set(output, this.#ownerOf(input));
    }
    for (const [at, node] of graph.nodes.entries()) {
      for (const value of [...node.inputs, ...node.outputs]) {
        this.#last.set(this.#ownerOf(value), at);
        this.#lastRead.set(value, at);
      }
    }
    for (const { value } of graph.outputs) this.#last.set(this.#ownerOf(value), Infinity);
    this.#inputs = new Set(graph.inputs.map(({ value }) => value));
    this.#outputs = new Set(graph.outputs.map(({ value }) => value));
    const foreign = [...graph.inputs, ...graph.outputs].map(({ value }) => this.#ownerOf(value));
    this.#foreign = new Set(foreign);
    for (const output of graph.outputs) {
      const old = replaces(output, graph.inputs);
      if (old !== undefined && old !== output.value) this.#old.set(output.value, old);
    }
  }

  step(node: Node, at: number): Step {
    const into = node.outputs.map((): Value | undefined => undefined);
    const taken = new Set<Value>();
    if (loweringOf(node)?.as === 'fused') {
      const domain = broadcastShapes(node.inputs.map(({ type }) => type));
      for (const [i, output] of node.outputs.entries()) {
        // A row value is read at every element of its row: only what varies with the elements is overwritten.
        if ('misfit' in domain || !sameShape(output.type.shape, domain)) continue;
        const place = this.#overOld(node, output, at) ?? this.#overInput(node, output, at, taken);
        if (place === undefined) continue;
        into[i] = place;
        taken.add(this.#ownerOf(place));
      }
    }
    const views = new Set([...node.inputs, ...node.outputs]);
    const frees = [...views].filter((value) => this.#endsAt(value, at) && !into.includes(value));
    return { node, into, frees };
  }

  #endsAt(value: Value, at: number): boolean {
    if (this.#lastRead.get(value) !== at || value.type.dtype === 'f64') return false;
    return !this.#outputs.has(value) && !this.#inputs.has(this.#ownerOf(value));
  }

  /** The old value of a parameter, slot or state, if this is the last step that reads it. */
  #overOld(node: Node, output: Value, at: number): Value | undefined {
    const old = this.#old.get(output);
    if (old === undefined || (this.#last.get(old) ?? at) > at) return undefined;
    return this.#readApart(node, old, old) ? old : undefined;
  }

  /** An input that ends here, of the same type. */
  #overInput(node: Node, output: Value, at: number, taken: ReadonlySet<Value>): Value | undefined {
    return node.inputs.find((input) => {
      const owner = this.#ownerOf(input);
      if (!this.#isOwn(owner) || taken.has(owner) || this.#last.get(owner) !== at) return false;
      return sameType(input.type, output.type) && this.#readApart(node, input, owner);
    });
  }

  /** Whether a map reads the memory through this value alone: through a view it may be read at other elements. */
  #readApart(node: Node, through: Value, owner: Value): boolean {
    return node.inputs.every((input) => input === through || this.#ownerOf(input) !== owner);
  }

  #isOwn(owner: Value): boolean {
    return owner.type.dtype !== 'f64' && !this.#foreign.has(owner);
  }

  #ownerOf(value: Value): Value {
    return this.#owner.get(value) ?? value;
  }
}
