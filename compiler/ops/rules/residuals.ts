/** What the way back through a loop reads of a turn on the way there: what was stacked, and what is computed again. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Node, Value } from '../../ir/types.ts';
import { definitions } from '../../ir/uses.ts';
import type { Loop } from './loop.ts';
import { kindOf } from './loop.ts';

export class Residuals {
  readonly #loop: Loop;
  readonly #isCheap: (node: Node) => boolean;
  readonly #makers: ReadonlyMap<Value, Node>;
  readonly #order: ReadonlyMap<Value, number>;
  readonly #positions: ReadonlyMap<Value, number>;
  readonly #atHand = new Map<Value, boolean>();
  readonly #stacked = new Set<Value>();
  readonly #again = new Set<Node>();
  readonly #read = new Set<number>();

  /** `nodes` are those of the body; `isCheap` says of which it costs less to run them again than to keep the result. */
  constructor(loop: Loop, nodes: readonly Node[], isCheap: (node: Node) => boolean) {
    this.#loop = loop;
    this.#isCheap = isCheap;
    this.#makers = definitions({ nodes });
    this.#order = new Map(nodes.flatMap((node, i) => node.outputs.map((output) => [output, i] as const)));
    this.#positions = new Map(loop.body.inputs.map(({ value }, i) => [value, i]));
  }

  /** Makes these values available. */
  read(values: readonly Value[]): void {
    const kept = new Set(values.filter((value) => !this.#isAtHand(value)));
    // A value that follows cheaply from others that are kept need not be kept; those stand before it.
    for (const value of [...kept].toSorted((a, b) => this.#place(b) - this.#place(a))) {
      const maker = this.#makers.get(value);
      if (maker === undefined || !this.#isCheap(maker)) continue;
      if (maker.inputs.every((input) => kept.has(input) || this.#isAtHand(input))) kept.delete(value);
    }
    for (const value of kept) this.#stacked.add(value);
    for (const value of values) this.#provide(value);
  }

  /** Values of the body that are stacked, in the order in which it has them. */
  get stacked(): readonly Value[] {
    const place = (value: Value): number => this.#positions.get(value) ?? this.#positions.size + this.#place(value);
    return [...this.#stacked].toSorted((a, b) => place(a) - place(b));
  }

  /** Inputs of the body that are read, by position: sequences, and values from outside. */
  get positions(): readonly number[] {
    return [...this.#read].toSorted((a, b) => a - b);
  }

  /** The nodes that run again, in order. */
  get again(): readonly Node[] {
    const place = ({ outputs: [output] }: Node): number => (output === undefined ? -1 : this.#place(output));
    return [...this.#again].toSorted((a, b) => place(a) - place(b));
  }

  #provide(value: Value): void {
    if (this.#stacked.has(value)) return;
    const position = this.#positions.get(value);
    if (position !== undefined) {
      this.#read.add(position);
      return;
    }
    const maker = this.#makers.get(value);
    if (maker === undefined) throw new InternalError(`${value.word} is not known in the body`);
    this.#again.add(maker);
    for (const input of maker.inputs) this.#provide(input);
  }

  /** Whether a value follows cheaply from sequences and from what lies outside. What was carried has passed by. */
  #isAtHand(value: Value): boolean {
    const known = this.#atHand.get(value);
    if (known !== undefined) return known;
    const position = this.#positions.get(value);
    const maker = this.#makers.get(value);
    const found =
      position !== undefined
        ? kindOf(this.#loop, position) !== 'carried'
        : maker !== undefined && this.#isCheap(maker) && maker.inputs.every((input) => this.#isAtHand(input));
    this.#atHand.set(value, found);
    return found;
  }

  /** Inputs stand before all nodes. */
  #place(value: Value): number {
    return this.#order.get(value) ?? -1;
  }
}
