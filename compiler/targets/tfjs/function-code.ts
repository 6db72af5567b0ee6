/** Writes the lines of one emitted function from steps of a plan, and notes what it needs of its surroundings. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Plan, Step } from '../../ir/plan.ts';
import type { Graph, GraphInput, InputRole, Node, Value } from '../../ir/types.ts';
import type { Place } from './calls.ts';
import { kernelCall, mentionsBatch } from './calls.ts';
import type { Facts } from './facts.ts';
import { placeText, shapeText } from './facts.ts';
import { bodyOf, actOf } from './bodies-of-nodes.ts';
import type { Doc, Line } from './layout.ts';
import { call, list } from './layout.ts';
import type { Scope } from './names.ts';
import { member } from './names.ts';
import { onDevice } from './host-code.ts';

/** The tables that a function is given, by the role of what lies in them: `p.dense_kernel`. */
export type Tables = Partial<
  Readonly<Record<InputRole, { readonly object: string; readonly keys: ReadonlyMap<string, string> }>>
>;

const WRITTEN: readonly InputRole[] = ['parameter', 'state', 'slot', 'accumulator'];

export class FunctionCode {
  readonly lines: Line[] = [];
  /** Local names of the batch's ports that are read, by port. */
  readonly ports = new Map<string, string>();
  /** Parameters of the function that are read: `p`, `n`, `s`, `g`. */
  readonly objects = new Set<string>();
  /** Locals of other functions that are read. */
  readonly borrowed = new Set<Value>();
  usesBatchSize = false;
  readonly #facts: Facts;
  readonly #scope: Scope;
  readonly #locals: Map<Value, string>;
  readonly #own = new Set<Value>();
  readonly #inputs: ReadonlyMap<Value, GraphInput>;
  readonly #tables: Tables;
  #lastPlace = '';

  /** `locals` are names that functions share: what forward keeps has the same name in backward. */
  constructor(facts: Facts, plan: Plan, scope: Scope, locals: Map<Value, string>, tables: Tables) {
    this.#facts = facts;
    this.#scope = scope;
    this.#locals = locals;
    this.#tables = tables;
    this.#inputs = new Map(plan.inputs.map((input) => [input.value, input]));
  }

  /** The text of a value at this place. */
  ref(value: Value): string {
    const number = this.#facts.numbers.get(value);
    if (number !== undefined) return this.#member('n', number);
    const input = this.#inputs.get(value);
    if (input !== undefined) return this.#input(input);
    const local = this.#locals.get(value);
    if (local === undefined) throw new InternalError(`${value.name} is not known in this function`);
    if (!this.#own.has(value)) {
      this.borrowed.add(value);
      const [object = '', key] = local.split('.');
      if (key !== undefined) this.objects.add(object);
    }
    return local;
  }

  step(step: Step, isRead: (value: Value) => boolean): void {
    const { node } = step;
    if (onDevice(node)) {
      this.lines.push(this.#statement(step, isRead));
      if (mentionsBatch(node)) this.usesBatchSize = true;
    }
    const ended = step.frees.filter((value) => value.type.dtype !== 'f64');
    if (ended.length > 0) this.free(ended);
  }

  free(values: readonly Value[]): void {
    this.lines.push({ code: [call('k.free', [...new Set(values.map((value) => this.ref(value)))]), ';'] });
  }

  /** Copies a value into a table. */
  store(input: GraphInput, value: Value): void {
    this.lines.push({ code: `k.store(${this.#input(input)}, ${this.ref(value)});` });
  }

  #statement({ node, into }: Step, isRead: (value: Value) => boolean): Line {
    const targets = node.outputs.map((_, i) => into[i]);
    const code = kernelCall(node, targets, this.#place);
    const bound = node.outputs.map((output, i) => {
      const target = targets[i];
      const input = target === undefined ? undefined : this.#inputs.get(target);
      if (input !== undefined && WRITTEN.includes(input.role)) {
        this.#locals.set(output, this.#input(input));
        return undefined;
      }
      return isRead(output) ? this.#declare(output) : undefined;
    });
    const shapes = node.outputs.filter((_, i) => bound[i] !== undefined).map((output) => shapeText(output.type.shape));
    const place = placeText(this.#facts, node.origin);
    const comment = [shapes.join(', '), ...(place === this.#lastPlace ? [] : [place])]
      .filter((part) => part !== '')
      .join('  ');
    this.#lastPlace = place;
    return { code: [...declaration(node, bound), code, ';'], ...(comment === '' ? {} : { comment }) };
  }

  #declare(value: Value): string {
    const name = this.#scope.take(value.name);
    this.#locals.set(value, name);
    this.#own.add(value);
    return name;
  }

  #input({ role, name }: GraphInput): string {
    if (role === 'input' || role === 'target') {
      const binding = this.ports.get(name) ?? this.#scope.take(name);
      this.ports.set(name, binding);
      return binding;
    }
    const table = this.#tables[role];
    const key = table?.keys.get(name);
    if (table === undefined || key === undefined)
      throw new InternalError(`${role} ${name} is not at hand in this function`);
    return this.#member(table.object, key);
  }

  #member(object: string, key: string): string {
    this.objects.add(object);
    return member(object, key);
  }

  readonly #place: Place = {
    ref: (value: Value) => this.ref(value),
    body: (node: Node) => bodyOf(node, this.#facts, this.#inputs),
    act: (graph: Graph, node: Node) => actOf(graph, node, this.#facts),
  };
}

/** `const dense = `, `const [rows, d_logits] = `, or nothing where nothing is read. */
function declaration(node: Node, bound: readonly (string | undefined)[]): readonly Doc[] {
  const last = bound.findLastIndex((name) => name !== undefined);
  if (last < 0) return [];
  if (node.outputs.length === 1) return [`const ${bound[0] ?? ''} = `];
  const names = bound.slice(0, last + 1).map((name) => name ?? '');
  return ['const ', names.includes('') ? `[${names.join(', ')}]` : list(names), ' = '];
}
