/** Builds a graph node by node: infers types, and stamps each node with the current origin and section. */
import { InternalError } from '../diagnostics/types.ts';
import { registry } from '../ops/index.ts';
import { calledAs } from './called.ts';
import type { Called } from './called.ts';
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

  /** Appends a node of an op with one output, which may have a word for readers. Throws InternalError on a misfit. */
  apply(
    op: string,
    inputs: readonly Value[],
    attrs: Attrs = {},
    word?: string | Called,
    bodies: readonly Graph[] = [],
  ): Value {
    const [output] = this.applyAll(op, inputs, attrs, [word], bodies);
    if (output === undefined) throw new InternalError(`${op} has no output`);
    return output;
  }

  /** Likewise for an op with any number of outputs, each with a word of its own. */
  applyAll(
    op: string,
    inputs: readonly Value[],
    attrs: Attrs = {},
    words: readonly (string | Called | undefined)[] = [],
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
    const outputs = types.map((type, i): Value => ({ type, ...calledAs(words[i]) }));
    this.nodes.push({ op, inputs, outputs, attrs, bodies, section: this.section, origin: this.origin });
    return outputs;
  }

  /** Gives values that have been made here other words; answers with what stands in the place of a value since. */
  rename(words: ReadonlyMap<Value, Called>): (value: Value) => Value {
    const renamed = new Map<Value, Value>();
    const now = (value: Value): Value => renamed.get(value) ?? value;
    for (const [i, node] of this.nodes.entries()) {
      const outputs = node.outputs.map((output) => {
        const called = words.get(output);
        if (called === undefined) return output;
        const named = { ...output, ...called };
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
