/** Builds a graph node by node: infers types, and stamps each node with the current origin and section. */
import { InternalError } from '../diagnostics/types.ts';
import { registry } from '../ops/index.ts';
import type { Attrs, Graph, Node, Origin, Section, Value } from './types.ts';

export class Builder {
  readonly nodes: Node[] = [];
  section: Section;
  origin: Origin;

  constructor(origin: Origin, section: Section = 'forward') {
    this.origin = origin;
    this.section = section;
  }

  /** A builder of a graph of its own, for rules that make bodies. */
  another(origin: Origin, section: Section): Builder {
    return new Builder(origin, section);
  }

  /** Appends a node of an op with one output. The name is a word for readers. Throws InternalError on a misfit. */
  apply(op: string, inputs: readonly Value[], attrs: Attrs = {}, name?: string, bodies: readonly Graph[] = []): Value {
    const [output] = this.applyAll(op, inputs, attrs, name, bodies);
    if (output === undefined) throw new InternalError(`${op} has no output`);
    return output;
  }

  /** Likewise for an op with any number of outputs, each with a name of its own or all with one. */
  applyAll(
    op: string,
    inputs: readonly Value[],
    attrs: Attrs = {},
    name?: string | readonly string[],
    bodies: readonly Graph[] = [],
  ): readonly Value[] {
    const definition = registry.get(op);
    if (definition === undefined) throw new InternalError(`no op is called ${op}`);
    const types = definition.infer(
      inputs.map((input) => input.type),
      attrs,
      bodies,
    );
    if ('misfit' in types) throw new InternalError(`${op}: ${types.why}`);
    const outputs = types.map((type, i) => ({ type, name: (typeof name === 'object' ? name[i] : name) ?? op }));
    this.nodes.push({ op, inputs, outputs, attrs, bodies, section: this.section, origin: this.origin });
    return outputs;
  }

  /** Gives values that have been made here other names; answers with what stands in the place of a value since. */
  rename(names: ReadonlyMap<Value, string>): (value: Value) => Value {
    const renamed = new Map<Value, Value>();
    const now = (value: Value): Value => renamed.get(value) ?? value;
    for (const [i, node] of this.nodes.entries()) {
      const outputs = node.outputs.map((output) => {
        const name = names.get(output);
        if (name === undefined) return output;
        const named = { ...output, name };
        renamed.set(output, named);
        return named;
      });
      this.nodes[i] = { ...node, inputs: node.inputs.map(now), outputs };
    }
    return now;
  }

  /** A number of the host: `f64 []`. */
  constant(value: number): Value {
    return this.apply('const', [], { value });
  }
}
