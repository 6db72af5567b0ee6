/** Writes the lines of one emitted function from steps of a plan, and notes what it needs of its surroundings. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Store } from '../../ir/plan.ts';
import { endOf } from '../../ir/traits.ts';
import type { Graph, GraphInput, InputRole, Node, Value } from '../../ir/types.ts';
import { actOf, bodyOf } from './bodies-of-nodes.ts';
import type { Place } from './calls.ts';
import { kernelCall, mentionsBatch } from './calls.ts';
import type { Facts } from './facts.ts';
import { shapeText } from './facts.ts';
import type { Frame } from './frame.ts';
import { onDevice } from './host-code.ts';
import type { Doc, Line } from './layout.ts';
import { call, list } from './layout.ts';
import { member } from './names.ts';
import { Headings } from './quotes.ts';
import { tensorWord } from './words.ts';

/** The tables that a function is given, by the role of what lies in them: `p.dense_kernel`. */
export type Tables = Partial<Readonly<Record<InputRole, Table>>>;

export interface Table {
  readonly object: string;
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

export class FunctionCode {
  readonly lines: Line[] = [];
  /** Parameters of the function that are read: `p`, `n`, `s`, `g`. */
  readonly objects = new Set<string>();
  /** Locals of an earlier function that are read. */
  readonly borrowed = new Set<Value>();
  usesBatchSize = false;
  readonly #facts: Facts;
  readonly #frame: Frame;
  readonly #tables: Tables;
  readonly #ports = new Set<string>();
  readonly #own = new Set<Value>();
  readonly #copies = new Map<Value, string>();
  /** Calls whose result is made where it is stored. */
  readonly #calls = new Map<Value, Line>();
  readonly #headings: Headings;

  constructor(facts: Facts, frame: Frame, tables: Tables) {
    this.#facts = facts;
    this.#frame = frame;
    this.#tables = tables;
    this.#headings = new Headings(facts.quotes);
  }

  /** Ports of the batch that are read. The batch's size is that of one of them. */
  get ports(): ReadonlySet<string> {
    const [first] = this.#frame.ports.keys();
    return this.usesBatchSize && this.#ports.size === 0 && first !== undefined ? new Set([first]) : this.#ports;
  }

  /** The text of a value at this place. */
  ref(value: Value): string {
    const number = this.#facts.numbers.get(value);
    if (number !== undefined) return this.#member('n', [number]);
    const input = this.#frame.inputs.get(value);
    const field = this.#frame.fields.get(value);
    // A gradient may be a parameter as it stands, which a function has at hand as the one or as the other.
    const atHand = input !== undefined && (isPort(input) || this.#tables[input.role] !== undefined);
    if (input !== undefined && (atHand || field === undefined)) return this.#input(input);
    if (field !== undefined) return this.#member(field.object, field.keys);
    const local = this.#frame.locals.get(value);
    if (local === undefined) throw new InternalError(`${value.name} is not known in this function`);
    if (!this.#own.has(value)) this.borrowed.add(value);
    return local;
  }

  node(node: Node): void {
    if (!onDevice(node)) return;
    if (mentionsBatch(node)) this.usesBatchSize = true;
    const [output] = node.outputs;
    if (output !== undefined && this.#frame.nested.has(output)) this.#calls.set(output, this.#call(node));
    else this.lines.push(this.#statement(node));
  }

  /** Puts a value into a table. */
  store({ target, value }: Pick<Store, 'target' | 'value'>): void {
    const made = this.#calls.get(value);
    const line = made ?? { code: this.ref(value) };
    this.lines.push({ ...line, code: [call('k.store', [this.#input(target), line.code]), ';'] });
  }

  /** The text of a value that the caller reads after later functions: what lies in a table is copied, once. */
  kept(value: Value, word: string): string {
    if (!this.#frame.lasting.has(value)) return this.ref(value);
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const name = this.#frame.scope.take(word);
    const shape = shapeText(value.type.shape);
    this.lines.push({ code: `const ${name} = k.broadcast(${this.ref(value)}, ${shape});`, comment: shape });
    this.#copies.set(value, name);
    return name;
  }

  /** The call alone: of what is stored the table says the shape. */
  #call(node: Node): Line {
    return { heading: this.#headings.above(node.origin), code: kernelCall(node, this.#place) };
  }

  #statement(node: Node): Line {
    const code = kernelCall(node, this.#place);
    const bound = node.outputs.map((output) =>
      this.#frame.read.has(output) ? this.#declare(output, node) : undefined,
    );
    const shapes = node.outputs
      .filter((output, i) => bound[i] !== undefined && !this.#frame.words.has(output))
      .map((output) => shapeText((endOf(node) === undefined ? output : node.inputs[0])?.type.shape ?? []));
    const heading = this.#headings.above(node.origin);
    return { heading, code: [...declaration(node, bound), code, ';'], comment: shapes.join(', ') };
  }

  #declare(value: Value, node: Node): string {
    const name =
      this.#frame.locals.get(value) ?? this.#frame.scope.take(this.#frame.words.get(value) ?? tensorWord(value, node));
    this.#frame.locals.set(value, name);
    this.#own.add(value);
    return name;
  }

  #input(input: GraphInput): string {
    if (isPort(input)) {
      this.#ports.add(input.name);
      return this.#frame.ports.get(input.name) ?? input.name;
    }
    const { object, keys } = this.#field(input);
    return this.#member(object, keys);
  }

  #field({ role, name }: GraphInput): { readonly object: string; readonly keys: readonly string[] } {
    const table = this.#tables[role];
    const keys = table?.keys.get(name);
    if (table === undefined || keys === undefined) {
      throw new InternalError(`${role} ${name} is not at hand in this function`);
    }
    return { object: table.object, keys };
  }

  #member(object: string, keys: readonly string[]): string {
    this.objects.add(object);
    return member(object, ...keys);
  }

  readonly #place: Place = {
    ref: (value: Value) => this.ref(value),
    body: (node: Node) => {
      const { body, operands } = bodyOf(node, this.#facts);
      return { fn: this.#facts.bodies.use(body), operands };
    },
    act: (graph: Graph, node: Node) => this.#facts.bodies.use(actOf(graph, node, this.#facts)),
  };
}

const isPort = ({ role }: GraphInput): boolean => role === 'input' || role === 'target';

/** `const dense = `, `const [rows, d_logits] = `, or nothing where nothing is read. */
function declaration(node: Node, bound: readonly (string | undefined)[]): readonly Doc[] {
  const last = bound.findLastIndex((name) => name !== undefined);
  if (last < 0) return [];
  if (node.outputs.length === 1) return [`const ${bound[0] ?? ''} = `];
  const names = bound.slice(0, last + 1).map((name) => name ?? '');
  return ['const ', names.includes('') ? `[${names.join(', ')}]` : list(names), ' = '];
}
