/** Bodies of fused kernels as functions over scalars: each stands in the file once, equal ones are shared. */
import type { Graph, Value } from '../../ir/types.ts';
import { isIdentity, literalsOf, parametersOf, primitiveOf, writeBody } from './body-text.ts';
import { Scope, literal } from './names.ts';

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

/** The bodies of a file. All are named before the functions that use them are written, so that no local hides one. */
export class Bodies {
  readonly #module: Scope;
  readonly #inner: Scope;
  readonly #functions = new Map<string, { readonly name: string; readonly text: string }>();
  readonly #written = new Set<string>();
  #pending: string[] = [];

  /** Names are taken in the module's scope; what a body names inside has only the primitives to avoid. */
  constructor(module: Scope, primitives: readonly string[]) {
    this.#module = module;
    this.#inner = new Scope([...primitives, 'literal']);
  }

  /** The function that computes this body: a primitive, or one of the file's own, which gets its name here. */
  name(body: Body): string {
    const single = plainPrimitive(body);
    if (single !== undefined) return single;
    const meaning = canonical(body);
    const known = this.#functions.get(meaning);
    if (known !== undefined) return known.name;
    const name = this.#module.take(body.name);
    this.#functions.set(meaning, { name, text: writeBody(body, name, this.#inner) });
    return name;
  }

  /** Likewise, for a line of code: the function is written before that line's function. */
  use(body: Body): string {
    const name = this.name(body);
    const known = [...this.#functions.values()].find((known) => known.name === name);
    if (known !== undefined && !this.#written.has(name)) {
      this.#written.add(name);
      this.#pending.push(known.text);
    }
    return name;
  }

  /** The functions that were used for the first time since the last call. */
  take(): readonly string[] {
    const texts = this.#pending;
    this.#pending = [];
    return texts;
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
