/** Definitions by sort and name: those of a file hide those that it imports, and they those of the standard library. */
import type { Definition, Sort } from '../../grammar/ast.ts';
import { sorts } from '../../grammar/keywords.ts';
import type { Source } from '../diagnostics/types.ts';
import { registry } from '../ops/index.ts';
import { lettersOfEntry } from './elsewhere.ts';
import { languageFunctions } from './language-functions.ts';
import { parameterTypes } from './types.ts';
import type { ParameterType } from './types.ts';
import type { Entry } from './entry.ts';

/** What is known of a definition that has not been read yet. */
export interface Head extends Pick<Entry, 'sort' | 'name' | 'documentation' | 'source'> {
  /** Asked once. */
  readonly read: () => Definition;
}

export class Library {
  readonly #own = new Map<string, Entry>();
  /** Their names in other frameworks, by `sort letters`; known when somebody asks. */
  #elsewhere: ReadonlyMap<string, string> | undefined;
  /** What the definitions here hide. */
  readonly outer: Library | undefined;

  constructor(outer?: Library) {
    this.outer = outer;
  }

  find(sort: Sort, name: string): Entry | undefined {
    return this.#own.get(`${sort} ${name}`) ?? this.outer?.find(sort, name);
  }

  /** The definition of this file alone, for `defined twice`. */
  own(sort: Sort, name: string): Entry | undefined {
    return this.#own.get(`${sort} ${name}`);
  }

  names(sort: Sort): readonly string[] {
    const own = [...this.#own.values()].filter((entry) => entry.sort === sort).map((entry) => entry.name);
    return [...own, ...(this.outer?.names(sort) ?? [])];
  }

  entries(): readonly Entry[] {
    return [...this.#own.values()];
  }

  /** Sorts in which the name is known: `adam` is an optim, not a layer. */
  sortsOf(name: string): readonly Sort[] {
    return sorts.filter((sort) => this.find(sort, name) !== undefined);
  }

  add(definition: Definition, source: Source): void {
    const { sort, name, documentation } = definition;
    this.addLater({ sort, name: name.text, documentation, source, read: () => definition });
  }

  /** A definition that is read when somebody looks into it. */
  addLater({ read, ...head }: Head): void {
    let definition: Definition | undefined;
    let parameters: readonly ParameterType[] | undefined;
    const typesOf = (of: Definition): readonly ParameterType[] =>
      parameterTypes(
        of,
        (name) => this.isFunction(name),
        (name) => this.find('init', name) !== undefined,
      );
    this.take({
      ...head,
      home: this,
      get definition() {
        return (definition ??= read());
      },
      get parameters() {
        return (parameters ??= typesOf(this.definition));
      },
    });
  }

  /** A definition of another file, which goes on meaning what it means there. */
  take(entry: Entry): void {
    this.#elsewhere = undefined;
    this.#own.set(`${entry.sort} ${entry.name}`, entry);
  }

  /** The definition that is called so in another framework, by the letters of that name. */
  calledElsewhere(sort: Sort, letters: string): string | undefined {
    this.#elsewhere ??= new Map(
      this.entries().flatMap((entry) =>
        lettersOfEntry(entry).map((each): [string, string] => [`${entry.sort} ${each}`, entry.name]),
      ),
    );
    return this.#elsewhere.get(`${sort} ${letters}`) ?? this.outer?.calledElsewhere(sort, letters);
  }

  isFunction(name: string): boolean {
    return this.find('fn', name) !== undefined || registry.has(name) || languageFunctions.has(name);
  }

  /** Every name that can be called as a function. */
  functionNames(): readonly string[] {
    return [...this.names('fn'), ...registry.keys(), ...languageFunctions.keys()];
  }
}
