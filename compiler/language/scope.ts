/** Names and what they mean, in scopes within scopes. */
import type { Datum, Made } from './datum.ts';

export interface Binding {
  readonly datum: Datum;
  /** The words that the parameter takes (`valid`, `same`), for `pad == same`. */
  readonly symbols?: readonly string[];
  /** Where the name was given. */
  readonly made?: Made | undefined;
  /** Seen from inside a block that has ended: the name may be used again. */
  readonly exported?: boolean;
  /** In the body of a scan: a value that it carries, which no line has given its next value so far. */
  readonly carried?: boolean;
  /** After a scan: every value that the name had, one for each position. */
  readonly all?: Datum | undefined;
}

export class Scope {
  readonly #names = new Map<string, Binding>();
  /** Layers and blocks that have a name here, by where they are to be found. */
  readonly #layers = new Map<string, string>();
  readonly parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  lookup(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.parent?.lookup(name);
  }

  own(name: string): Binding | undefined {
    return this.#names.get(name);
  }

  declare(name: string, binding: Binding): void {
    this.#names.set(name, binding);
  }

  /** Gives a name that exists another value, where it was declared. */
  rebind(name: string, datum: Datum): void {
    const binding = this.#names.get(name);
    if (binding !== undefined) this.#names.set(name, { ...binding, datum });
    else this.parent?.rebind(name, datum);
  }

  /** What a block made is seen after it. */
  exportTo(outer: Scope): void {
    for (const [name, binding] of this.#names) outer.declare(name, { ...binding, exported: true });
    for (const [name, key] of this.#layers) outer.declareLayer(name, key);
  }

  declareLayer(name: string, key: string): void {
    this.#layers.set(name, key);
  }

  layer(name: string): string | undefined {
    return this.#layers.get(name) ?? this.parent?.layer(name);
  }

  layers(): readonly string[] {
    return [...this.#layers.keys(), ...(this.parent?.layers() ?? [])];
  }

  /** What the names mean now, whatever is declared later; their data may be replaced on the way. */
  copy(change: (datum: Datum) => Datum = (datum) => datum): Scope {
    const copy = new Scope(this.parent?.copy(change));
    for (const [name, binding] of this.#names) copy.declare(name, { ...binding, datum: change(binding.datum) });
    for (const [name, key] of this.#layers) copy.declareLayer(name, key);
    return copy;
  }

  names(): readonly string[] {
    return [...this.#names.keys(), ...(this.parent?.names() ?? [])];
  }
}
