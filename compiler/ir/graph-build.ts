/** A graph in the making: nodes, inputs by name, names for readers, and what is known of ranges. */
import { Builder } from './builder.ts';
import type { Attrs, Graph, GraphInput, GraphOutput, InputRole, Node, Origin, Section, Type, Value } from './types.ts';
import type { Inferred } from '../ops/define.ts';
import { registry } from '../ops/index.ts';
import { InternalError } from '../diagnostics/types.ts';
import { BodyBuild } from './body-build.ts';
import type { Body } from './body-build.ts';
import { sourcesOf } from './loops.ts';
import { rangeOf } from './ranges.ts';
import type { Range, Ranges } from './ranges.ts';

/** What the inputs are called where a graph is cut: no port has a name with a space. */
export const cutName = (i: number): string => `cut ${i}`;

/** How far a graph in the making has come. */
export interface Mark {
  readonly values: number;
  readonly nodes: number;
  readonly loops: number;
}

export class GraphBuild {
  readonly #builder: Builder;
  readonly #inputs = new Map<string, GraphInput>();
  readonly #names = new Map<Value, string>();
  readonly #made = new Map<Value, { readonly node: Node | undefined; readonly at: number }>();
  /** The values in the order in which they were made. */
  readonly #values: Value[] = [];
  /** For each loop whose body is being made, how many nodes there were before it. */
  readonly #loops: number[] = [];
  readonly #ranges: Ranges = new Map();
  readonly #atEnd = new Set<Value>();
  /** Whether everything is on the host, in f64: initial values. */
  readonly host: boolean;

  constructor(origin: Origin, section: Section, host = false) {
    this.#builder = new Builder(origin, section);
    this.host = host;
  }

  /** How many values there are: what is made later has a higher number. */
  get size(): number {
    return this.#values.length;
  }

  owns(value: Value): boolean {
    return this.#made.has(value);
  }

  /** Whether the value was made after `size` was this. */
  madeSince(value: Value, size: number): boolean {
    const made = this.#made.get(value);
    return made !== undefined && made.at >= size;
  }

  input(role: InputRole, name: string, type: Type, word: string): Value {
    const key = `${role} ${name}`;
    const known = this.#inputs.get(key);
    if (known !== undefined) return known.value;
    const value: Value = { type, name: word };
    this.#inputs.set(key, { role, name, value });
    this.#note(value, undefined);
    if (role === 'host' && name === 'rows') this.#atEnd.add(value);
    return value;
  }

  infer(op: string, inputs: readonly Value[], attrs: Attrs): Inferred {
    const definition = registry.get(op);
    if (definition === undefined) throw new InternalError(`no op is called ${op}`);
    return definition.infer(
      inputs.map((input) => input.type),
      attrs,
    );
  }

  apply(op: string, inputs: readonly Value[], attrs: Attrs, word: string, origin: Origin): Value {
    const [value] = this.applyAll(op, inputs, attrs, [word], origin);
    if (value === undefined) throw new InternalError(`${op} has no output`);
    return value;
  }

  /** Likewise for an op with any number of results, each with a word of its own. */
  applyAll(
    op: string,
    inputs: readonly Value[],
    attrs: Attrs,
    words: readonly string[],
    origin: Origin,
    bodies: readonly Graph[] = [],
  ): readonly Value[] {
    this.#builder.origin = origin;
    const values = this.#builder.applyAll(op, inputs, attrs, words, bodies);
    const node = this.#builder.nodes.at(-1);
    const atEnd = registry.get(op)?.lower.as === 'total' || inputs.some((input) => this.#atEnd.has(input));
    for (const value of values) {
      this.#note(value, node);
      if (atEnd) this.#atEnd.add(value);
    }
    return values;
  }

  /** A value that each turn of a loop gives its body. */
  placeholder(type: Type, word: string): Value {
    const value: Value = { type, name: word };
    this.#note(value, undefined);
    return value;
  }

  /** What is made until the loop is closed is its body. */
  openLoop(): void {
    this.#loops.push(this.#builder.nodes.length);
  }

  /**
   * The body that gives these results, made of what was made since the loop was opened and depends on what each turn
   * gives (placeholders). The rest stands before the loop from here on.
   */
  closeLoop(given: readonly Value[], results: readonly Value[]): Body {
    const before = this.#loops.pop();
    if (before === undefined) throw new InternalError('no loop is open');
    const made = this.#builder.nodes.splice(before);
    const body = new BodyBuild(given, made, {
      nodeOf: (value) => this.nodeOf(value),
      nameOf: (value) => this.#names.get(value) ?? value.name,
    });
    this.#builder.nodes.push(...body.before);
    return body.close(results);
  }

  mark(): Mark {
    return { values: this.#values.length, nodes: this.#builder.nodes.length, loops: this.#loops.length };
  }

  /** Forgets all that was made since. */
  rewind({ values, nodes, loops }: Mark): void {
    this.#builder.nodes.length = nodes;
    this.#loops.length = loops;
    for (const [key, { value }] of this.#inputs) if (!this.#madeBefore(value, values)) this.#inputs.delete(key);
    for (const value of this.#values.splice(values)) {
      this.#made.delete(value);
      this.#names.delete(value);
      this.#ranges.delete(value);
      this.#atEnd.delete(value);
    }
  }

  #note(value: Value, node: Node | undefined): void {
    this.#made.set(value, { node, at: this.#values.length });
    this.#values.push(value);
  }

  #madeBefore(value: Value, size: number): boolean {
    const made = this.#made.get(value);
    return made !== undefined && made.at < size;
  }

  nodes(): readonly Node[] {
    return this.#builder.nodes;
  }

  /** What is known of where the value's elements lie. */
  range(value: Value): Range {
    return rangeOf(value, (of) => this.nodeOf(of), this.#ranges);
  }

  /** Says where the elements of an input lie. */
  setRange(value: Value, range: Range): void {
    this.#ranges.set(value, range);
  }

  /** Whether the value is known only when everything has been evaluated: it is made of totals, on the host. */
  isAtEnd(value: Value): boolean {
    return this.#atEnd.has(value);
  }

  /** Whether the value depends on no input. */
  isConstant(value: Value): boolean {
    return [...this.reaches([value], true)].every((part) => this.nodeOf(part) !== undefined);
  }

  nodeOf(value: Value): Node | undefined {
    return this.#made.get(value)?.node;
  }

  /** Gives a value the name by which readers shall know it. */
  name(value: Value, word: string): void {
    this.#names.set(value, word);
  }

  /**
   * The graph that these outputs need: nothing else, with the readers' names. Where it is cut, values become inputs
   * that `cutName` names.
   */
  finish(outputs: readonly GraphOutput[], cuts: ReadonlySet<Value> = new Set()): Graph {
    const needed = new Set<Value>(outputs.map((output) => output.value));
    const kept: Node[] = [];
    for (const node of this.#builder.nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output) && !cuts.has(output))) continue;
      kept.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    const renamed = new Map<Value, Value>();
    const rename = (value: Value): Value => {
      const known = renamed.get(value);
      if (known !== undefined) return known;
      const fresh: Value = { type: value.type, name: this.#names.get(value) ?? value.name };
      renamed.set(value, fresh);
      return fresh;
    };
    return {
      inputs: [
        ...this.#inputs.values(),
        ...[...cuts].map((value, i) => ({ role: 'input' as const, name: cutName(i), value })),
      ]
        .filter((input) => needed.has(input.value))
        .map((input) => ({ ...input, value: rename(input.value) })),
      nodes: kept
        .toReversed()
        .map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
      outputs: outputs.map((output) => ({ ...output, value: rename(output.value) })),
    };
  }

  /** The inputs of a role that a value depends on, by name. */
  inputsOf(value: Value, role: InputRole): readonly string[] {
    const reached = this.reaches([value], true);
    return [...this.#inputs.values()]
      .filter((input) => input.role === role && reached.has(input.value))
      .map(({ name }) => name);
  }

  /** Inputs that the value depends on; through `stop_gradient` and ops without a derivative only if `all`. */
  reaches(from: readonly Value[], all: boolean): ReadonlySet<Value> {
    const reached = new Set<Value>();
    const open = [...from];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      if (reached.has(value)) continue;
      reached.add(value);
      const node = this.nodeOf(value);
      if (node !== undefined) open.push(...sourcesOf(node, value, ({ op }) => all || registry.get(op)?.vjp !== 'none'));
    }
    return reached;
  }
}
