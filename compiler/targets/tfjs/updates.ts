/** Updates of the emitted file: a function for parameters that are updated alike, which `update` calls for each of them. */
import { wordFor } from '../../ir/called.ts';
import { isMapped, onDevice } from '../../ir/mapped.ts';
import { InternalError } from '../../diagnostics/types.ts';
import type { Slot, Update } from '../../ir/model.ts';
import { isLoop, withBodies } from '../../ir/loops.ts';
import type { Plan } from '../../ir/plan.ts';
import { isStore } from '../../ir/plan.ts';
import type { TrainingEntry } from '../../ir/program.ts';
import { deviceCall } from '../../ir/traits.ts';
import type { Node, Value } from '../../ir/types.ts';
import { clearedBody } from './accumulate.ts';
import { actOf, bodyOf } from './bodies-of-nodes.ts';
import { functionsOf } from './calls.ts';
import type { Facts } from './facts.ts';
import type { Frame } from './frame.ts';
import { sharedFrame, storedWords } from './frame.ts';
import { FunctionCode } from './function-code.ts';
import { call, layLines, list, object, render } from './layout.ts';
import { numbersType } from './signature.ts';
import { canonical } from './map-body.ts';
import { quoted } from './names.ts';

/** Parameters that are updated by one function. */
export interface Kind {
  /** The function's name. */
  readonly name: string;
  /** Whether no step before has written it. */
  readonly isNew: boolean;
  /** Whether the sum of gradients is set back to zero. */
  readonly clears: boolean;
  readonly plan: Plan;
  readonly updates: readonly Update[];
  /** What all of its calls are given: the factors of clips. */
  readonly shared: readonly Value[];
}

/**
 * Functions whose text will be the same are one, also over several steps: `written` holds the names of those that there
 * are, by what they do.
 */
export function kindsOf(
  facts: Facts,
  { plan: training, updates, step }: TrainingEntry,
  written: Map<string, string>,
): readonly Kind[] {
  const clears = step.accumulate > 1;
  const forAll = new Map(
    training.outputs.flatMap(({ role, name, value }) => (role === 'value' ? [[name, value]] : [])),
  );
  const keys = new Map<Plan, string>();
  const kinds = new Map<string, Omit<Kind, 'name' | 'isNew'> & { readonly updates: Update[] }>();
  for (const [update, plan] of updates) {
    // A function with a loop is like no other: it is counted among those that there are by now.
    const count = (): number => new Set([...written.keys(), ...kinds.keys()]).size;
    const meaning = (): string => (plan.nodes.some(isLoop) ? `loop ${count()}` : meaningOf(plan, facts));
    const key = keys.get(plan) ?? `${update.optimizer} ${clears ? 'sums ' : ''}${meaning()}`;
    keys.set(plan, key);
    const known = kinds.get(key);
    if (known !== undefined) {
      known.updates.push(update);
      continue;
    }
    const shared = plan.inputs.flatMap(({ role, name }) => (role === 'value' ? [forAll.get(name)] : []));
    if (!isWhole(shared)) throw new InternalError(`${update.optimizer} is given what no step makes`);
    kinds.set(key, { clears, plan, updates: [update], shared });
  }
  const isDecaying = decaying(facts);
  const apart = [...kinds.values()].filter(({ plan }) => !plan.nodes.some(isLoop));
  const decaysBeside = new Set(apart.filter(({ updates }) => updates.some(isDecaying)).map(sortOf));
  return [...kinds].map(([key, kind]): Kind => {
    const [{ optimizer = '' } = {}] = kind.updates;
    const before = written.get(key);
    const isApart = apart.includes(kind) && !kind.updates.some(isDecaying) && decaysBeside.has(sortOf(kind));
    const name = before ?? facts.scope.takeFunction(isApart ? `${optimizer}_no_decay` : optimizer);
    written.set(key, name);
    return { ...kind, name, isNew: before === undefined, plan: kernelsNamed(kind.plan, optimizer, name) };
  });
}

const isWhole = <T>(list: readonly (T | undefined)[]): list is readonly T[] => !list.includes(undefined);

/** The plan with its kernels named after the function that they stand in. */
function kernelsNamed(plan: Plan, optimizer: string, name: string): Plan {
  if (name === optimizer) return plan;
  const now = new Map(
    plan.nodes.map((node): [Node, Node] => {
      const { name: kernel } = node.attrs;
      if (typeof kernel !== 'string') return [node, node];
      const named = kernel === optimizer ? name : kernel.replace(`_of_${optimizer}`, `_of_${name}`);
      return [node, { ...node, attrs: { ...node.attrs, name: named } }];
    }),
  );
  const read = (node: Node): Node => now.get(node) ?? node;
  return { ...plan, nodes: plan.nodes.map(read), steps: plan.steps.map((step) => (isStore(step) ? step : read(step))) };
}

/** Whether decay reaches the parameter of an update. */
function decaying({ program }: Facts): (update: Update) => boolean {
  const paths = new Set(program.model.parameters.filter(({ decays }) => decays).map(({ path }) => path));
  return ({ parameter }) => paths.has(parameter);
}

/** What kinds share of which one may decay and the other not: the optimizer, and what it remembers. */
const sortOf = ({ updates: [update] }: Pick<Kind, 'updates'>): string =>
  [update?.optimizer, ...(update?.slots ?? []).map(({ name }) => name)].join(' ');

/** What a function does, step by step, without its names: equal for functions that are written alike. */
export function meaningOf({ inputs, steps }: Pick<Plan, 'inputs' | 'steps'>, facts: Facts): string {
  const ids = new Map<Value, string>(inputs.map(({ role, name, value }) => [value, `${role} ${name}`]));
  const id = (value: Value): string => {
    const known = facts.numbers.get(value) ?? ids.get(value) ?? String(facts.constants.get(value) ?? ids.size);
    ids.set(value, known);
    return known;
  };
  const lines = steps.map((step) => {
    if (isStore(step)) return `${id(step.target.value)}=${id(step.value)}`;
    if (!onDevice(step)) return '';
    const made = (): string => step.outputs.map(id).join();
    if (isMapped(step)) {
      const { body, operands } = bodyOf(step, facts);
      return `${canonical(body)}(${operands.map(id).join()})${made()}`;
    }
    const { method, args, options } = deviceCall(step);
    const said = JSON.stringify([args, options], (key, part: unknown) =>
      key === 'value' || key === 'body' ? null : part,
    );
    const acts = functionsOf(step).map((act) => canonical(actOf(act, step, facts)));
    return `${method}${said}${acts.join()}(${step.inputs.map(id).join()})${made()}`;
  });
  return lines.join('\n');
}

/** `function adamw(k: K, { p, s, g }: Trained<'m' | 'v'>, n: N) { … }`. */
export function writeKind(facts: Facts, { name, plan, clears, updates: [update] }: Kind): string {
  if (update === undefined) throw new InternalError(`${name} updates nothing`);
  const scope = facts.scope.inner(['k', 'p', 's', 'g', 'n']);
  const slots = update.slots.map((slot) => slot.name);
  const fields: Frame['fields'] = new Map();
  const extra: string[] = [];
  for (const { role, name: input, value } of plan.inputs) {
    if (role === 'parameter') fields.set(value, { object: 'p', keys: [] });
    if (role === 'grad') fields.set(value, { object: 'g', keys: [] });
    if (role === 'slot') fields.set(value, { object: 's', keys: [input] });
    if (role === 'value') {
      const local = scope.take(wordFor(value));
      extra.push(local);
      fields.set(value, { object: local, keys: [] });
    }
  }
  const nodes = withBodies(plan.nodes).filter(onDevice);
  const frame = sharedFrame(
    scope,
    fields,
    new Set([...nodes.flatMap(({ inputs }) => inputs), ...plan.steps.filter(isStore).map(({ value }) => value)]),
    new Map([...storedWords(plan)].map(([value, word]) => [value, `new_${word}`])),
  );
  const code = new FunctionCode(
    facts,
    frame,
    {
      parameter: { object: 'p', keys: new Map([['param', []]]) },
      slot: { object: 's', keys: new Map(slots.map((slot) => [slot, [slot]])) },
    },
    { headings: 'none' },
  );
  for (const step of plan.steps) {
    if (isStore(step)) code.store(step);
    else code.node(step);
  }
  if (clears) {
    const cleared = facts.bodies.use(clearedBody(update.origin));
    code.objects.add('g');
    code.lines.push({ code: [call('k.store', ['g', call('k.map', [cleared, list(['g'])])]), ';'] });
  }
  const given = ['p', 's', 'g'].filter((object) => code.objects.has(object));
  const type = slots.length === 0 ? 'Trained' : `Trained<${slots.map(quoted).join(' | ')}>`;
  const typed = [
    'k: K',
    [object(given), `: ${type}`],
    ...(code.objects.has('n') ? [`n: ${numbersType(facts, code.numbers)}`] : []),
    ...extra.map((local) => `${local}: Value`),
  ];
  const head = render([call(`function ${name}`, typed), ' {'], 0, 0);
  return [...facts.bodies.take(), `/** ${facts.quotes.of(update.origin)} */\n${head}\n${layLines(code.lines)}\n}`].join(
    '\n\n',
  );
}

/** The arguments of a kind's function behind `k` and the parameter. */
export function argumentsOf({ shared, plan }: Kind, facts: Facts, ref: (value: Value) => string): readonly string[] {
  const reads = withBodies(plan.nodes)
    .filter(onDevice)
    .some(({ inputs }) => inputs.some((input) => facts.numbers.has(input)));
  return [...(reads ? ['n'] : []), ...shared.map(ref)];
}

/** The slots of all updates, each once: parameters that are updated alike share theirs. */
export const slotsOf = (updates: readonly Update[]): readonly Slot[] => [
  ...new Set(updates.flatMap(({ slots }) => slots)),
];
