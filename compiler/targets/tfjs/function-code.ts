/** Writes the lines of one emitted function from steps of a plan, and notes what it needs of its surroundings. */
import { onDevice } from '../../ir/mapped.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { isCotangent, wordFor } from '../../ir/called.ts';
import { isStore } from '../../ir/plan.ts';
import type { Store } from '../../ir/plan.ts';
import { isLoop } from '../../ir/loops.ts';
import { endOf, isCall } from '../../ir/traits.ts';
import type { Graph, GraphInput, InputRole, Node, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { kindOf, loopOf } from '../../ops/rules/loop.ts';
import type { Loop } from '../../ops/rules/loop.ts';
import { actOf, bodyOf } from './bodies-of-nodes.ts';
import type { Place } from './calls.ts';
import { kernelCall, mentionsBatch } from './calls.ts';
import { isChain } from './chains.ts';
import type { Facts } from './facts.ts';
import { shapeText } from './facts.ts';
import type { Frame } from './frame.ts';
import { FunctionCalls } from './function-calls.ts';
import { ownNames } from './gradients.ts';
import type { Gradient } from './gradients.ts';
import type { Doc, Line } from './layout.ts';
import { call, flat, list, object } from './layout.ts';
import { entry, member, quoted } from './names.ts';
import { Headings } from './quotes.ts';

/** The tables that a function is given, by the role of what lies in them: `p.dense_kernel`. */
export type Tables = Partial<Readonly<Record<InputRole, Table>>>;

export interface Table {
  readonly object: string;
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** The parameter of the way back that holds what the way forward has kept for it. */
export const KEPT = 'kept';

export interface FunctionOptions {
  /** Without them there are neither quotes nor shapes: what is written stands for many parameters. */
  readonly headings?: Headings | 'none';
  /** The parameter with the path at which the function is called. */
  readonly at?: string | undefined;
  /** What stands before the names of random streams: `d/`. */
  readonly streams?: string;
  /** Whether inputs are arguments, or among what was kept. */
  readonly inputs?: 'given' | 'kept';
}

export class FunctionCode {
  readonly lines: Line[] = [];
  /** Parameters of the function that are read: `p`, `n`, `s`, `g`. */
  readonly objects = new Set<string>();
  /** Fields of `n` that are read, by the function itself or by those that it calls. */
  readonly numbers = new Set<string>();
  /** Locals of an earlier function that are read. */
  readonly borrowed = new Set<string>();
  usesBatchSize = false;
  /** Whether streams are named from the path that the function is given. */
  usesPath = false;
  readonly #facts: Facts;
  readonly #frame: Frame;
  readonly #tables: Tables;
  readonly #ports = new Set<string>();
  readonly #own = new Set<Value>();
  readonly #copies = new Map<Value, string>();
  /** Calls whose result is made where it is stored. */
  readonly #nested = new Map<Value, Line>();
  readonly #headings: Headings | 'none';
  readonly #calls: FunctionCalls;
  readonly #at: string | undefined;
  readonly #streams: string;
  readonly #inputs: 'given' | 'kept';

  constructor(
    facts: Facts,
    frame: Frame,
    tables: Tables,
    { headings = new Headings(facts.quotes), at, streams = '', inputs = 'given' }: FunctionOptions = {},
  ) {
    this.#at = at;
    this.#streams = streams;
    this.#inputs = inputs;
    this.#facts = facts;
    this.#frame = frame;
    this.#tables = tables;
    this.#headings = headings;
    this.#calls = new FunctionCalls({
      facts,
      frame,
      keys: tables.parameter?.keys ?? new Map<string, readonly string[]>(),
      at,
      streams,
      ref: (value) => this.ref(value),
      holder: (value) => {
        const root = frame.roots.get(value);
        return root === undefined ? undefined : this.#fromWhere(value, root);
      },
      numbers: (fields) => fields.forEach((field) => this.numbers.add(field)),
      reads: (what) => {
        if (what === 'B') this.usesBatchSize = true;
        else if (what === 'at') this.usesPath = true;
        else this.objects.add(what);
      },
      line: (origin, code, comment) => this.lines.push({ heading: this.#heading({ origin }), code, comment }),
      name: (value, text, root) => {
        frame.locals.set(value, text);
        frame.roots.set(value, root);
        this.#own.add(value);
      },
    });
  }

  /** Ports of the batch that are read. The batch's size is that of one of them. */
  get ports(): ReadonlySet<string> {
    const first = this.#frame.batch;
    return this.usesBatchSize && this.#ports.size === 0 && first !== undefined ? new Set([first]) : this.#ports;
  }

  /** The text of a value at this place. */
  ref(value: Value): string {
    const number = this.#facts.numbers.get(value);
    if (number !== undefined) {
      this.numbers.add(number);
      return this.#member('n', [number]);
    }
    const input = this.#frame.inputs.get(value);
    const field = this.#frame.fields.get(value);
    // A gradient may be a parameter as it stands, which a function has at hand as the one or as the other.
    const atHand = input !== undefined && (isPort(input) || this.#tables[input.role] !== undefined);
    if (input !== undefined && (atHand || field === undefined)) return this.#input(input);
    if (field !== undefined) return this.#member(field.object, field.keys);
    const local = this.#frame.locals.get(value);
    if (local === undefined) throw new InternalError(`${wordFor(value)} is not known in this function`);
    return this.#fromWhere(value, local);
  }

  /** The text of a local that was made in this function, or kept by the one before it. */
  #fromWhere(value: Value, text: string): string {
    if (this.#own.has(value)) return text;
    this.borrowed.add(this.#frame.roots.get(value) ?? text);
    return `${KEPT}.${text}`;
  }

  /** The locals of the function, in the order in which they are made. */
  get made(): readonly string[] {
    const locals = [...this.#own].map((value) => this.#frame.roots.get(value) ?? this.#frame.locals.get(value));
    return [...new Set(locals)].filter((local) => local !== undefined);
  }

  /** The local of a value that another function of the file makes. */
  receive(value: Value, word: string): string {
    const local = this.#frame.scope.take(word);
    this.#frame.locals.set(value, local);
    this.#own.add(value);
    return local;
  }

  /** What the function hands on to another one that it calls: its parameters by name, and ports of the batch. */
  handOn(objects: Iterable<string>, ports: Iterable<string>): readonly string[] {
    for (const object of objects) this.objects.add(object);
    return [...ports].map((port) => {
      this.#ports.add(port);
      return entry(port, this.#frame.ports.get(port) ?? port);
    });
  }

  /** Writes steps in their order; rounds that follow each other become one line. */
  steps(steps: readonly (Node | Store)[]): void {
    for (const step of this.#calls.joined(steps)) {
      if (isChain(step)) this.#calls.chain(step);
      else if (isStore(step)) this.#storeOf(step);
      else this.node(step);
    }
  }

  /** A function stores by itself what its call gives as a new state. */
  #storeOf(store: Store): void {
    if (!this.#frame.stored.has(store.value)) this.store(store);
  }

  node(node: Node): void {
    if (!onDevice(node)) return;
    if (isCall(node)) {
      this.#calls.one(node);
      return;
    }
    if (mentionsBatch(node)) this.usesBatchSize = true;
    if (isLoop(node)) {
      this.lines.push(this.#loop(node));
      return;
    }
    const [output] = node.outputs;
    if (output !== undefined && this.#frame.nested.has(output)) this.#nested.set(output, this.#call(node));
    else this.lines.push(this.#statement(node));
  }

  /** The call that makes the only result of a node, where that is read at once. */
  expression(node: Node): Doc {
    return kernelCall(node, this.#place);
  }

  /** A line of the statement that it comes from. */
  line(origin: Node['origin'], code: Doc): void {
    this.lines.push({ heading: this.#heading({ origin }), code });
  }

  /** Puts a value into a table. */
  store({ target, value }: Pick<Store, 'target' | 'value'>): void {
    const made = this.#nested.get(value);
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

  /** The text of each of the gradients that the function gives, under a name that no other has. */
  gradients(all: readonly Gradient[]): (gradient: Gradient) => string {
    const { given, scope } = this.#frame;
    let heading: string | undefined = 'parameters that have one gradient';
    return ownNames(
      all,
      given,
      (value) => this.ref(value),
      (word, text) => {
        const name = scope.take(word);
        this.lines.push({ heading, code: `const ${name} = ${text};` });
        heading = undefined;
        return name;
      },
    );
  }

  /** The call alone: of what is stored the table says the shape. */
  #call(node: Node): Line {
    const code = kernelCall(node, this.#place);
    return { heading: this.#heading(node), code };
  }

  #statement(node: Node): Line {
    const code = kernelCall(node, this.#place);
    const bound = node.outputs.map((output) => (this.#frame.read.has(output) ? this.#declare(output) : undefined));
    const shapes = node.outputs
      .filter((output, i) => bound[i] !== undefined && !this.#frame.words.has(output))
      .map((output) => shapeText((endOf(node) === undefined ? output : node.inputs[0])?.type.shape ?? []));
    const line: Line = { code: [...declaration(node, bound), code, ';'] };
    if (this.#headings === 'none') return line;
    const comment = shapes.join(', ');
    return {
      ...line,
      heading: this.#heading(node),
      comment,
      formula: comment === '' ? undefined : this.#formula(node),
    };
  }

  /** What a cotangent is in mathematics, which does not mind where values lie: `xᵀ d_z`, `d_z kernelᵀ`. */
  #formula(node: Node): string | undefined {
    const formula = registry.get(node.op)?.formula;
    if (formula === undefined || !node.outputs.some(isCotangent)) return undefined;
    const { object = '' } = this.#tables.parameter ?? {};
    const texts = node.inputs.map((input) => this.ref(input).replace(`${KEPT}.`, ''));
    const short = texts.map((text) => (text.startsWith(`${object}.`) ? text.replace(/^.*\.(?=\w+$)/, '') : text));
    const text = formula(short, node);
    return text === undefined ? undefined : `= ${text}`;
  }

  /** `const {` `last: [h],` `stacked: [h_all],` `} = k.scan({ … }, ([x], [h]) => {`, the lines of a turn, `});`. */
  #loop(node: Node): Line {
    const loop = loopOf(node);
    const { carried, over, steps, reverse } = loop;
    const heading = this.#heading(node);
    const refs = node.inputs.map((input) => (input.type.dtype === 'f64' ? '' : this.ref(input)));
    const turn = this.#turn(loop, node);
    const options = [
      `steps: ${steps}`,
      ['over: ', list(refs.slice(carried, carried + over))],
      ['with: ', list(refs.slice(0, carried))],
      ...(reverse ? ['reverse: true'] : []),
    ];
    const bound = node.outputs.map((output) => (this.#frame.read.has(output) ? this.#declare(output) : undefined));
    const [last, stacked] = [pattern(bound.slice(0, carried)), pattern(bound.slice(carried))];
    const parts = [
      ...(last === undefined ? [] : [['last: ', last]]),
      ...(stacked === undefined ? [] : [['stacked: ', stacked]]),
    ];
    const shapes = node.outputs.filter((_, i) => bound[i] !== undefined).map(({ type }) => shapeText(type.shape));
    // Prettier breaks a pattern of patterns even where it would fit.
    const names = parts.length === 0 ? [] : ['const ', object(parts, true), ' = '];
    const body = [turn.parameters, ' => {'];
    return {
      heading,
      code: [...names, 'k.scan(', flat(object(options)), ', ', ...body],
      block: { lines: turn.lines, close: '});' },
      comment: shapes.join(', '),
      narrow: {
        code: [...names, 'k.scan('],
        block: {
          lines: [{ code: [object(options), ','] }, { code: body, block: { lines: turn.lines, close: '},' } }],
          close: ');',
        },
      },
    };
  }

  /** A turn of a loop: a function of what it is given, which reads the rest from around it. */
  #turn(loop: Loop, node: Node): { readonly parameters: string; readonly lines: readonly Line[] } {
    const { carried, over, body } = loop;
    const given = body.inputs.map(({ value }) => value);
    const outside = new Map(
      given.flatMap((value, i) => {
        const outer = node.inputs[i];
        return kindOf(loop, i) !== 'outside' || outer === undefined || value.type.dtype === 'f64'
          ? []
          : [[value, this.ref(outer)] as const];
      }),
    );
    const read = new Set([
      ...body.nodes.filter(onDevice).flatMap(({ inputs }) => inputs),
      ...body.outputs.map(({ value }) => value),
    ]);
    // Names of the turn may be those of the function around it, but for what it reads there.
    const words = [...outside.values()].map((text) => text.replace(/\W.*$/, ''));
    const tables = [...Object.values(this.#tables), ...this.#frame.fields.values()].map(({ object }) => object);
    const scope = this.#facts.scope.inner(['k', 'B', 'n', KEPT, ...tables, ...words]);
    const locals = new Map(outside);
    const name = (value: Value, word = wordFor(value)): string | undefined => {
      if (!read.has(value)) return undefined;
      const text = scope.take(word);
      locals.set(value, text);
      return text;
    };
    const at = flat(pattern(given.slice(carried, carried + over).map((value) => name(value))) ?? '[]');
    const now = flat(pattern(given.slice(0, carried).map((value) => name(value))) ?? '[]');
    const carriedOn = new Set(given.slice(0, carried).map(wordFor));
    for (const value of body.nodes.flatMap(({ outputs }) => outputs))
      if (carriedOn.has(wordFor(value))) name(value, `new_${wordFor(value)}`);
    const frame: Frame = { ...this.#frame, scope, locals, read, nested: new Set(), words: new Map() };
    const code = new FunctionCode(this.#facts, frame, this.#tables, {
      headings: this.#headings,
      at: this.#at,
      streams: this.#streams,
      inputs: this.#inputs,
    });
    for (const value of locals.keys()) code.#own.add(value);
    for (const inner of body.nodes) code.node(inner);
    for (const object of code.objects) this.objects.add(object);
    for (const number of code.numbers) this.numbers.add(number);
    const results = body.outputs.map(({ value }) => code.ref(value));
    const end = object([
      ['next: ', list(results.slice(0, carried))],
      ['stack: ', list(results.slice(carried))],
    ]);
    return { parameters: `(${at}, ${now})`, lines: [...code.lines, { code: ['return ', end, ';'] }] };
  }

  #heading({ origin }: Pick<Node, 'origin'>): string | undefined {
    return this.#headings === 'none' ? undefined : this.#headings.above(origin);
  }

  #declare(value: Value): string {
    const name =
      this.#frame.locals.get(value) ?? this.#frame.scope.take(this.#frame.words.get(value) ?? wordFor(value));
    this.#frame.locals.set(value, name);
    this.#own.add(value);
    return name;
  }

  #input(input: GraphInput): string {
    if (isPort(input)) {
      this.#ports.add(input.name);
      const text = this.#frame.ports.get(input.name) ?? input.name;
      return input.role === 'input' && this.#inputs === 'kept' ? `${KEPT}.${text}` : text;
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

  /** The text of values some of which are elements of lists. */
  #lists(values: readonly Value[]): Doc | undefined {
    const { lists } = this.#frame;
    if (!values.some((value) => lists.has(value))) return undefined;
    this.objects.add('p');
    const pieces = new Set(values.map((value, i) => lists.get(value) ?? i));
    const [only] = pieces;
    if (pieces.size === 1 && only !== undefined && typeof only !== 'number') return only;
    return list(
      [...pieces].map((piece): Doc => {
        const value = typeof piece === 'number' ? values[piece] : undefined;
        if (typeof piece !== 'number') return ['...', piece];
        return value === undefined ? '' : this.ref(value);
      }),
    );
  }

  readonly #place: Place = {
    ref: (value: Value) => this.ref(value),
    table: (values: readonly Value[]) => {
      for (const [object, all] of this.#frame.tables) {
        if (all.length !== values.length || all.some((value, i) => value !== values[i])) continue;
        this.objects.add(object);
        return `leavesOf(${object})`;
      }
      return this.#lists(values);
    },
    body: (node: Node) => {
      const { body, operands } = bodyOf(node, this.#facts);
      return { fn: this.#facts.bodies.use(body), operands };
    },
    stream: (name: string) => {
      if (this.#at === undefined) return quoted(`${this.#streams}${name}`);
      this.usesPath = true;
      return `\`\${${this.#at}}.${name}\``;
    },
    act: (graph: Graph, node: Node) => this.#facts.bodies.use(actOf(graph, node, this.#facts)),
  };
}

/** `[h, c]`, with nothing in the place of what is not read; undefined where nothing is. */
function pattern(names: readonly (string | undefined)[]): Doc | undefined {
  const last = names.findLastIndex((name) => name !== undefined);
  if (last < 0) return undefined;
  const written = names.slice(0, last + 1).map((name) => name ?? '');
  return written.includes('') ? `[${written.join(', ')}]` : list(written);
}

const isPort = ({ role }: GraphInput): boolean => role === 'input' || role === 'target' || role === 'grad';

/** `const dense = `, `const [rows, d_logits] = `, or nothing where nothing is read. */
function declaration(node: Node, bound: readonly (string | undefined)[]): readonly Doc[] {
  const names = pattern(bound);
  if (names === undefined) return [];
  return node.outputs.length === 1 ? [`const ${bound[0] ?? ''} = `] : ['const ', names, ' = '];
}
