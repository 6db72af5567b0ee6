/** Builds a graph node by node: infers types, and stamps each node with the current origin and section. */
import { InternalError } from '../diagnostics/types.ts';
import { registry } from '../ops/index.ts';
import type { Attrs, Node, Origin, Section, Value } from './types.ts';

export class Builder {
  readonly nodes: Node[] = [];
  section: Section;
  origin: Origin;

  constructor(origin: Origin, section: Section = 'forward') {
    this.origin = origin;
    this.section = section;
  }

  /** Appends a node of an op with one output. The name is a word for readers. Throws InternalError on a misfit. */
  apply(op: string, inputs: readonly Value[], attrs: Attrs = {}, name?: string): Value {
    const [output] = this.applyAll(op, inputs, attrs, name);
    if (output === undefined) throw new InternalError(`${op} has no output`);
    return output;
  }

  /** Likewise for an op with any number of outputs. */
  applyAll(op: string, inputs: readonly Value[], attrs: Attrs = {}, name?: string): readonly Value[] {
    const definition = registry.get(op);
    if (definition === undefined) throw new InternalError(`no op is called ${op}`);
    const types = definition.infer(
      inputs.map((input) => input.type),
      attrs,
    );
    if ('misfit' in types) throw new InternalError(`${op}: ${types.why}`);
    const outputs = types.map((type) => ({ type, name: name ?? op }));
    this.nodes.push({ op, inputs, outputs, attrs, section: this.section, origin: this.origin });
    return outputs;
  }

  /** A number of the host: `f64 []`. */
  constant(value: number): Value {
    return this.apply('const', [], { value });
  }
}
