/** A place where a rule may apply: a node, what made its inputs, and the means to build what stands in its place. */
import { inForm } from '../../ir/called.ts';
import type { Called } from '../../ir/called.ts';
import { rangeOf, staysFinite } from '../../ir/ranges.ts';
import type { Ranges } from '../../ir/ranges.ts';
import type { Attrs, Node, Shape, Type, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { sameType } from '../../ops/rules/broadcast.ts';
import type { Rewriter } from '../rewrite.ts';
import type { Factors } from './factors.ts';

/** An identity of mathematics as a rewriting of one node. */
export interface Rule {
  /** What is equal to what, the node first. */
  readonly theorem: string;
  /** For which values; the rule asks for it. Without, it holds for all, NaN and infinities among them. */
  readonly condition?: string;
  /**
   * An identity of real numbers, for derivatives alone: there each node has written its own part of the chain rule, and
   * numbers that are not finite have spoiled the loss before. What a user has said is computed as it was said.
   */
  readonly derivative?: true;
  readonly ops: readonly string[];
  readonly apply: (site: Site) => Value | undefined;
}

/** What is known of values in one sweep, to nodes of one section: found once, for whoever asks again. */
export class Findings {
  readonly ranges: Ranges = new Map();
  /** Whether a padding is among the summands of a value. */
  readonly padded = new Map<Value, boolean>();
  /** The axes over which a value is known to sum to zero. */
  readonly zeros = new Map<Value, readonly number[] | undefined>();
  readonly sums = new Sums();
}

/** A sum of a product: over these axes of this shape, as a text. */
export interface Sum {
  readonly value: Value;
  readonly over: string;
  readonly factors: Factors;
}

/** The sums that are made already, by the factors that vary along their axes. */
export class Sums {
  readonly byFactor = new Map<Value, Sum[]>();
  /** How many nodes have been looked at for such. */
  seen = 0;
}

/** What a sweep knows of the graph as it was before. */
export interface Around {
  readonly reads: ReadonlyMap<Value, number>;
  readonly batch: Value | undefined;
}

/** An op of two inputs, and these. */
interface Operands<O extends string> {
  readonly op: O;
  readonly a: Value;
  readonly b: Value;
}

export class Site {
  readonly node: Node;
  readonly #r: Rewriter;
  readonly #reads: ReadonlyMap<Value, number>;
  readonly found: Findings;
  /** The batch size, where the graph is given it. */
  readonly batch: Value | undefined;

  constructor(node: Node, r: Rewriter, around: Around, found: Findings) {
    this.node = node;
    this.#r = r;
    this.#reads = around.reads;
    this.batch = around.batch;
    this.found = found;
  }

  get attrs(): Attrs {
    return this.node.attrs;
  }

  get type(): Type | undefined {
    return this.node.outputs[0]?.type;
  }

  input(position: number): Value | undefined {
    return this.node.inputs[position];
  }

  /** The nodes that stand before this one. */
  get before(): readonly Node[] {
    return this.#r.b.nodes;
  }

  producer(value: Value | undefined): Node | undefined {
    return value === undefined ? undefined : this.#r.producer(value);
  }

  /** The input of the node that makes a value, if that is an op of this name. */
  of(op: string, value: Value | undefined): Value | undefined {
    const node = this.producer(value);
    return node?.op === op ? node.inputs[0] : undefined;
  }

  /** The two inputs of the node that makes a value, if that is one of these ops. */
  operands<O extends string>(value: Value | undefined, ...ops: readonly O[]): Operands<O> | undefined {
    const node = this.producer(value);
    const [a, b] = node?.inputs ?? [];
    const op = ops.find((each) => each === node?.op);
    return op === undefined || a === undefined || b === undefined ? undefined : { op, a, b };
  }

  /** What an op gives of these two inputs, if a node before this one makes that. */
  made(op: string, a: Value, b: Value): Value | undefined {
    return this.#r.readers(a).find((node) => node.op === op && node.inputs[1] === b)?.outputs[0];
  }

  /** The number that a value is: a const, or one that was brought to the device. */
  number(value: Value | undefined): number | undefined {
    const node = this.producer(value);
    if (node?.op === 'cast' && node.outputs[0]?.type.dtype === 'f32') return this.number(node.inputs[0]);
    const constant = node?.op === 'const' ? node.attrs['value'] : undefined;
    return typeof constant === 'number' ? constant : undefined;
  }

  /** Whether only this node reads the value. */
  readOnce(value: Value): boolean {
    return this.#reads.get(value) === 1;
  }

  /** Whether no element can be NaN or infinite, whatever the batch holds. */
  finite(value: Value): boolean {
    return staysFinite(rangeOf(value, (x) => this.producer(x), this.found.ranges));
  }

  /** The value, if it has the type of the node's result. */
  asResult(value: Value | undefined): Value | undefined {
    return sameType(value?.type, this.type) ? value : undefined;
  }

  build(op: string, inputs: readonly Value[], attrs: Attrs = {}, called?: Called): Value {
    return this.#r.b.apply(op, inputs, attrs, called);
  }

  /** What `build` would give, if it has the type of the node's result. */
  rebuild(op: string, inputs: readonly (Value | undefined)[], attrs: Attrs = {}, called?: Called): Value | undefined {
    const given = inputs.filter((input) => input !== undefined);
    if (given.length !== inputs.length) return undefined;
    const size = this.#r.b.nodes.length;
    const built = this.asResult(this.build(op, given, attrs, called));
    if (built === undefined) this.#r.b.nodes.length = size;
    return built;
  }

  /** What is built in the place of a node that the result shows: it belongs to what that belongs to, under its word. */
  inPlaceOf(node: Node, build: (called: Called | undefined) => Value | undefined): Value | undefined {
    const { b } = this.#r;
    const { origin } = b;
    b.origin = node.origin;
    const built = build(this.node.outputs[0]?.word === undefined ? this.#shown(node.outputs[0]) : undefined);
    b.origin = origin;
    return built;
  }

  /** What the node's result is called, if it is this one in another form. */
  #shown(value: Value | undefined): Called | undefined {
    const { shows = '' } = registry.get(this.node.op) ?? {};
    return value === undefined || shows === '' ? value : inForm(value, shows);
  }

  constant(value: number): Value {
    return this.#r.b.constant(value);
  }

  /** The node's result where it is one number everywhere. */
  fill(value: number): Value | undefined {
    const { type } = this;
    if (type === undefined || type.dtype === 'i32') return undefined;
    const number = this.constant(value);
    if (type.dtype === 'f64') return this.asResult(number);
    const scalar = this.build('cast', [number], { dtype: 'f32' });
    return type.shape.length === 0 ? scalar : this.build('broadcast', [scalar], { shape: type.shape });
  }
}

/** How many elements, where the batch size does not matter. */
export function volume(shape: Shape): number | undefined {
  let product = 1;
  for (const size of shape) {
    if (size === 'B') return undefined;
    product *= size;
  }
  return product;
}
