/** Bodies of fused kernels as functions over scalars: each stands in the file once, equal ones are shared. */
import { primitiveOf } from '../../ir/mapped.ts';
import { constantOf, isIdentity } from '../../ir/traits.ts';
import type { Graph, Value } from '../../ir/types.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { bodyText, functionText, inlineText, literalsOf, parametersOf } from './body-text.ts';
import { decimal } from './literals.ts';
import { Scope } from './names.ts';

/** A body to be: a graph over scalars, the name that its function would like, and what its inputs and outputs are. */
export interface Body {
  readonly graph: Graph;
  readonly name: string;
  /** Inputs whose number is known: they become literals instead of parameters. */
  readonly literals: ReadonlyMap<Value, number>;
  /** Words for the parameters and for the results, where the values' own names would say less. */
  readonly words: ReadonlyMap<Value, string>;
  /** What the function is part of: the statement, `loss xent, with its gradient`. */
  readonly comment: string;
}

/** The primitives that a body calls, which the file imports. */
export function primitivesOf(graph: Graph): readonly string[] {
  return graph.nodes.filter((node) => constantOf(node) === undefined && !isIdentity(node)).map(primitiveOf);
}

/** A body of the file: how often it is used, and what stands for it in a call. */
interface Known {
  readonly body: Body;
  uses: number;
  /** Its name, or all of it where it is short and used once or a single call. */
  text: string;
  isInline: boolean;
  /** The function that is still to be written. */
  pending: string | undefined;
}

/** The bodies of a file. All are noted before the functions that use them are written, so that no local hides one. */
export class Bodies {
  readonly #known = new Map<string, Known>();
  readonly #ready: string[] = [];
  /** What the parameters of a body may not be called. */
  #inner = new Scope();

  /** Counts a use that is to come. */
  note(body: Body): void {
    if (plainPrimitive(body) !== undefined) return;
    const meaning = canonical(body);
    const known = this.#known.get(meaning) ?? { body, uses: 0, text: '', isInline: false, pending: undefined };
    known.uses++;
    this.#known.set(meaning, known);
  }

  /** Names what was noted. Functions keep off the names of values, which are the user's. */
  settle(module: Scope, primitives: readonly string[], values: ReadonlySet<string>): void {
    this.#inner = new Scope([...primitives, 'literal']);
    for (const known of this.#known.values()) {
      const text = bodyText(known.body, this.#inner);
      const inline = known.uses === 1 || isOneCall(known.body) ? inlineText(text) : undefined;
      if (inline !== undefined) {
        known.text = inline;
        known.isInline = true;
        continue;
      }
      const { name, comment } = known.body;
      known.text = module.takeFunction(values.has(name) ? `${name}_map` : name);
      known.pending = functionText(known.text, comment, text);
    }
  }

  /** What stands for a body in a call; its function is written before the function that the call is in. */
  use(body: Body): string {
    const single = plainPrimitive(body);
    if (single !== undefined) return single;
    const known = this.#known.get(canonical(body));
    if (known === undefined) throw new InternalError(`the body ${body.name} was not noted`);
    if (known.pending !== undefined) this.#ready.push(known.pending);
    known.pending = undefined;
    // What is written in many places speaks of each as it is called there.
    return (known.isInline ? inlineText(bodyText(body, this.#inner)) : undefined) ?? known.text;
  }

  /** The functions that were used for the first time since the last call. */
  take(): readonly string[] {
    return this.#ready.splice(0);
  }
}

/** Whether a body is a single call: `div(x, 256)`, which needs no name. */
const isOneCall = ({ graph }: Body): boolean =>
  graph.nodes.filter((node) => constantOf(node) === undefined && !isIdentity(node)).length === 1;

/** The primitive itself, where a body is nothing else: `relu`. */
function plainPrimitive(body: Body): string | undefined {
  const nodes = body.graph.nodes.filter((node) => constantOf(node) === undefined);
  const [node] = nodes;
  const given = parametersOf(body);
  if (nodes.length !== 1 || node === undefined || isIdentity(node) || body.graph.outputs.length !== 1) return undefined;
  if (body.graph.outputs[0]?.value !== node.outputs[0] || node.inputs.length !== given.length) return undefined;
  return node.inputs.every((input, i) => input === given[i]) ? primitiveOf(node) : undefined;
}

/** The body with its names taken off: equal for bodies that compute the same. */
export function canonical(body: Body): string {
  const ids = new Map<Value, string>();
  parametersOf(body).forEach((value, i) => ids.set(value, `p${i}`));
  literalsOf(body).forEach((value, of) => ids.set(of, decimal(value)));
  const lines = body.graph.nodes.map((node, i) => {
    const [output] = node.outputs;
    if (output === undefined || ids.has(output)) return '';
    ids.set(output, `v${i}`);
    const callee = isIdentity(node) ? '' : primitiveOf(node);
    return `v${i}=${callee}(${node.inputs.map((x) => ids.get(x)).join()})`;
  });
  return [parametersOf(body).length, ...lines, ...body.graph.outputs.map((output) => ids.get(output.value))].join(';');
}
