/** A graph in the making: nodes, inputs by name, names for readers, and what is known of ranges. */
import { Builder } from './builder.ts';
import type { Attrs, Graph, GraphInput, GraphOutput, InputRole, Node, Origin, Section, Type, Value } from './types.ts';
import type { Inferred } from '../ops/define.ts';
import { registry } from '../ops/index.ts';
import { InternalError } from '../diagnostics/types.ts';
import { BodyBuild } from './body-build.ts';
import type { Body } from './body-build.ts';
import { sourcesOf } from './loops.ts';
import { drawsWithin, outline } from './outline.ts';
import type { Outline } from './outline.ts';
import { join } from './paths.ts';
import { isSameRange, rangeOf } from './ranges.ts';
import type { Range, Ranges } from './ranges.ts';
import { neededNodes } from './uses.ts';
import { altered, calledAs, calledWithin } from './called.ts';
import type { Called } from './called.ts';

/** What the inputs are called where a graph is cut: no port has a name with a space. */
export const cutName = (i: number): string => `cut ${i}`;

/** How far a graph in the making has come. */
export interface Mark {
  readonly values: number;
  readonly nodes: number;
  readonly loops: number;
}

/** A stretch of nodes that is done again elsewhere, over other values: the two are calls of one function. */
export interface Stretch {
  /** There were so many values before it. */
  readonly since: number;
  /** From this node, up to that one. */
  readonly from: number;
  readonly to: number;
  readonly results: readonly GraphOutput[];
  /** The path of what it holds, and how readers call it. */
  readonly at: string;
  readonly name: string;
  readonly origin: Origin;
  /** The value that goes along from one to the next: the input CARRIED of the function, which calls it x. */
  readonly carried: Value | undefined;
}

interface Again {
  readonly stretch: Stretch;
  /** What stands for values that the stretch reads. */
  readonly instead: ReadonlyMap<Value, Value>;
}

export class GraphBuild {
  readonly #builder: Builder;
  /** What is called, by the node that stands for the call. */
  readonly #calls = new Map<Node, Again>();
  /** Values that stand for others, so that a stretch is read apart from what else reads those. */
  readonly #aliases = new Map<Value, Value>();
  /** What stretches read, for each that is done again: it is the same for every round. */
  readonly #taken = new Map<Stretch, readonly Value[]>();
  /** What is known of the results of stretches, and of what that was found: rounds are soon given the same. */
  readonly #found = new Map<Stretch, { readonly given: readonly Range[]; readonly results: readonly Range[] }>();
  /** What lies within others stands before them. */
  readonly #stretches: Stretch[] = [];
  readonly #inputs = new Map<string, GraphInput>();
  readonly #words = new Map<Value, string>();
  /** What definitions call what they are given, by their scopes. */
  readonly #given = new Map<Value, Map<string, string>>();
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
    const value: Value = { type, word };
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

  apply(op: string, inputs: readonly Value[], attrs: Attrs, word: string | undefined, origin: Origin): Value {
    const [value] = this.applyAll(op, inputs, attrs, [word], origin);
    if (value === undefined) throw new InternalError(`${op} has no output`);
    return value;
  }

  /** Likewise for an op with any number of results, each with a word of its own. */
  applyAll(
    op: string,
    inputs: readonly Value[],
    attrs: Attrs,
    words: readonly (string | undefined)[],
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
  placeholder(type: Type, word: string | undefined): Value {
    const value: Value = { type, word };
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
      called: (value) => this.#called(value),
    });
    this.#builder.nodes.push(...body.before);
    return body.close(results);
  }

  /**
   * What is made of all nodes so far, with a builder of its own: some of them may give more than they did, and what is
   * added is like what was there.
   */
  derive(
    origin: Origin,
    make: (b: Builder, nodes: readonly Node[]) => { readonly nodes: readonly Node[]; readonly value: Value },
  ): Value {
    const b = this.#builder.another(origin, this.#builder.section);
    const before = this.#builder.nodes.map((node) => this.#plain(node));
    const { nodes, value } = make(b, before);
    for (const [i, node] of nodes.entries()) {
      if (node === before[i]) continue;
      this.#builder.nodes[i] = node;
      for (const output of node.outputs) {
        const known = this.#made.get(output);
        if (known === undefined) this.#note(output, node);
        else this.#made.set(output, { ...known, node });
      }
    }
    for (const node of b.nodes) {
      this.#builder.nodes.push(node);
      for (const output of node.outputs) this.#note(output, node);
    }
    return value;
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
      this.#aliases.delete(value);
      this.#words.delete(value);
      this.#given.delete(value);
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
    return [...this.reaches([value], true)].every((part) => this.nodeOf(part) !== undefined || this.#aliases.has(part));
  }

  nodeOf(value: Value): Node | undefined {
    return this.#made.get(value)?.node;
  }

  /** Gives a value the word by which readers shall know it. */
  name(value: Value, word: string): void {
    this.#words.set(value, word);
  }

  /** Whether the value has a word. */
  isNamed(value: Value): boolean {
    return this.#called(value).word !== undefined;
  }

  /** What a scope calls a value, as a word. */
  wordAt(value: Value, scope: string): string | undefined {
    const { word, givenAs } = this.#called(value);
    const given = givenAs?.get(scope);
    return given === undefined ? word : join(scope, given);
  }

  /** Says what a definition calls a value that it is given. The first name for it stays. */
  giveAs(value: Value, scope: string, name: string): void {
    const known = this.#given.get(value) ?? new Map<string, string>();
    if (!known.has(scope)) known.set(scope, name);
    this.#given.set(value, known);
  }

  /** Another value that is the same: what reads it can be told from what reads the value itself. */
  alias(value: Value): Value {
    const other: Value = { type: value.type, ...calledAs(this.#called(value).word) };
    this.#aliases.set(other, value);
    this.#note(other, this.nodeOf(value));
    this.#ranges.set(other, this.range(value));
    if (this.#atEnd.has(value)) this.#atEnd.add(other);
    return other;
  }

  /** What an alias stands for, as far as it was made since there were so many values. */
  itself(value: Value, since = 0): Value {
    const same = this.madeSince(value, since) ? this.#aliases.get(value) : undefined;
    return same === undefined ? value : this.itself(same, since);
  }

  /** How many nodes there are. */
  get length(): number {
    return this.#builder.nodes.length;
  }

  /** The nodes from `from` on as a stretch, if they can be a function: they make what they give, and draw from streams of their own. */
  stretch(given: Omit<Stretch, 'to'>): Stretch | undefined {
    // The nodes of an open loop move once more.
    if (this.#loops.length > 0) return undefined;
    const nodes = this.#builder.nodes.slice(given.from);
    const made = new Set(nodes.flatMap(({ outputs }) => outputs));
    if (!given.results.every(({ value }) => made.has(value)) || !drawsWithin(nodes, given.at)) return undefined;
    const stretch = { ...given, to: this.#builder.nodes.length };
    this.#stretches.push(stretch);
    return stretch;
  }

  /** What a stretch gives when it is done again at another path, with other values for those that it reads. */
  again(stretch: Stretch, at: string, instead: ReadonlyMap<Value, Value>): readonly Value[] {
    const taken = this.#taken.get(stretch) ?? this.#outline(stretch, this.#nodesOf(stretch)).taken;
    this.#taken.set(stretch, taken);
    const inputs = taken.map((value) => instead.get(value) ?? value);
    const outputs = stretch.results.map(({ role, name, value: { type } }): Value => {
      return { type, word: role === 'value' ? at : altered(join(at, name), (own) => `new_${own}`) };
    });
    const node: Node = { ...this.#callOf({ ...stretch, at }), inputs, outputs };
    this.#builder.nodes.push(node);
    this.#calls.set(node, { stretch, instead });
    const ranges = this.#rangesOf(
      stretch,
      taken,
      inputs.map((value) => this.range(value)),
    );
    for (const [i, output] of outputs.entries()) {
      this.#note(output, node);
      const range = ranges[i];
      if (range !== undefined) this.#ranges.set(output, range);
    }
    return outputs;
  }

  /** The ranges of what a stretch gives where what it takes has these. */
  #rangesOf(stretch: Stretch, taken: readonly Value[], given: readonly Range[]): readonly Range[] {
    const before = this.#found.get(stretch);
    if (before?.given.every((range, i) => isSameRange(range, given[i])) === true) return before.results;
    const known: Ranges = new Map(taken.map((value, i) => [value, given[i] ?? this.range(value)]));
    const results = stretch.results.map(({ value }) => rangeOf(value, (of) => this.nodeOf(of), known));
    this.#found.set(stretch, { given, results });
    return results;
  }

  /**
   * The graph that these outputs need: nothing else, with the readers' names. Where it is cut, values become inputs
   * that `cutName` names. Stretches that are done again are calls of functions.
   */
  finish(wanted: readonly GraphOutput[], cutAt: ReadonlySet<Value> = new Set()): Graph {
    const outputs = wanted.map((output) => ({ ...output, value: this.itself(output.value) }));
    const cuts = new Set([...cutAt].map((value) => this.itself(value)));
    const results = outputs.map(({ value }) => value);
    const nodes = neededNodes({ nodes: this.#withCalls() }, results, cuts);
    const read = new Set([...results, ...nodes.flatMap(({ inputs }) => inputs)]);
    const renamed = new Map<Value, Value>();
    const rename = (value: Value): Value => {
      const known = renamed.get(value);
      if (known !== undefined) return known;
      const fresh: Value = { type: value.type, ...this.#called(value) };
      renamed.set(value, fresh);
      return fresh;
    };
    return {
      inputs: [
        ...this.#inputs.values(),
        ...[...cuts].map((value, i) => ({ role: 'input' as const, name: cutName(i), value })),
      ]
        .filter((input) => read.has(input.value))
        .map((input) => ({ ...input, value: rename(input.value) })),
      nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
      outputs: outputs.map((output) => ({ ...output, value: rename(output.value) })),
    };
  }

  #plain(node: Node, since = 0): Node {
    if (!node.inputs.some((input) => this.#aliases.has(input))) return node;
    return { ...node, inputs: node.inputs.map((input) => this.itself(input, since)) };
  }

  #called(value: Value): Called {
    const word = this.#words.get(value) ?? value.word;
    return calledAs({ word, givenAs: this.#given.get(value) });
  }

  /** The nodes, with calls in place of the stretches that others do again. */
  #withCalls(): readonly Node[] {
    const done = new Set([...this.#calls.values()].map(({ stretch }) => stretch));
    // In the order of their first nodes; what lies around others stands before them.
    const stretches = this.#stretches
      .filter((stretch) => done.has(stretch))
      .toReversed()
      .sort((a, b) => a.from - b.from || b.to - a.to);
    const outlines = new Map<Stretch, Outline>();
    const outlineOf = (stretch: Stretch): Outline => {
      const inside = stretches.slice(stretches.indexOf(stretch) + 1);
      const known = outlines.get(stretch) ?? this.#outline(stretch, between(stretch.from, stretch.to, inside));
      outlines.set(stretch, known);
      return known;
    };
    const called = (node: Node, { stretch, instead }: Again): Node => {
      const { body, taken } = outlineOf(stretch);
      return { ...node, inputs: taken.map((value) => instead.get(value) ?? value), bodies: [body] };
    };
    const plain = (from: number, to: number): readonly Node[] =>
      this.#builder.nodes.slice(from, to).map((node) => {
        const again = this.#calls.get(node);
        return again === undefined ? node : called(node, again);
      });
    const between = (from: number, to: number, candidates: readonly Stretch[]): readonly Node[] => {
      const nodes: Node[] = [];
      let at = from;
      for (const stretch of candidates.filter((each) => each.from >= from && each.to <= to)) {
        if (stretch.from < at) continue;
        nodes.push(...plain(at, stretch.from), called(this.#callOf(stretch), { stretch, instead: new Map() }));
        at = stretch.to;
      }
      return [...nodes, ...plain(at, to)];
    };
    return between(0, this.#builder.nodes.length, stretches).map((node) => this.#plain(node));
  }

  #nodesOf({ from, to }: Stretch): readonly Node[] {
    return this.#builder.nodes.slice(from, to);
  }

  /** The call that stands for a stretch itself. */
  #callOf({ results, name, at, origin }: Stretch): Node {
    return {
      op: 'call_function',
      inputs: [],
      outputs: results.map(({ value }) => value),
      attrs: { function: name, pass: 'whole', at },
      bodies: [],
      section: this.#builder.section,
      origin,
    };
  }

  #outline(stretch: Stretch, nodes: readonly Node[]): Outline {
    const { carried, results, since } = stretch;
    const inside = nodes.map((node) => this.#plain(node, since));
    const given = results.map((result) => ({ ...result, value: this.itself(result.value, since) }));
    return outline(inside, given, {
      inputs: new Map([...this.#inputs.values()].map((input) => [input.value, input])),
      at: stretch.at,
      maker: (value) => this.nodeOf(value),
      carried,
      called: (value) => {
        const called = calledWithin(stretch.at, this.#called(value));
        return value === carried ? { ...called, word: 'x' } : called;
      },
    });
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
      const same = this.#aliases.get(value);
      if (same !== undefined) {
        open.push(same);
        continue;
      }
      const node = this.nodeOf(value);
      if (node !== undefined) open.push(...sourcesOf(node, value, ({ op }) => all || registry.get(op)?.vjp !== 'none'));
    }
    return reached;
  }
}
