/** What the functions of one plan share: the names of its values, so that forward and backward speak of the same. */
import { onDevice } from '../../ir/mapped.ts';
import { wordFor } from '../../ir/called.ts';
import { isStore } from '../../ir/plan.ts';
import type { Plan } from '../../ir/plan.ts';
import { isTotal, isView } from '../../ir/traits.ts';
import type { GraphInput, Node, OutputRole, Value } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import type { Given } from './gradients.ts';
import type { Doc } from './layout.ts';
import type { Scope } from './names.ts';

export interface Frame {
  readonly scope: Scope;
  readonly inputs: ReadonlyMap<Value, GraphInput>;
  /** The local name of each port of the batch; in a function, of each argument. */
  readonly ports: ReadonlyMap<string, string>;
  /** The first of them that has an axis of examples. */
  readonly batch: string | undefined;
  /** Names of values, as they get them. */
  readonly locals: Map<Value, string>;
  /** The local that holds a value which is a part of it: `encoder_0` of `encoder_0.it`. */
  readonly roots: Map<Value, string>;
  /** Rounds that are one line, by the local that holds what they have made. */
  readonly chains: Map<string, readonly Node[]>;
  /** New states, which the functions that are called have stored. */
  readonly stored: Set<Value>;
  /** Gradients that functions give. */
  readonly given: Map<Value, Given>;
  /** Values that lie in a table: gradients, and their sums, once they are handed on. */
  readonly fields: Map<Value, { readonly object: string; readonly keys: readonly string[] }>;
  /** All values that lie in a table, in its order. */
  readonly tables: Map<string, readonly Value[]>;
  /** Values that a list made of many is read as, by its text: the terms of penalties. */
  readonly lists: ReadonlyMap<Value, Doc>;
  /** Values that some line reads. */
  readonly read: ReadonlySet<Value>;
  /** Values that are made where they are stored. */
  readonly nested: ReadonlySet<Value>;
  /** Words for new values of parameters and slots: those of what they replace. */
  readonly words: ReadonlyMap<Value, string>;
  /** Values whose memory the caller owns: views of the batch and of the tables. */
  readonly lasting: ReadonlySet<Value>;
}

/**
 * `returned` are the roles of outputs that the functions hand back, `taken` their parameters' names, `handedOn` the ports
 * that they hand on to others, read or not.
 */
export function frameOf(
  facts: Facts,
  plan: Plan,
  returned: readonly OutputRole[],
  taken: readonly string[],
  handedOn: readonly string[] = [],
): Frame {
  const ports = [...new Set([...handedOn, ...portsOf(facts, plan)])];
  const [batch] = ports;
  return frameWith(facts, plan, returned, ['batch', ...taken], new Map(ports.map((port) => [port, port])), batch);
}

/** Of a function: its arguments are its own inputs, and the gradients by its results. */
export function functionFrame(facts: Facts, plan: Plan): Frame {
  const args = plan.inputs.filter(({ role }) => role === 'input' || role === 'grad');
  const words = new Map(args.map(({ name, value }) => [name, wordFor(value)]));
  const batched = args.find(({ value }) => value.type.shape[0] === 'B');
  return frameWith(facts, plan, ['value', 'grad'], ['p', 'n', 'at', 'it', 'g', 'kept'], words, batched?.name);
}

/** Of a function that stands for many parameters: what it is given lies in `fields`. */
export function sharedFrame(scope: Scope, fields: Frame['fields'], read: Frame['read'], words: Frame['words']): Frame {
  return {
    scope,
    inputs: new Map(),
    ports: new Map(),
    batch: undefined,
    locals: new Map(),
    roots: new Map(),
    chains: new Map(),
    stored: new Set(),
    given: new Map(),
    fields,
    tables: new Map(),
    lists: new Map(),
    read,
    nested: new Set(),
    words,
    lasting: new Set(),
  };
}

function frameWith(
  facts: Facts,
  plan: Plan,
  returned: readonly OutputRole[],
  taken: readonly string[],
  ports: ReadonlyMap<string, string>,
  batch: string | undefined,
): Frame {
  const scope = facts.scope.inner(['k', 'B', ...taken]);
  const nodes = plan.nodes.filter(onDevice);
  const values = [
    ...nodes.flatMap((node) => node.inputs),
    ...plan.steps.filter(isStore).map(({ value }) => value),
    ...plan.outputs.filter(({ role }) => returned.includes(role)).map(({ value }) => value),
    ...nodes.flatMap((node) => (isTotal(node) ? node.outputs : [])),
  ];
  return {
    scope,
    inputs: new Map(plan.inputs.map((input) => [input.value, input])),
    ports: new Map([...ports].map(([port, word]) => [port, scope.take(word)])),
    batch,
    locals: new Map(),
    roots: new Map(),
    chains: new Map(),
    stored: new Set(),
    given: new Map(),
    fields: new Map(),
    tables: new Map(),
    lists: new Map(),
    read: new Set(values),
    nested: nestedValues(plan),
    words: storedWords(plan),
    lasting: lastingValues(plan),
  };
}

/** The ports that a plan reads. What reads none may still want to know how many examples there are. */
function portsOf(facts: Facts, plan: Plan): readonly string[] {
  const read = plan.inputs.filter(({ role }) => role === 'input' || role === 'target').map(({ name }) => name);
  if (read.length > 0) return read;
  return facts.program.model.ports.filter(({ role }) => role === 'input').map(({ name }) => name);
}

/** The only result of a node, where the next step stores it and no other line reads it. */
export function nestedValues(plan: Plan): ReadonlySet<Value> {
  const reads = new Map<Value, number>();
  const count = (value: Value): void => void reads.set(value, (reads.get(value) ?? 0) + 1);
  // The sums of gradients are read from their table by `update`.
  const sums = new Set(plan.outputs.filter(({ role }) => role === 'accumulator').map(({ value }) => value));
  for (const { inputs, section } of plan.nodes) {
    inputs.filter((value) => section !== 'update' || !sums.has(value)).forEach(count);
  }
  plan.outputs.forEach(({ value }) => count(value));
  const nested = plan.steps.flatMap((step, at) => {
    const next = plan.steps[at + 1];
    if (isStore(step) || next === undefined || !isStore(next) || step.outputs.length !== 1) return [];
    // As the output that is stored it counts once.
    return step.outputs.filter((value) => value === next.value && reads.get(value) === 1);
  });
  return new Set(nested);
}

/** New values of parameters and slots by the words of what they replace. */
export function storedWords(plan: Plan): ReadonlyMap<Value, string> {
  const stores = plan.steps.filter(isStore).filter(({ section }) => section === 'update');
  return new Map(stores.map(({ target, value }) => [value, target.name]));
}

function lastingValues(plan: Plan): ReadonlySet<Value> {
  const lasting = new Set(plan.inputs.map(({ value }) => value));
  for (const node of plan.nodes) {
    const [from] = node.inputs;
    if (isView(node) && from !== undefined && lasting.has(from)) node.outputs.forEach((output) => lasting.add(output));
  }
  return lasting;
}
