/** A spec in the making: its lines, and what is known of the values that they name. */
import type { Random } from './random.ts';

export type Shape = readonly number[];

/** An expression with what the generator knows of it. */
export interface Val {
  /** It may stand wherever an operand may. */
  readonly text: string;
  /** Of one example. */
  readonly shape: Shape;
  readonly dtype: 'f32' | 'i32';
  /** Whether each example has its own; weights, constants and sums over the batch are shared. */
  readonly perExample: boolean;
  /** Bounds that hold for ordinary inputs and weights. */
  readonly low: number;
  readonly high: number;
  /** The owners of the weights on which it depends with a derivative. */
  readonly owners: ReadonlySet<string>;
  /** How many classes, where it is a class. */
  readonly classes?: number;
  /** Whether it is known while compiling. */
  readonly known?: boolean;
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/** The shape that two have together by NumPy's rule, or undefined. */
export function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const sizes = Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return x === y || y === 1 ? x : x === 1 ? y : undefined;
  });
  const known = sizes.filter((size) => size !== undefined);
  return known.length === rank ? known : undefined;
}

export const ownersOf = (...values: readonly Val[]): ReadonlySet<string> =>
  new Set(values.flatMap((value) => [...value.owners]));

/** More elements than this in one example slow the suite down, and show nothing new. */
export const mostElements = 48;

/** Names of the generated file, of JavaScript, and of what every object has. */
const awkward =
  'k p n s g B t T body batch rows data mask step model grad param host state weights input target lr constructor __proto__ toString class default await arguments Math NaN undefined forward backward update evaluate'.split(
    ' ',
  );

/** Something with weights: a layer, or a weight itself. */
export interface Owner {
  /** Its path, where the spec gives it one: a selector. */
  readonly path: string | undefined;
  /** What the loss may read in order to reach it. */
  readonly value: Val;
}

export class Draft {
  readonly random: Random;
  readonly definitions: string[] = [];
  readonly lines: string[] = [];
  readonly values: Val[] = [];
  readonly owners = new Map<string, Owner>();
  /** What has matrices that `lora` can adapt, by its path, each of this rank at least. */
  readonly matrices = new Map<string, number>();
  /** Hypers that are whole numbers, by name. */
  readonly hypers = new Map<string, number>();
  /** Definitions of the spec's own, as they are called. */
  readonly initialisers: string[] = [];
  readonly activations: string[] = [];
  readonly #expression: (d: Draft, depth: number) => Val;
  readonly #taken = new Set<string>();
  #names = 0;
  #blocks: string[] = [];

  constructor(random: Random, expression: (d: Draft, depth: number) => Val) {
    this.random = random;
    this.#expression = expression;
  }

  /** An expression of fewer levels than this. */
  operand(depth: number): Val {
    return this.#expression(this, depth - this.random.whole(1, 2));
  }

  /** A name that nothing has yet: now and then one that a generated file could take for its own. */
  fresh(stem: string): string {
    this.#names += 1;
    if (!this.random.chance(0.04)) return `${stem}${this.#names}`;
    const name = this.random.pick(awkward);
    if (this.#taken.has(name)) return `${stem}${this.#names}`;
    this.#taken.add(name);
    return name;
  }

  line(text: string): void {
    this.lines.push(`${'  '.repeat(this.#blocks.length)}${text}`);
  }

  /** Lines in braces. */
  within(head: string, path: string | undefined, make: () => void, foot = '}'): void {
    this.line(`${head} {`);
    this.#blocks.push(path ?? '');
    make();
    this.#blocks.pop();
    this.line(foot);
  }

  /** The path of something that is called so here. */
  path(name: string): string {
    return [...this.#blocks.filter((block) => block !== ''), name].join('.');
  }

  /** Gives a value a name, under which later lines find it. */
  keep(value: Val, name = this.fresh('v')): Val {
    this.line(`${name} = ${bare(value.text)}`);
    return this.know({ ...value, text: name });
  }

  know(value: Val): Val {
    this.values.push(value);
    return value;
  }

  own(path: string | undefined, value: Val): Val {
    const owner = path ?? this.fresh('#');
    const owned = { ...value, owners: new Set([...value.owners, owner]) };
    this.owners.set(owner, { path, value: owned });
    return owned;
  }
}

/** Without the brackets that the whole of it stands in. */
export function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (text[i] === '(') depth += 1;
    if (text[i] === ')') depth -= 1;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
