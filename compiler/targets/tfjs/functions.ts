/** Functions of the emitted file for what is called: a round of a repeat, and the way back through it. */
import { wordFor } from '../../ir/called.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { join } from '../../ir/paths.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Functions as ProgramFunctions } from '../../ir/program.ts';
import { CARRIED } from '../../ir/outline.ts';
import { isCall } from '../../ir/traits.ts';
import type { Graph, GraphInput, Node, Origin, Value } from '../../ir/types.ts';
import { functionOf, passOf, resultsOf } from '../../ops/call_function.ts';
import { below } from './emitted.ts';
import type { Emitted, EmittedFunctions, Signature } from './emitted.ts';
import type { Facts } from './facts.ts';
import { functionFrame } from './frame.ts';
import type { Frame } from './frame.ts';
import { FunctionCode, KEPT } from './function-code.ts';
import { gradientEntries } from './gradients.ts';
import type { Gradient } from './gradients.ts';
import { layLines, object } from './layout.ts';
import type { Doc, Line } from './layout.ts';
import { entry } from './names.ts';
import { head, numbersType, parameter } from './signature.ts';
import type { Parameter } from './signature.ts';
import { plansOf } from './steps.ts';
import { gradientTable } from './tables.ts';

/** Where a function's parameters lie, for their type; and what it does, for readers. */
interface Home {
  readonly at: string;
  readonly name: string;
  readonly origin: Origin;
}

export class Functions implements EmittedFunctions {
  readonly #emitted = new Map<Graph, Emitted>();
  readonly #names = new Map<string, string>();
  /** Texts that are still to be written. */
  readonly #ready: string[] = [];

  of(call: Node): Emitted {
    const emitted = this.#emitted.get(functionOf(call.bodies));
    if (emitted === undefined) throw new InternalError('a function that is called was not written');
    return emitted;
  }

  nameOf(call: Node): string {
    const { forward, backward } = this.of(call);
    return (passOf(call.attrs) === 'backward' ? backward : forward)?.name ?? forward.name;
  }

  /** Functions that were written since the last call. */
  take(): readonly string[] {
    return this.#ready.splice(0);
  }

  /** Writes those of these functions that were not written yet; those that others call stand first. */
  write(facts: Facts, functions: ProgramFunctions): void {
    const homes = homesOf(facts);
    for (const [body, plan] of functions) {
      if (this.#emitted.has(body)) continue;
      const home = homes.get(body);
      if (home === undefined) throw new InternalError('a function that nothing calls');
      this.#emitted.set(body, this.#functionsOf(body, plan, home, facts));
    }
  }

  #functionsOf(body: Graph, plan: Plan, home: Home, facts: Facts): Emitted {
    const writer = new Writer(body, plan, home, facts);
    const isTwo = body.inputs.some(({ role }) => role === 'grad');
    return isTwo ? this.#twoPasses(writer) : this.#onePass(writer);
  }

  #onePass(writer: Writer): Emitted {
    const { home, facts, quote } = writer;
    const code = writer.code('forward');
    const result = code.ref(writer.result);
    const signature = writer.signature(code, isArgument, false);
    const name = this.#settle(home.name, facts, (chosen) =>
      writer.text({ name: chosen, doc: quote, code, signature, kept: undefined, result }),
    );
    return { forward: { name, ...signature }, backward: undefined, keys: new Map() };
  }

  /** The way forward gives `it` with what it keeps for the way back; that one gives gradients, `g` of the parameters. */
  #twoPasses(writer: Writer): Emitted {
    const { home, facts, frame, quote } = writer;
    const forward = writer.code('forward');
    const it = forward.ref(writer.result);
    const backward = writer.code('backward');
    const { parameters, others } = writer.gradients();
    const g = gradientTable(gradientEntries(parameters, frame.given, backward.gradients(parameters)));
    const gradients = object([...others.map(({ key, value }) => entry(key, backward.ref(value))), ['g: ', g]]);
    // What the forward pass was given is among what it has kept.
    const given = writer.body.inputs.filter((input) => isArgument(input) && backward.ports.has(input.name));
    const arguments_ = given.map(({ value }) => forward.ref(value));
    const kept = [...arguments_, ...forward.made.filter((local) => backward.borrowed.has(local))];

    const there = writer.signature(forward, isArgument, false);
    const result = object([entry('it', it), ...kept]);
    const name = this.#settle(`${home.name}_forward`, facts, (chosen) =>
      writer.text({ name: chosen, doc: quote, code: forward, signature: there, kept: undefined, result }),
    );
    const back = writer.signature(backward, ({ role }) => role === 'grad', kept.length > 0);
    const doc = `The way back through ${quote}`;
    const from = parameter(KEPT, `ReturnType<typeof ${name}>`, kept.length > 0);
    const backName = this.#settle(name.replace(/_forward(?=_\d+$|$)/, '_backward'), facts, (chosen) =>
      writer.text({ name: chosen, doc, code: backward, signature: back, kept: from, result: gradients }),
    );
    return {
      forward: { name, ...there },
      backward: { name: backName, ...back },
      keys: new Map(others.map(({ input, key }) => [input, key])),
    };
  }

  /** The name of a function by its text: one that reads alike is not written again. */
  #settle(word: string, facts: Facts, textOf: (name: string) => string): string {
    const meaning = `${word} ${textOf('')}`;
    const known = this.#names.get(meaning);
    if (known !== undefined) return known;
    const name = facts.scope.takeFunction(word);
    this.#names.set(meaning, name);
    this.#ready.push(...facts.bodies.take(), textOf(name));
    return name;
  }
}

/** A function in the making. */
interface Draft {
  readonly name: string;
  readonly doc: string;
  readonly code: FunctionCode;
  readonly signature: Omit<Signature, 'name'>;
  /** What the way back takes of what the way forward gave. */
  readonly kept: Parameter | undefined;
  readonly result: Doc;
}

/** Writes the functions of one body. */
class Writer {
  readonly body: Graph;
  readonly home: Home;
  readonly facts: Facts;
  readonly frame: Frame;
  readonly #plan: Plan;
  /** Where the parameters and states lie in its table. */
  readonly #keys: ReadonlyMap<string, readonly string[]>;

  constructor(body: Graph, plan: Plan, home: Home, facts: Facts) {
    this.body = body;
    this.home = home;
    this.facts = facts;
    this.frame = functionFrame(facts, plan);
    this.#plan = plan;
    this.#keys = below(home.at, facts.memory)?.inside ?? new Map<string, readonly string[]>();
  }

  get quote(): string {
    return this.facts.quotes.of(this.home.origin);
  }

  /** What it computes besides new states. */
  get result(): Value {
    const [only, ...others] = this.#plan.outputs.filter(({ role }) => role === 'value');
    if (only === undefined || others.length > 0) throw new InternalError('a function gives one value');
    return only.value;
  }

  code(section: 'forward' | 'backward'): FunctionCode {
    const memory = { object: 'p', keys: this.#keys };
    const inputs = section === 'forward' ? 'given' : 'kept';
    const code = new FunctionCode(this.facts, this.frame, { parameter: memory, state: memory }, { at: 'at', inputs });
    code.steps(this.#plan.steps.filter((step) => step.section === section));
    return code;
  }

  /** The gradients that the way back gives: those of its parameters, and those by what it was given. */
  gradients() {
    const parameters: Gradient[] = [];
    const others: { readonly input: number; readonly key: string; readonly value: Value }[] = [];
    for (const { name, value } of resultsOf(this.#plan, 'backward')) {
      const input = this.body.inputs[Number(name)];
      if (input === undefined) throw new InternalError('a gradient by nothing');
      if (input.role === 'parameter') parameters.push({ keys: this.#keys.get(input.name) ?? [input.name], value });
      else others.push({ input: Number(name), key: this.#gradientKey(input), value });
    }
    return { parameters, others };
  }

  /** `chainBack` looks for that of what goes along through the rounds. */
  #gradientKey(input: GraphInput): string {
    return input.name === CARRIED ? 'd_x' : `d_${this.#local(input)}`;
  }

  #local({ name, value }: GraphInput): string {
    return this.frame.ports.get(name) ?? wordFor(value);
  }

  signature(code: FunctionCode, isTaken: (input: GraphInput) => boolean, kept: boolean): Omit<Signature, 'name'> {
    const args = this.body.inputs.flatMap((input, i) => (isTaken(input) && code.ports.has(input.name) ? [i] : []));
    const B = code.usesBatchSize && this.#batched(args) === undefined;
    const numbers = [...code.numbers];
    return { numbers, takes: { p: code.objects.has('p'), n: code.objects.has('n'), at: code.usesPath, B, kept }, args };
  }

  /** The first argument that has an axis of examples. */
  #batched(args: readonly number[]): GraphInput | undefined {
    return args.flatMap((i) => this.body.inputs[i] ?? []).find(({ value }) => value.type.shape[0] === 'B');
  }

  text({ name, doc, code, signature: { takes, args }, kept, result }: Draft): string {
    const batched = this.#batched(args);
    const size: readonly Line[] =
      code.usesBatchSize && batched !== undefined ? [{ code: `const [B = 0] = ${this.#local(batched)}.shape;` }] : [];
    const own: readonly Parameter[] = [
      parameter('k', 'K', true),
      parameter('p', typeText(this.home.at, this.facts), takes.p),
      parameter('n', numbersType(this.facts, code.numbers), takes.n),
      parameter('at', 'string', takes.at),
      parameter('B', 'number', takes.B),
      ...(kept === undefined ? [] : [kept]),
    ];
    const values = args
      .flatMap((i) => this.body.inputs[i] ?? [])
      .map((input) => parameter(this.#local(input), 'Value', true));
    const taken = [...own.filter(({ used }) => used), ...values];
    const lines = layLines([...size, ...code.lines, { code: ['return ', result, ';'] }]);
    return `/** ${doc} */\n${head(name, taken, '')}\n${lines}\n}`;
  }
}

const isArgument = ({ role }: GraphInput): boolean => role === 'input';

/** The path at which each function was met first. */
function homesOf({ program }: Facts): ReadonlyMap<Graph, Home> {
  const homes = new Map<Graph, Home>();
  const visit = (nodes: readonly Node[], above: string): void => {
    for (const node of nodes.filter(isCall)) {
      const { at, function: name } = node.attrs;
      const path = join(above, typeof at === 'string' ? at : '');
      const body = functionOf(node.bodies);
      if (homes.has(body)) continue;
      homes.set(body, { at: path, name: typeof name === 'string' ? name : 'part', origin: node.origin });
      visit(body.nodes, path);
    }
  };
  for (const { nodes } of plansOf(program)) visit(nodes, '');
  return homes;
}

/** The type of the tables below a path: `P['encoder'][number]`. */
function typeText(at: string, { memory }: Facts): string {
  const keys = below(at, memory)?.there ?? [];
  return `P${keys.map((key) => (/^\d+$/.test(key) ? '[number]' : `['${key}']`)).join('')}`;
}
