/** Runs the functions of a program against a `k`, as the emitted file does, but from the plans: no text is needed. */
import { graphOf, isMapped, onDevice, primitiveOf } from '../../ir/mapped.ts';
import type { Dim, Graph, GraphInput, Node, Shape, Value } from '../../ir/types.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { isLoop } from '../../ir/loops.ts';
import { join } from '../../ir/paths.ts';
import { isStore } from '../../ir/plan.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Functions } from '../../ir/program.ts';
import { constantOf, deviceCall, isCall, isIdentity } from '../../ir/traits.ts';
import { functionOf, passOf, resultsOf } from '../../ops/call_function.ts';
import type { Argument } from '../../ops/rules/call.ts';
import { loopOf } from '../../ops/rules/loop.ts';
import { View } from '../../../runtime/kernels/buffer.ts';
import type { K, Operand, Value as DeviceValue } from '../../../runtime/kernels/k.ts';
import { apply, column, literal, rowMax, rowSum } from '../../../runtime/kernels/scalar/symbol.ts';
import type { Sym } from '../../../runtime/kernels/scalar/symbol.ts';
import { primitives } from '../../../runtime/kernels/scalar/index.ts';
import type { PrimitiveName } from '../../../runtime/kernels/scalar/index.ts';

/** What a value of a plan stands for: a tensor, a number that is known, or one that the host gives with each run. */
type Known = DeviceValue | number | { readonly scalar: string };

/** What lasts of a model, and what a routine is given. */
export interface Surroundings {
  readonly k: K;
  /** The rows of the batch, which are what `B` stands for. */
  readonly rows: number;
  readonly functions: Functions;
  /** What lies there: a parameter or a state by path, a port of the batch by name, and so on. */
  readonly find: (input: Pick<GraphInput, 'role' | 'name'>) => DeviceValue | undefined;
  /** What stands before the names of random streams: `d/`. */
  readonly streams: string;
  /** Told of each tensor by the node that made it. */
  readonly made?: (node: Node, result: DeviceValue) => void;
}

/** The values of one plan, as they are made: those of a function's way forward are there for its way back. */
export class Replay {
  readonly #around: Surroundings;
  readonly #plan: Plan;
  /** The path at which the function is called. */
  readonly #at: string;
  readonly #known = new Map<Value, Known>();
  readonly #inputs: ReadonlyMap<Value, GraphInput>;
  /** What calls of functions have made and keep for their ways back, by their tokens. */
  readonly #tokens = new Map<Value, Replay>();
  /** New states, which the functions that are called have stored. */
  readonly #stored = new Set<Value>();

  constructor(around: Surroundings, plan: Plan, at = '') {
    this.#around = around;
    this.#plan = plan;
    this.#at = at;
    this.#inputs = new Map(plan.inputs.map((input) => [input.value, input]));
  }

  set(value: Value, known: Known): void {
    this.#known.set(value, known);
  }

  /** What was set or made; an input is looked for when it is first read, since noise is drawn then. */
  #get(value: Value): Known | undefined {
    const known = this.#known.get(value);
    const input = this.#inputs.get(value);
    if (known !== undefined || input === undefined) return known;
    const { role, name } = input;
    const isLasting = role === 'parameter' || role === 'state';
    const found = this.#around.find({ role, name: isLasting ? join(this.#at, name) : name });
    if (found !== undefined) this.#known.set(value, found);
    return found;
  }

  /** The steps of the plan that stand in these sections. */
  run(isWanted: (section: Node['section']) => boolean): void {
    for (const step of this.#plan.steps) {
      if (!isWanted(step.section)) continue;
      if (!isStore(step)) this.#node(step);
      else if (!this.#stored.has(step.value))
        this.#around.k.store(this.tensor(step.target.value), this.tensor(step.value));
    }
  }

  tensor(value: Value): DeviceValue {
    const known = this.#get(value);
    if (known instanceof View) return known;
    throw new InternalError(`${value.word ?? 'a value'} is not known where it is read`);
  }

  #operand(value: Value): number | Operand {
    const known = this.#get(value);
    if (known !== undefined) return known;
    if (value.type.dtype !== 'f64') throw new InternalError(`${value.word ?? 'a value'} is not known where it is read`);
    const number = { scalar: `${this.#known.size} ${this.#at}` };
    this.#known.set(value, number);
    return number;
  }

  #node(node: Node): void {
    const constant = constantOf(node);
    if (constant !== undefined) node.outputs.forEach((output) => this.#known.set(output, constant));
    if (!onDevice(node)) return;
    if (isCall(node)) this.#call(node);
    else if (isLoop(node)) this.#loop(node);
    else if (isMapped(node)) this.#map(node);
    else this.#kernel(node);
  }

  #kernel(node: Node): void {
    const { method, args, options } = deviceCall(node);
    const { k } = this.#around;
    const given = args.map((argument) => this.#argument(argument));
    const named = Object.entries(options).map(([name, option]) => [name, this.#argument(option)]);
    const fn: unknown = Reflect.get(k, method);
    if (typeof fn !== 'function') throw new InternalError(`k has no ${method}`);
    const result: unknown = Reflect.apply(fn, k, named.length === 0 ? given : [...given, Object.fromEntries(named)]);
    const [output] = node.outputs;
    if (output === undefined || !(result instanceof View)) throw new InternalError(`${method} gives no tensor`);
    this.#make(node, [result]);
  }

  #make(node: Node, results: readonly DeviceValue[]): void {
    for (const [i, result] of results.entries()) {
      const output = node.outputs[i];
      if (output === undefined) continue;
      this.#known.set(output, result);
      this.#around.made?.(node, result);
    }
  }

  #argument(argument: Argument): unknown {
    switch (argument.kind) {
      case 'value':
        return this.tensor(argument.value);
      case 'rows': {
        const x = this.tensor(argument.value);
        const [width = 1, ...lead] = x.shape.toReversed();
        return this.#around.k.reshape(x, [lead.reduce((product, size) => product * size, 1), width]);
      }
      case 'number':
        return this.#size(argument.number);
      case 'numbers':
        return this.#sizes(argument.numbers);
      case 'shape':
        return this.#sizes(argument.shape);
      case 'flag':
        return argument.flag;
      case 'text':
        return argument.text;
      case 'stream':
        return `${this.#around.streams}${join(this.#at, argument.stream)}`;
      case 'function': {
        const { body } = argument;
        return (...inputs: readonly Sym[]) => bodyOf(body, inputs)[0];
      }
      case 'list':
        return argument.items.map((item) => this.#argument(item));
    }
  }

  #size(size: Dim): number {
    return size === 'B' ? this.#around.rows : size;
  }

  #sizes(shape: Shape): readonly number[] {
    return shape.map((size) => this.#size(size));
  }

  #map(node: Node): void {
    const graph = graphOf(node);
    const isFused = graph.nodes[0] !== node;
    const given = graph.inputs.map(({ value }, i) => this.#operand(isFused ? (node.inputs[i] ?? value) : value));
    const operands = given.filter((each) => typeof each !== 'number');
    const results = this.#around.k.map((...symbols): readonly Sym[] => {
      const free = [...symbols];
      const inputs = given.map((each) => (typeof each === 'number' ? each : free.shift()));
      return bodyOf(graph, inputs);
    }, operands);
    this.#make(node, results);
  }

  #loop(node: Node): void {
    const { carried, over, steps, reverse, body } = loopOf(node);
    const given = node.inputs.map((input) => this.#operand(input));
    const [first, sequences] = [node.inputs.slice(0, carried), node.inputs.slice(carried, carried + over)].map((some) =>
      some.map((input) => this.tensor(input)),
    );
    const { last, stacked } = this.#around.k.scan(
      { steps, over: sequences ?? [], with: first ?? [], reverse },
      (at, now) => {
        const turn = [...now, ...at, ...given.slice(carried + over)];
        body.inputs.forEach(({ value }, i) => {
          const known = turn[i];
          if (known !== undefined) this.#known.set(value, known);
        });
        for (const inner of body.nodes) this.#node(inner);
        const results = body.outputs.map(({ value }) => this.tensor(value));
        return { next: results.slice(0, carried), stack: results.slice(carried) };
      },
    );
    this.#make(node, [...last, ...stacked]);
  }

  #call(node: Node): void {
    const body = functionOf(node.bodies);
    const pass = passOf(node.attrs);
    const plan = this.#around.functions.get(body);
    if (plan === undefined) throw new InternalError('a function without a plan');
    const { at } = node.attrs;
    const [token] = pass === 'backward' ? node.inputs : [];
    const inside =
      (token === undefined ? undefined : this.#tokens.get(token)) ??
      new Replay(this.#around, plan, join(this.#at, typeof at === 'string' ? at : ''));
    body.inputs.forEach(({ role, value }, i) => {
      const given = node.inputs[pass === 'backward' ? i + 1 : i];
      if (given === undefined || (pass === 'backward' && role !== 'grad')) return;
      // What lasts lies in a table, whoever calls.
      if (role !== 'parameter' && role !== 'state') inside.#known.set(value, this.#operand(given));
    });
    inside.run((section) => pass === 'whole' || section === pass);
    const results = resultsOf(plan, pass);
    results.forEach(({ role, value }, i) => {
      const output = node.outputs[i];
      const result = inside.#get(value);
      if (output === undefined || result === undefined) return;
      this.#known.set(output, result);
      if (role === 'state') this.#stored.add(output);
    });
    const kept = pass === 'forward' ? node.outputs.at(-1) : undefined;
    if (kept !== undefined) this.#tokens.set(kept, inside);
  }
}

const isPrimitive = (name: string): name is PrimitiveName => Object.hasOwn(primitives, name);

/** What a body gives, over symbols and over numbers that are known. */
function bodyOf({ inputs, nodes, outputs }: Graph, given: readonly (Sym | number | undefined)[]): readonly Sym[] {
  const known = new Map<Value, Sym | number>();
  inputs.forEach(({ value }, i) => {
    const symbol = given[i];
    if (symbol !== undefined) known.set(value, symbol);
  });
  const read = (value: Value): Sym | number => {
    const symbol = known.get(value);
    if (symbol === undefined) throw new InternalError('a body reads what it is not given');
    return symbol;
  };
  for (const node of nodes) {
    const [output] = node.outputs;
    if (output !== undefined) known.set(output, symbolOf(node, read));
  }
  return outputs.map(({ value }) => {
    const result = read(value);
    return typeof result === 'number' ? literal(result) : result;
  });
}

function symbolOf(node: Node, read: (value: Value) => Sym | number): Sym | number {
  const constant = constantOf(node);
  if (constant !== undefined) return constant;
  const args = node.inputs.map(read);
  const [x = 0] = args;
  if (isIdentity(node)) return x;
  const name = primitiveOf(node);
  if (isPrimitive(name)) return apply(name, ...args);
  switch (name) {
    case 'rowSum':
      return rowSum(x);
    case 'rowMax':
      return rowMax(x);
    case 'column':
      return column();
    default:
      throw new InternalError(`${name} stands in the body of a map`);
  }
}
