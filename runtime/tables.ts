/** Tables of a model: what lies under the names of scopes and layers, nested as they are; rounds of a repeat in arrays. */
import * as host from './host.ts';
import type { HostArray } from './host.ts';
import type { Value } from './kernels/k.ts';
import type { Draw, ParameterSpec, TensorSpec, Weights } from './model.ts';
import { put } from './own.ts';

/** `parameters.encoder[3].dense.kernel`: a leaf's path is `encoder.3.dense.kernel`. */
export type Nested<Leaf> = Branch<Leaf> | readonly (Leaf | Nested<Leaf>)[];
export interface Branch<Leaf> {
  readonly [name: string]: Leaf | Nested<Leaf>;
}

/**
 * An initial value: from draws, the shape that it is to have, and for a slot its parameter's initial value; for what a
 * reparametrisation has of its own, that of the weight that it adapts.
 */
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

/** A matrix beside which `lora` trains a pair, at this place in its layer: what is read is W + scale·a·b. */
export const adapted = <S extends Spec<'trained' | 'frozen'>>(matrix: S, at: string, scale: number): S => ({
  ...matrix,
  pair: { at, scale },
});

/** A weight of which the layer reads a function, whose own weights and states lie at this place in the layer. */
export const reparam = <S extends Spec<'trained' | 'frozen'>>(weight: S, at: string): S => ({ ...weight, reparam: at });

/** What a layer remembers: `forward` writes it. */
export const state = (shape: readonly number[], init: Init): Spec<'state'> => ({ shape, init, role: 'state' });

/** What each class of a target counts in a loss: it is known when the training rows have been counted. */
export const balanced = (shape: readonly number[], init: Init, target: string): Spec<'state'> => ({
  ...state(shape, init),
  balances: target,
});

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

/** A leaf of what a runtime holds, be it this copy of it or another: whatever it is called, a scope is no word. */
const isValue = (node: Value | Nested<Value>): node is Value => 'dtype' in node && typeof node.dtype === 'string';

/** The values of a table by path: parameters, or the gradients of parameters. */
export const valuesByPath = (table: Weights): ReadonlyMap<string, Value> => leaves(table, isValue);

/** All values of a table, in its order. */
export const leavesOf = (table: Weights): readonly Value[] => [...valuesByPath(table).values()];

/** What an optimizer remembers of one parameter. */
export interface Remembered<Slot extends string = string> {
  /** The parameter's. */
  readonly path: string;
  readonly slots: Readonly<Record<Slot, SlotSpec>>;
}

/** A slot of a shape of its own, which may depend on its parameter's. */
export interface OwnShape {
  readonly shape: (parameter: readonly number[]) => readonly number[];
  readonly init: Init;
}

/** The moving average of a parameter, which starts as it. Evaluation and predictions take it in the parameter's place. */
export interface Average {
  readonly isAverage: true;
  readonly init: Init;
}

export const average: Average = { isAverage: true, init: (_draw, _shape, parameter) => parameter };

/** What is remembered under one name. */
export interface SlotSpec extends TensorSpec {
  readonly isAverage?: boolean;
}

export const slot = (shape: OwnShape['shape'], init: Init): OwnShape => ({ shape, init });

export interface Rule<Slots = Readonly<Record<string, Init | OwnShape | Average>>> {
  /** Which of the parameters that no rule before it took; all of them if left out. */
  readonly of?: (parameter: { readonly path: string; readonly shape: readonly number[] }) => boolean;
  /** In the parameter's shape, but for those with their own. One of them may be the average. */
  readonly slots: Slots;
}

/** Whether a path is one of these, or lies in one of these scopes. */
export const within = (path: string, ...scopes: readonly string[]): boolean =>
  scopes.some((scope) => path === scope || path.startsWith(`${scope}.`));

type ByRule<Rules> = {
  readonly [Kind in keyof Rules]: Rules[Kind] extends Rule<infer Slots>
    ? readonly Remembered<keyof Slots & string>[]
    : never;
};

/** What is remembered of each trained parameter, by the first rule that is for it. */
export function remembered<const Rules extends Readonly<Record<string, Rule>>>(
  parameters: Nested<ParameterSpec>,
  rules: Rules,
): ByRule<Rules>;
export function remembered(
  parameters: Nested<ParameterSpec>,
  rules: Readonly<Record<string, Rule>>,
): Readonly<Record<string, readonly Remembered[]>> {
  const rest = new Map([...specsOf(parameters)].filter(([, { role }]) => role === 'trained'));
  const kinds = Object.entries(rules).map(([kind, { of = () => true, slots }]) => {
    const own = [...rest].filter(([path, { shape }]) => of({ path, shape }));
    const rows = own.map(([path, { shape }]): Remembered => {
      rest.delete(path);
      const specs = Object.entries(slots).map(([name, spec]) => [name, slotSpec(spec, shape)] as const);
      return { path, slots: Object.fromEntries(specs) };
    });
    return [kind, rows] as const;
  });
  return Object.fromEntries(kinds);
}

/** A slot of a parameter of this shape. */
function slotSpec(spec: Init | OwnShape | Average, shape: readonly number[]): SlotSpec {
  if (typeof spec === 'function') return { shape, init: spec };
  return 'isAverage' in spec ? { shape, ...spec } : { shape: spec.shape(shape), init: spec.init };
}

/** The paths of the trained parameters that each rule is for. */
export function covered<const Rules extends Readonly<Record<string, NonNullable<Rule['of']>>>>(
  parameters: Nested<ParameterSpec>,
  rules: Rules,
): Readonly<Record<keyof Rules, readonly string[]>>;
export function covered(
  parameters: Nested<ParameterSpec>,
  rules: Readonly<Record<string, NonNullable<Rule['of']>>>,
): Readonly<Record<string, readonly string[]>> {
  const trained = [...specsOf(parameters)].filter(([, { role }]) => role === 'trained');
  const paths = Object.entries(rules).map(
    ([rule, of]) => [rule, trained.flatMap(([path, { shape }]) => (of({ path, shape }) ? [path] : []))] as const,
  );
  return Object.fromEntries(paths);
}

/** What lies at these paths of a table. */
export function leavesAt(table: Weights, paths: readonly string[]): readonly Value[] {
  const values = valuesByPath(table);
  return paths.map((path) => found(values, path));
}

/** Gradients to which terms are added at these paths: `of` makes each of the gradient and its parameter. */
export function withTerms<G extends Weights>(
  g: G,
  p: Weights,
  paths: readonly string[],
  of: (gradient: Value, parameter: Value) => Value,
): G;
export function withTerms(
  g: Weights,
  p: Weights,
  paths: readonly string[],
  of: (gradient: Value, parameter: Value) => Value,
): Weights {
  const [own, parameters] = [new Set(paths), valuesByPath(p)];
  return mapped(g, isValue, (path, gradient) => (own.has(path) ? of(gradient, found(parameters, path)) : gradient));
}

function found(values: ReadonlyMap<string, Value>, path: string): Value {
  const value = values.get(path);
  if (value === undefined) throw new Error(`there is nothing at ${path}`);
  return value;
}

/** The slots of a parameter on the device. */
export interface Kept<Slot extends string = string> {
  readonly path: string;
  readonly s: Readonly<Record<Slot, Value>>;
}

/** A parameter that is trained, its slots and its gradient. */
export interface Trained<Slot extends string = never> {
  readonly p: Value;
  readonly s: Readonly<Record<Slot, Value>>;
  readonly g: Value;
}

/** Each parameter of one rule, with its slots and its gradient. */
export function each<Slot extends string>(
  p: Weights,
  slots: readonly Kept<Slot>[],
  g: Weights,
): readonly Trained<Slot>[] {
  const [parameters, gradients] = [valuesByPath(p), valuesByPath(g)];
  return slots.map(({ path, s }) => {
    const [parameter, gradient] = [parameters.get(path), gradients.get(path)];
    if (parameter === undefined || gradient === undefined) throw new Error(`${path} has no gradient`);
    return { p: parameter, s, g: gradient };
  });
}
