/** Functions that were written, as those who call them see them. */
import type { Node } from '../../ir/types.ts';
import { nestedKeys } from './names.ts';

/** What a caller has to know of one of the functions. */
export interface Signature {
  readonly name: string;
  /** Which of these it takes, in this order, behind `k`: its tables, the numbers, its path, the batch size, what was kept. */
  readonly takes: Readonly<Record<'p' | 'n' | 'at' | 'B' | 'kept', boolean>>;
  /** Fields of `n` that it reads. */
  readonly numbers: readonly string[];
  /** Inputs of the body that are arguments, by position. */
  readonly args: readonly number[];
}

/** A function, or the two that go forward and back. */
export interface Emitted {
  readonly forward: Signature;
  readonly backward: Signature | undefined;
  /** The keys of the gradients that the way back gives beside those of the parameters, by the position of the input. */
  readonly keys: ReadonlyMap<number, string>;
}

export interface EmittedFunctions {
  /** The functions that a call stands for. */
  of(call: Node): Emitted;
  /** The name of what a call calls: functions of the same text have the same. */
  nameOf(call: Node): string;
}

/** What lies below a path: the keys that lead there, and those of each path from there on. */
export interface Below {
  readonly there: readonly string[];
  readonly inside: ReadonlyMap<string, readonly string[]>;
}

type Keys = ReadonlyMap<string, readonly string[]>;

/** By the path: every call asks what lies below its own, and to look through all paths for each of them adds up. */
const known = new WeakMap<Keys, { readonly names: Names; readonly below: Map<string, Below> }>();

/** Names by the path that they lie below. */
type Names = ReadonlyMap<string, readonly string[]>;

/** Undefined where nothing lies below it. */
export function below(at: string, keys: Keys): Below | undefined {
  const all = known.get(keys) ?? { names: namesBelow(keys), below: new Map<string, Below>() };
  known.set(keys, all);
  const names = all.names.get(at);
  if (names === undefined) return undefined;
  const found = all.below.get(at) ?? belowOf(at, names, keys);
  all.below.set(at, found);
  return found;
}

function namesBelow(keys: Keys): Names {
  const names = new Map<string, string[]>();
  for (const path of keys.keys()) {
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const at = path.slice(0, dot);
      const inside = names.get(at);
      if (inside === undefined) names.set(at, [path.slice(dot + 1)]);
      else inside.push(path.slice(dot + 1));
    }
  }
  return names;
}

function belowOf(at: string, names: readonly string[], keys: Keys): Below {
  // A weight and a scope of one name lie beside each other: which names there are decides on the keys.
  const inside = nestedKeys(names);
  const [first = ''] = names;
  const all = keys.get(`${at}.${first}`) ?? [];
  return { there: all.slice(0, all.length - (inside.get(first)?.length ?? 0)), inside };
}
