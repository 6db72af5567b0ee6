/** The order of a map's operands and results: what they are to who reads it, whatever the definition mentions first. */
import { isCotangent } from '../../ir/called.ts';
import { constantOf, isIdentity } from '../../ir/traits.ts';
import type { Graph, InputRole, Node, Origin, Section, Value } from '../../ir/types.ts';
import { definitions } from '../../ir/uses.ts';

/** An operand of a map: what it is called inside, and what of the graph it is a view of. */
export interface Operand {
  readonly inner: Value;
  readonly of: Value;
}

/** What a map computes of its operands, and where. */
interface Formula {
  readonly nodes: readonly Node[];
  readonly results: readonly Value[];
  readonly section: Section;
  readonly origin: Origin;
}

/** What the values of a graph are to it. */
export class Roles {
  readonly #roles = new Map<Value, InputRole>();
  readonly #updated = new Map<Value, number>();
  readonly #returning = new Set<Value>();

  constructor(graph: Graph) {
    for (const { role, value } of graph.inputs) this.#roles.set(value, role);
    for (const { role, value } of [...graph.inputs, ...graph.outputs]) {
      if (role === 'parameter') this.#updated.set(value, 0);
      if (role === 'grad' || role === 'accumulator') this.#updated.set(value, 1);
      if (role === 'slot') this.#updated.set(value, 2);
    }
    for (const { section, outputs } of graph.nodes)
      if (section === 'backward') outputs.forEach((output) => this.#returning.add(output));
  }

  /** New parameters before new slots, other results as they come. */
  order(results: readonly Value[]): readonly Value[] {
    return results.toSorted((a, b) => (this.#updated.get(a) ?? 1) - (this.#updated.get(b) ?? 1));
  }

  /**
   * In an update the parameter, its gradient, its slots, other tensors. Elsewhere what the definition is given, other
   * values, parameters and states, what the way back has made. Numbers of the host come last. Those of one kind stand as
   * the definition mentions them; of what no definition has written, as its formula has them, read from left to right.
   * A single call keeps all as it has them: it needs no function around it then.
   */
  orderInputs<T extends Operand>(inputs: readonly T[], { nodes, results, section, origin }: Formula): readonly T[] {
    const read = section === 'forward' ? [] : asRead(nodes, results);
    const places = new Map(read.map((value, place) => [value, place]));
    const isOneCall = nodes.filter((node) => constantOf(node) === undefined && !isIdentity(node)).length === 1;
    const rank = ({ of }: T): number => {
      if (isOneCall) return 0;
      if (of.type.dtype === 'f64') return 4;
      return section === 'update' ? (this.#updated.get(of) ?? 3) : this.#inLayer(of, origin);
    };
    const place = ({ inner }: T): number => places.get(inner) ?? places.size;
    return inputs.toSorted((a, b) => rank(a) - rank(b) || place(a) - place(b));
  }

  #inLayer(value: Value, { scope = '' }: Origin): number {
    const role = this.#roles.get(value);
    if (role === 'parameter' || role === 'state') return 2;
    if (role === 'grad' || isCotangent(value) || this.#returning.has(value)) return 3;
    return value.givenAs?.has(scope) === true ? 0 : 1;
  }
}

/** What the formulas of these results are given, from left to right. */
function asRead(nodes: readonly Node[], results: readonly Value[]): readonly Value[] {
  const makers = definitions({ nodes });
  const seen = new Set<Value>();
  const given: Value[] = [];
  const open = results.toReversed();
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const maker = makers.get(value);
    if (maker === undefined) given.push(value);
    else open.push(...maker.inputs.toReversed());
  }
  return given;
}
