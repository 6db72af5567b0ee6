/** The dual of hoisting: what a loop computes for its results alone is computed behind it, for all positions at once. */
import { altered, calledAs, everyTurn } from '../../ir/called.ts';
import { isLoop } from '../../ir/loops.ts';
import type { Builder } from '../../ir/builder.ts';
import { loweringOf, rowFunction } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { definitions } from '../../ir/uses.ts';
import { Words } from '../../ir/words.ts';
import { isCheap } from '../pullback.ts';
import { rewrite } from '../rewrite.ts';
import { loopOfParts, partsOf } from './rebuild.ts';
import type { Parts, Port } from './rebuild.ts';
import { canSpread, spread } from './spread.ts';
import type { SpreadInput } from './spread.ts';

/**
 * Σ_t a_tᵀ b_t, carried as a sum that no turn reads, is one product of what the loop stacks, over [steps · B] rows; so
 * is a stacked product that no turn reads. The sum of a sum, such as that of a bias, goes along where what it sums is
 * there anyway.
 */
export function sink(graph: Graph): Graph {
  if (!graph.nodes.some(isLoop)) return graph;
  return rewrite(graph, (node, r) => (isLoop(node) ? new Sinking(partsOf(node)).write(r.b, node) : undefined));
}

type Carried = Parts['carried'][number];

class Sinking {
  readonly #parts: Parts;
  readonly #makers: ReadonlyMap<Value, Node>;
  readonly #words: Words;
  /** Nodes that the next turn needs. */
  readonly #early: ReadonlySet<Node>;
  /** Values with one for each position, outside: sequences, and what is stacked. */
  readonly #along = new Map<Value, Value>();
  readonly #outside = new Map<Value, Value>();
  /** What the loop is to stack besides. */
  readonly #more: Port[] = [];
  /** Sums that are taken behind the loop, with what they add in each turn. */
  readonly #sums = new Map<Carried, Value>();
  /** Stacked values that are made behind it. */
  readonly #late = new Set<Port>();

  constructor(parts: Parts) {
    const { carried, sequences, outside, stacked } = parts;
    this.#parts = parts;
    this.#makers = definitions(parts);
    this.#words = new Words(parts.nodes);
    for (const { outer, inner } of outside) this.#outside.set(inner, outer);
    for (const { outer, inner } of [...stacked, ...sequences]) this.#along.set(inner, outer);
    const candidates = new Map(carried.flatMap((each) => this.#added(each)));
    const kept = carried.filter((each) => !candidates.has(each)).map(({ next }) => next);
    this.#early = this.#behind(kept);
    for (const port of stacked) {
      const maker = this.#makers.get(port.inner);
      const alone = stacked.filter(({ inner }) => inner === port.inner).length === 1;
      if (maker !== undefined && alone && !this.#early.has(maker) && isProduct(maker) && this.#isReadOnce(port.inner)) {
        this.#along.delete(port.inner);
        if (this.#provide(maker)) this.#late.add(port);
        else this.#along.set(port.inner, port.outer);
      }
    }
    const makerOf = (value: Value): Node | undefined => this.#makers.get(value);
    const inOrder = [...candidates].toSorted(([, a], [, b]) => rank(makerOf(a)) - rank(makerOf(b)));
    for (const [each, added] of inOrder) {
      const maker = makerOf(added);
      if (maker === undefined || this.#early.has(maker) || !(isProduct(maker) || isSum(maker))) continue;
      if (isProduct(maker) ? this.#provide(maker) : this.#isAtHand(maker)) this.#sums.set(each, added);
    }
  }

  /** The loop without what is taken behind it, and that; undefined where nothing is. */
  write(b: Builder, node: Node): readonly Value[] | undefined {
    if (this.#sums.size === 0 && this.#late.size === 0) return undefined;
    const { carried, stacked } = this.#parts;
    const loop = loopOfParts(node, {
      ...this.#parts,
      carried: carried.filter((each) => !this.#sums.has(each)),
      stacked: [...stacked.filter((port) => !this.#late.has(port)), ...this.#more],
    });
    b.nodes.push(loop);
    const made = new Map<Value, SpreadInput>();
    const results = new Map<Value, Value>();
    for (const port of this.#late) results.set(port.outer, this.#spread(b, port.inner, made).value);
    for (const [{ first, last }, added] of this.#sums) {
      const { value } = this.#spread(b, added, made);
      const total = b.apply('sum', [value], { axis: [0], keepdims: false }, last);
      results.set(last, b.apply('add', [first, total], {}, last));
    }
    return node.outputs.map((output) => results.get(output) ?? output);
  }

  /** What is added to a carried sum that nothing else reads. */
  #added(each: Carried): readonly (readonly [Carried, Value])[] {
    const { next, inner } = each;
    const maker = this.#makers.get(next);
    if (maker?.op !== 'add' || this.#reads(inner) !== 1 || this.#reads(next) !== 1) return [];
    const [a, c] = maker.inputs;
    const other = a === inner ? c : c === inner ? a : undefined;
    return other === undefined || other.type.shape.length !== next.type.shape.length ? [] : [[each, other]];
  }

  /** How often a value is read in a turn, or given. */
  #reads(value: Value): number {
    const { carried, stacked, nodes } = this.#parts;
    const all = [
      ...nodes.flatMap(({ inputs }) => inputs),
      ...carried.map(({ next }) => next),
      ...stacked.map(({ inner }) => inner),
    ];
    return all.filter((read) => read === value).length;
  }

  readonly #isReadOnce = (value: Value): boolean => this.#reads(value) === 1;

  #behind(values: readonly Value[]): ReadonlySet<Node> {
    const found = new Set<Node>();
    const open = [...values];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      const maker = this.#makers.get(value);
      if (maker === undefined || found.has(maker)) continue;
      found.add(maker);
      open.push(...maker.inputs);
    }
    return found;
  }

  /** Whether a value is there outside, or follows cheaply from what is. What is carried has passed by. */
  #isThere(value: Value): boolean {
    if (this.#along.has(value) || this.#outside.has(value)) return true;
    const maker = this.#makers.get(value);
    return maker !== undefined && (isCheap(maker) || maker.op === 'sum') && this.#isAtHand(maker);
  }

  #isAtHand(node: Node): boolean {
    return this.#canSpread(node) && node.inputs.every((input) => this.#isThere(input));
  }

  #canSpread(node: Node): boolean {
    if (node.inputs.length === 0) return node.outputs.length === 1;
    return canSpread(
      node,
      node.inputs.map((input) => !this.#outside.has(input)),
    );
  }

  /** Sees to it that what the node reads is there, and is stacked where it has to be; false where the node stays. */
  #provide(node: Node): boolean {
    if (!this.#canSpread(node)) return false;
    for (const input of node.inputs) {
      if (this.#isThere(input)) continue;
      const outer: Value = {
        type: { ...input.type, shape: [this.#parts.steps, ...input.type.shape] },
        ...calledAs({ word: altered(this.#words.of(input).word, everyTurn) }),
      };
      this.#more.push({ outer, inner: input });
      this.#along.set(input, outer);
    }
    return true;
  }

  /** Appends what makes a value at all positions at once. */
  #spread(b: Builder, value: Value, made: Map<Value, SpreadInput>): SpreadInput {
    const known = made.get(value);
    if (known !== undefined) return known;
    const along = this.#along.get(value);
    const outer = this.#outside.get(value);
    const maker = this.#makers.get(value);
    let found: SpreadInput;
    if (along !== undefined) found = { value: along, perPosition: true };
    else if (outer !== undefined || maker === undefined) found = { value: outer ?? value, perPosition: false };
    else {
      const inputs = maker.inputs.map((input) => this.#spread(b, input, made));
      b.origin = maker.origin;
      found = inputs.some(({ perPosition }) => perPosition)
        ? { value: spread(b, maker, inputs, this.#parts.steps), perPosition: true }
        : {
            value: b.apply(
              maker.op,
              inputs.map((input) => input.value),
              maker.attrs,
              value,
            ),
            perPosition: false,
          };
    }
    made.set(value, found);
    return found;
  }
}

/** Products first: what they make the loop stack is there for sums. */
const rank = (node: Node | undefined): number => (node !== undefined && isProduct(node) ? 0 : 1);

const isProduct = (node: Node): boolean => node.op === 'matmul' && node.inputs.length === 2;

const isSum = (node: Node): boolean => loweringOf(node)?.as === 'kernel' && rowFunction(node) === 'rowSum';
