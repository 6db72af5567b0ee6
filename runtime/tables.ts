/** Tables of a model: what lies under the names of scopes and layers, nested as they are; rounds of a repeat in arrays. */
import * as host from './host.ts';
import type { HostArray } from './host.ts';
import type { Draw, ParameterSpec } from './model.ts';
import { put } from './own.ts';

/** `parameters.encoder[3].dense.kernel`: a leaf's path is `encoder.3.dense.kernel`. */
export type Nested<Leaf> = Branch<Leaf> | readonly (Leaf | Nested<Leaf>)[];
export interface Branch<Leaf> {
  readonly [name: string]: Leaf | Nested<Leaf>;
}

/** An initial value: from draws, the shape that it is to have, and for a slot its parameter's initial value. */
export type Init = (draw: Draw, shape: readonly number[], parameter: HostArray) => HostArray;

type Spec<Role> = Omit<ParameterSpec, 'role'> & { readonly role: Role };

export const zeros: Init = (_, shape) => host.full(shape, 0);

export const ones: Init = (_, shape) => host.full(shape, 1);

/** The same number everywhere. */
export const constant =
  (value: number): Init =>
  (_, shape) =>
    host.full(shape, value);

/** A parameter that is trained. */
export const param = (shape: readonly number[], init: Init): Spec<'trained'> => ({ shape, init, role: 'trained' });

/** A parameter that stays as it is: it has no gradient and no slot. */
export const frozen = (shape: readonly number[], init: Init): Spec<'frozen'> => ({ shape, init, role: 'frozen' });

/** What a layer remembers: `forward` writes it. */
export const state = (shape: readonly number[], init: Init): Spec<'state'> => ({ shape, init, role: 'state' });

/** The same table for each of so many rounds. */
export function rounds<N extends number, Round>(count: N, round: Round): Rounds<N, Round>;
export function rounds<Round>(count: number, round: Round): readonly Round[] {
  return Array.from({ length: count }, () => round);
}

/** A tuple: each of the rounds is there. */
type Rounds<N extends number, Round, Sofar extends readonly Round[] = readonly []> = Sofar['length'] extends N
  ? Sofar
  : Rounds<N, Round, readonly [...Sofar, Round]>;

/** Each leaf with its path: the names that lead there, joined by dots. */
export function leaves<Leaf>(
  table: Nested<Leaf>,
  isLeaf: (node: Leaf | Nested<Leaf>) => node is Leaf,
): ReadonlyMap<string, Leaf> {
  const found = new Map<string, Leaf>();
  const visit = (nested: Nested<Leaf>, above: string): void => {
    for (const [name, node] of Object.entries<Leaf | Nested<Leaf>>(nested)) {
      const path = `${above}${name}`;
      if (isLeaf(node)) found.set(path, node);
      else visit(node, `${path}.`);
    }
  };
  visit(table, '');
  return found;
}

/**
 * A table of what `of` makes of the leaves, under the same names. Leaves for which it gives nothing are left out, and
 * what is empty then.
 */
export function mapped<Leaf, Made>(
  table: Nested<Leaf>,
  isLeaf: (node: Leaf | Nested<Leaf>) => node is Leaf,
  of: (path: string, leaf: Leaf) => Made | undefined,
): Nested<Made> {
  const visit = (nested: Nested<Leaf>, above: string): Branch<Made> => {
    const made: Record<string, Made | Nested<Made>> = {};
    for (const [name, node] of Object.entries<Leaf | Nested<Leaf>>(nested)) {
      const path = `${above}${name}`;
      const value = isLeaf(node) ? of(path, node) : within(node, `${path}.`);
      if (value !== undefined) put(made, name, value);
    }
    return made;
  };
  const within = (nested: Nested<Leaf>, above: string): Nested<Made> | undefined => {
    const made = visit(nested, above);
    if (Object.keys(made).length === 0) return undefined;
    const elements = Object.values(made);
    // Rounds that are left out would be holes.
    return Array.isArray(nested) && elements.length === nested.length ? elements : made;
  };
  return visit(table, '');
}

/** A leaf of a table of parameters: whatever it is called, a scope is no function. */
export const isSpec = (node: ParameterSpec | Nested<ParameterSpec>): node is ParameterSpec =>
  'init' in node && typeof node.init === 'function';

/** The parameters and states of a model by path. */
export const specsOf = (table: Nested<ParameterSpec>): ReadonlyMap<string, ParameterSpec> => leaves(table, isSpec);
