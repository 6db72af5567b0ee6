/** The update graphs of all parameters: a def is inlined once for each shape, and copied for parameters alike. */
import type { Update } from '../../ir/model.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import type { Declared } from '../frame/context.ts';
import { decays, updateOf } from './optimizers.ts';
import type { Group } from './optimizers.ts';
import type { Later } from '../frame/spec.ts';

export class Updates {
  readonly #schedule: Later | undefined;
  readonly #made = new Map<Group, Map<string, Update | undefined>>();

  constructor(schedule: Later | undefined) {
    this.#schedule = schedule;
  }

  of(parameter: Declared, group: Group): Update | undefined {
    const alike = this.#made.get(group) ?? new Map<string, Update | undefined>();
    this.#made.set(group, alike);
    const key = `${parameter.shape.join(' ')} ${String(decays(parameter, group))}`;
    if (!alike.has(key)) {
      const update = updateOf(parameter, group, this.#schedule);
      // A random stream is named by the path, so such an update is its parameter's alone.
      if (update === undefined || !update.graph.nodes.some(isRandom)) alike.set(key, update);
      return update;
    }
    const model = alike.get(key);
    return model === undefined ? undefined : copyFor(parameter.path, model);
  }
}

function isRandom(node: Node): boolean {
  return Object.hasOwn(node.attrs, 'stream');
}

function copyFor(path: string, { parameter, graph, slots, optimizer, origin }: Update): Update {
  const rename = (name: string) =>
    name === parameter ? path : name.startsWith(`${parameter}/`) ? path + name.slice(parameter.length) : name;
  return {
    parameter: path,
    graph: copy(graph, rename),
    slots: slots.map((slot) => ({ ...slot, init: copy(slot.init, rename) })),
    optimizer,
    origin,
  };
}

function copy(graph: Graph, rename: (name: string) => string): Graph {
  const values = new Map<Value, Value>();
  const fresh = (value: Value): Value => {
    const known = values.get(value);
    if (known !== undefined) return known;
    const made = { ...value };
    values.set(value, made);
    return made;
  };
  return {
    inputs: graph.inputs.map(({ role, name, value }) => ({
      role,
      name: role === 'host' ? name : rename(name),
      value: fresh(value),
    })),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(fresh), outputs: node.outputs.map(fresh) })),
    outputs: graph.outputs.map(({ role, name, value }) => ({ role, name: rename(name), value: fresh(value) })),
  };
}
