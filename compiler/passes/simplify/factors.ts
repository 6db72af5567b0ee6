/** Products, quotients and signs as what they are made of, and the same without some of it. */
import type { Node, Shape, Value } from '../../ir/types.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';
import type { Site } from './site.ts';

/** One factor of a product: a of a · b, or c below the line of a / c. */
export interface Factor {
  readonly value: Value;
  readonly below: boolean;
}

/** A value as ± a · b / c …, in the order in which it is made. */
export interface Factors {
  readonly minus: boolean;
  readonly all: readonly Factor[];
}

/** Which products are looked into. */
export type Opens = (value: Value) => boolean;

/** Deeper than any formula; what lies below is one factor. */
const DEEPEST = 8;

/** What a value is a product of: itself, where it is none that is looked into. */
export function factorsOf(s: Site, value: Value, opens: Opens, depth = 0): Factors {
  const node = productAt(s, value, opens, depth);
  return node === undefined ? { minus: false, all: [{ value, below: false }] } : factorsAt(s, node, opens, depth);
}

/** What the result of a node is a product of. */
export function factorsAt(s: Site, { op, inputs }: Node, opens: Opens, depth = 0): Factors {
  const [a, b] = inputs.map((input) => factorsOf(s, input, opens, depth + 1));
  if (a === undefined) return { minus: false, all: [] };
  if (b === undefined) return { minus: !a.minus, all: a.all };
  const other = op === 'div' ? b.all.map(({ value, below }) => ({ value, below: !below })) : b.all;
  return { minus: a.minus !== b.minus, all: [...a.all, ...other] };
}

/** How many of the products and quotients of a value are as large as the shape, without factors that go. */
export function costOf(s: Site, value: Value, opens: Opens, gone: readonly Factor[], shape: Shape): number {
  return costAt(s, value, opens, new Changes({ gone }), shape, 0) ?? 0;
}

/** Undefined where nothing is left. */
function costAt(
  s: Site,
  value: Value,
  opens: Opens,
  changes: Changes,
  shape: Shape,
  depth: number,
): number | undefined {
  const node = productAt(s, value, opens, depth);
  const [first, second] = node?.inputs ?? [];
  if (node === undefined || first === undefined) return changes.take(value) === undefined ? undefined : 0;
  const a = costAt(s, first, opens, changes, shape, depth + 1);
  if (second === undefined) return a;
  const find = (): number | undefined => costAt(s, second, opens, changes, shape, depth + 1);
  const b = node.op === 'div' ? changes.beyond(find) : find();
  if (b === undefined || (a === undefined && node.op === 'mul')) return b ?? a;
  return (a ?? 0) + b + (sameShape(value.type.shape, shape) ? 1 : 0);
}

/** What becomes of a product: factors that go, what stands for one instead, and whether its signs go. */
export interface Change {
  readonly gone: readonly Factor[];
  readonly instead?: readonly (readonly [Value, Value])[];
  readonly unsigned?: boolean;
}

/** The product with some of its factors changed, made as it was made before; undefined where none is left. */
export function withChanges(s: Site, value: Value, opens: Opens, change: Change): Value | undefined {
  return signed(s, rebuilt(s, value, opens, new Changes(change), 0));
}

/** Likewise the result of a node. */
export function nodeWithChanges(s: Site, node: Node, opens: Opens, change: Change): Value | undefined {
  return signed(s, rebuiltAt(s, node, opens, new Changes(change), 0));
}

const signed = (s: Site, { value, minus }: Part): Value | undefined =>
  minus && value !== undefined ? s.build('neg', [value]) : value;

/** Of a product, without its sign: undefined where nothing is left. */
interface Part {
  readonly value: Value | undefined;
  readonly minus: boolean;
}

/** What is still to be changed: each factor once. */
class Changes {
  readonly #gone: Factor[];
  readonly #instead: (readonly [Value, Value])[];
  readonly unsigned: boolean;
  #below = false;

  constructor({ gone, instead = [], unsigned = false }: Change) {
    this.#gone = [...gone];
    this.#instead = [...instead];
    this.unsigned = unsigned;
  }

  /** The factor as it is now; undefined where it goes. */
  take(value: Value): Value | undefined {
    const at = this.#gone.findIndex((factor) => factor.value === value && factor.below === this.#below);
    if (at >= 0) {
      this.#gone.splice(at, 1);
      return undefined;
    }
    const other = this.#below ? -1 : this.#instead.findIndex(([old]) => old === value);
    return other < 0 ? value : this.#instead.splice(other, 1)[0]?.[1];
  }

  /** What is found on the other side of the line. */
  beyond<T>(find: () => T): T {
    this.#below = !this.#below;
    const found = find();
    this.#below = !this.#below;
    return found;
  }
}

function rebuilt(s: Site, value: Value, opens: Opens, changes: Changes, depth: number): Part {
  const node = productAt(s, value, opens, depth);
  if (node === undefined) return { value: changes.take(value), minus: false };
  return rebuiltAt(s, node, opens, changes, depth, value);
}

function rebuiltAt(
  s: Site,
  { op, inputs: [first, second] }: Node,
  opens: Opens,
  changes: Changes,
  depth: number,
  before?: Value,
): Part {
  if (first === undefined) return { value: undefined, minus: false };
  const a = rebuilt(s, first, opens, changes, depth + 1);
  if (second === undefined) {
    if (a.value === first && before !== undefined && !changes.unsigned) return { value: before, minus: false };
    return { value: a.value, minus: !changes.unsigned && !a.minus };
  }
  const find = (): Part => rebuilt(s, second, opens, changes, depth + 1);
  const b = op === 'div' ? changes.beyond(find) : find();
  if (a.value === first && b.value === second && before !== undefined) return { value: before, minus: false };
  return { value: productOf(s, op, a.value, b.value), minus: a.minus !== b.minus };
}

function productOf(s: Site, op: string, a: Value | undefined, b: Value | undefined): Value | undefined {
  if (b === undefined) return a;
  if (op === 'div') return s.build('div', [a ?? s.constant(1), b]);
  return a === undefined ? b : s.build('mul', [a, b]);
}

function productAt(s: Site, value: Value, opens: Opens, depth: number): Node | undefined {
  if (depth > DEEPEST || value.type.dtype !== 'f32') return undefined;
  const node = s.producer(value);
  return node !== undefined && isProduct(node) && opens(value) ? node : undefined;
}

/** Whether a factor is far from taking a product out of the range of f32. */
export const moderate = (x: number): boolean => Math.abs(x) > 1e-15 && Math.abs(x) < 1e15;

const isProduct = ({ op }: Node): boolean => op === 'mul' || op === 'div' || op === 'neg';

/** Those of the first that are among the second too, each as often as in both. */
export function inCommon(some: readonly Factor[], others: readonly Factor[]): readonly Factor[] {
  return split(some, others).common;
}

/** Those of the first that are not among the second; undefined where one of the second is not among the first. */
export function besides(some: readonly Factor[], others: readonly Factor[]): readonly Factor[] | undefined {
  const { common, rest } = split(some, others);
  return common.length === others.length ? rest : undefined;
}

function split(some: readonly Factor[], others: readonly Factor[]) {
  const left = [...others];
  const [common, rest]: [Factor[], Factor[]] = [[], []];
  for (const factor of some) {
    const at = left.findIndex(({ value, below }) => value === factor.value && below === factor.below);
    (at < 0 ? rest : common).push(factor);
    if (at >= 0) left.splice(at, 1);
  }
  return { common, rest };
}
