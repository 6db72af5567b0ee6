/** Names of the emitted file: from the user's own words, numbered on repeats, never a word that TypeScript keeps. */

/** Words that cannot name a binding in a module, and the globals and parameters that every emitted file relies on. */
const RESERVED: readonly string[] = [
  ...'arguments await break case catch class const continue debugger default delete do else enum eval export'.split(
    ' ',
  ),
  ...'extends false finally for function if implements import in instanceof interface let new null package'.split(' '),
  ...'private protected public return static super switch this throw true try typeof undefined var void'.split(' '),
  ...'while with yield async Infinity Math NaN Promise ReturnType Pick Readonly Record'.split(' '),
];

/** Parameters of the emitted functions: what a function calls must be called otherwise. */
const PARAMETERS: ReadonlySet<string> = new Set('k p s n a g B batch kept draw parameter'.split(' '));

/** Names taken in one scope of the emitted file, and in the scopes around it. */
export class Scope {
  readonly #taken: Set<string>;
  /** The number with which the search for a free name goes on: those below it are taken. */
  readonly #next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...RESERVED, ...taken]);
  }

  /** A scope that sees this one: what is taken here is taken there too, not the other way round. */
  inner(taken: Iterable<string> = []): Scope {
    return new Scope([...this.#taken, ...taken]);
  }

  /** The word itself if it is free, else with the first number that makes it so: `dense`, `dense_1`, `dense_2`. */
  take(word: string): string {
    return this.#free(identifier(word), (name) => !this.#taken.has(name));
  }

  /** A name of the module for a function, which no parameter of another may hide. */
  takeFunction(word: string): string {
    return this.#free(identifier(word), (name) => !this.#taken.has(name) && !PARAMETERS.has(name));
  }

  #free(base: string, isFree: (name: string) => boolean): string {
    let repeat = this.#next.get(base) ?? 0;
    const numbered = (): string => (repeat === 0 ? base : `${base}_${repeat}`);
    while (!isFree(numbered())) repeat++;
    const name = numbered();
    this.#next.set(base, repeat);
    this.#taken.add(name);
    return name;
  }
}

/** The word with everything that no identifier holds made an underscore: `dense.kernel/m` → `dense_kernel_m`. */
function identifier(word: string): string {
  const letters = word.replace(/[^A-Za-z0-9_]+/g, '_');
  return /^[A-Za-z_]/.test(letters) ? letters : `_${letters}`;
}

/**
 * Keys of a nested table by path: `encoder.3.dense.kernel` lies at `encoder[3].dense.kernel`. Where a weight has the
 * name of a scope beside it, what is in the scope lies beside the weight, under a key with a dot in it.
 */
export function nestedKeys(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const known = new Set(paths);
  return new Map(
    paths.map((path) => {
      const keys: string[] = [];
      let key = '';
      let sofar = '';
      for (const name of path.split('.')) {
        key += key === '' ? name : `.${name}`;
        sofar += sofar === '' ? name : `.${name}`;
        if (sofar !== path && known.has(sofar)) continue;
        keys.push(key);
        key = '';
      }
      return [path, keys];
    }),
  );
}

/** A key of an object literal or a type. `__proto__` would set the prototype, so it is written computed. */
export function property(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) || ROUND.test(key) ? key : quoted(key);
}

/** The name of a round of a repeat is its number. */
export const ROUND = /^(?:0|[1-9][0-9]*)$/;

/** `object.scope.key`, `object.scope[3].key`. */
export function member(object: string, ...keys: readonly string[]): string {
  const access = (key: string): string => {
    if (/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key)) return `.${key}`;
    return ROUND.test(key) ? `[${key}]` : `[${quoted(key)}]`;
  };
  return object + keys.map(access).join('');
}

/** One entry of an object literal or a pattern: `image`, or `class: class_1`. */
export function entry(key: string, binding: string): string {
  return key === binding && property(key) === key ? key : `${property(key)}: ${binding}`;
}

/** A string literal in single quotes. */
export function quoted(text: string): string {
  const json = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  if (text.includes("'") && !text.includes('"')) return `"${json}"`;
  return `'${json.replaceAll("'", "\\'")}'`;
}
