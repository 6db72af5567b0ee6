/** Bodies of fused kernels as functions over scalars: each stands in the file once, equal ones are shared. */
import type { Graph, Value } from '../../ir/types.ts';
import { isIdentity, literalsOf, parametersOf, primitiveOf, writeBody } from './body-text.ts';
import { literal } from './names.ts';
import type { Scope } from './names.ts';

/** A body to be: a graph over scalars, the name that its function would like, and what its inputs and outputs are. */
export interface Body {
  readonly graph: Graph;
  readonly name: string;
  /** Inputs whose number is known: they become literals instead of parameters. */
  readonly literals: ReadonlyMap<Value, number>;
  /** Words for the parameters and for the results, where the values' own names would say less. */
  readonly words: ReadonlyMap<Value, string>;
  /** `adamw, digits.nn:12`: what the function is part of. */
  readonly comment: string;
}

/** The primitives that a body calls, which the file imports. */
export function primitivesOf(graph: Graph): readonly string[] {
  return graph.nodes.filter((node) => node.op !== 'const' && !isIdentity(node)).map(primitiveOf);
}

/** Writes bodies as they are needed, and remembers them. */
export class Bodies {
  readonly #scope: Scope;
  readonly #names = new Map<string, string>();
  #written: string[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** The name of the function that computes this body. */
  use(body: Body): string {
    const single = plainPrimitive(body);
    if (single !== undefined) return single;
    const meaning = canonical(body);
    const known = this.#names.get(meaning);
    if (known !== undefined) return known;
    const name = this.#scope.take(body.name);
    this.#names.set(meaning, name);
    this.#written.push(writeBody(body, name, this.#scope));
    return name;
  }

  /** The functions written since the last call. */
  take(): readonly string[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }
}

/** The primitive itself, where a body is nothing else: `relu`. */
function plainPrimitive(body: Body): string | undefined {
  const nodes = body.graph.nodes.filter((node) => node.op !== 'const');
  const [node] = nodes;
  const given = parametersOf(body);
  if (nodes.length !== 1 || node === undefined || isIdentity(node) || body.graph.outputs.length !== 1) return undefined;
  if (body.graph.outputs[0]?.value !== node.outputs[0] || node.inputs.length !== given.length) return undefined;
  return node.inputs.every((input, i) => input === given[i]) ? primitiveOf(node) : undefined;
}

/** The body with its names taken off: equal for bodies that compute the same. */
function canonical(body: Body): string {
  const ids = new Map<Value, string>();
  parametersOf(body).forEach((value, i) => ids.set(value, `p${i}`));
  literalsOf(body).forEach((value, of) => ids.set(of, literal(value)));
  const lines = body.graph.nodes.map((node, i) => {
    const [output] = node.outputs;
    if (output === undefined || ids.has(output)) return '';
    ids.set(output, `v${i}`);
    const callee = isIdentity(node) ? '' : primitiveOf(node);
    return `v${i}=${callee}(${node.inputs.map((x) => ids.get(x)).join()})`;
  });
  return [parametersOf(body).length, ...lines, ...body.graph.outputs.map((output) => ids.get(output.value))].join(';');
}
