/** The training step: `forward`, `backward`, `accumulateGradients` and `update`, from one plan in sections. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Plan, Step } from '../../ir/plan.ts';
import type { GraphInput, GraphOutput, Section, Value } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import type { Tables } from './function-code.ts';
import { FunctionCode } from './function-code.ts';
import type { Doc, Line } from './layout.ts';
import { layLines, list, object } from './layout.ts';
import { entry } from './names.ts';
import { onDevice } from './host-code.ts';
import type { Parameter } from './signature.ts';
import { batchParameter, head, parameter } from './signature.ts';

const SECTIONS: readonly Section[] = ['forward', 'backward', 'accumulate', 'update'];

/** A value that ends in a table without having been written there by a kernel. */
interface Store {
  readonly section: Section;
  readonly target: GraphInput;
  readonly value: Value;
  readonly isMade: boolean;
}

export interface TrainingText {
  /** The functions in their order, each after the bodies that it is the first to use. */
  readonly forward: string;
  readonly backward: string;
  readonly accumulate: string | undefined;
  readonly update: string;
}

export function writeTraining(facts: Facts): TrainingText {
  const plan = facts.program.training;
  const steps = new Map(
    SECTIONS.map((section) => [section, plan.steps.filter((step) => step.node.section === section)]),
  );
  const of = (section: Section): readonly Step[] => steps.get(section) ?? [];
  const stores = storesOf(plan);
  const readLater = readersOf(plan, stores);
  const locals = new Map<Value, string>();
  const scope = facts.scope.inner(['k', 'p', 's', 'n', 'a', 'g', 'f', 'B', 'batch', 'loss', 'losses']);
  const memory = { object: 'p', keys: facts.memory };
  const gradients = { object: 'g', keys: facts.memory };
  const device: Tables = { parameter: memory, state: memory };
  const loss = outputs(plan, 'loss')[0];
  const parts = outputs(plan, 'part');
  if (loss === undefined) throw new InternalError('the training graph has no loss');

  const write = (section: Section, tables: Tables): FunctionCode => {
    const code = new FunctionCode(facts, plan, scope, locals, tables);
    for (const step of of(section)) code.step(step, (value) => readLater.has(value));
    for (const store of stores.filter((candidate) => candidate.section === section)) {
      code.store(store.target, store.value);
      if (store.isMade) code.free([store.value]);
    }
    return code;
  };

  const forward = write('forward', device);
  const kept = keptValues(plan, stores);
  const results = [
    entry('loss', forward.ref(loss.value)),
    ['losses: ', list(parts.map(({ value }) => forward.ref(value)))],
    ...kept.map((value) => forward.ref(value)),
  ];
  const forwardText = text(
    facts,
    'forward',
    forward,
    [
      parameter('k', 'K', true),
      parameter('p', 'P', forward.objects.has('p')),
      parameter('n', 'N', forward.objects.has('n')),
      batchParameter(forward.ports, 'Batch'),
    ],
    object(results),
  );

  const backward = write('backward', device);
  const grads = outputs(plan, 'grad');
  const returned = grads.map(({ name, value }) => entry(facts.memory.get(name) ?? name, backward.ref(value)));
  const borrowed = [...backward.borrowed].map((value) => backward.ref(value));
  const backwardText = text(
    facts,
    'backward',
    backward,
    [
      parameter('k', 'K', true),
      parameter('p', 'P', backward.objects.has('p')),
      parameter('n', 'N', backward.objects.has('n')),
      batchParameter(backward.ports, 'Batch'),
      { binding: object(borrowed), type: 'ReturnType<typeof forward>', used: borrowed.length > 0 },
    ],
    object(returned),
  );

  grads.forEach(({ name, value }) => locals.set(value, `g.${facts.memory.get(name) ?? name}`));
  const accumulate =
    of('accumulate').length === 0
      ? undefined
      : write('accumulate', { accumulator: { object: 'a', keys: facts.memory } });
  const accumulateText =
    accumulate &&
    text(facts, 'accumulateGradients', accumulate, [
      parameter('k', 'K', true),
      parameter('a', 'G', accumulate.objects.has('a')),
      parameter('g', 'G', accumulate.objects.has('g')),
    ]);

  const update = write('update', { ...device, slot: { object: 's', keys: facts.slots }, accumulator: gradients });
  const updateText = text(facts, 'update', update, [
    parameter('k', 'K', true),
    parameter('p', 'P', update.objects.has('p')),
    parameter('s', 'S', update.objects.has('s')),
    parameter('n', 'N', update.objects.has('n')),
    parameter('g', 'G', update.objects.has('g')),
  ]);
  return { forward: forwardText, backward: backwardText, accumulate: accumulateText, update: updateText };
}

/** A function after the bodies that were written for it. */
export function text(
  facts: Facts,
  name: string,
  code: FunctionCode,
  parameters: readonly Parameter[],
  result?: Doc,
): string {
  const [port] = code.ports.values();
  const size: readonly Line[] = code.usesBatchSize ? [{ code: `const [B = 0] = ${port ?? ''}.shape;` }] : [];
  const end: readonly Line[] = result === undefined ? [] : [{ code: ['return ', result, ';'] }];
  const body = layLines([...size, ...code.lines, ...end]);
  return [...facts.bodies.take(), `${head(name, parameters)}\n${body}\n}`].join('\n\n');
}

export const outputs = (plan: Plan, role: GraphOutput['role']): readonly GraphOutput[] =>
  plan.outputs.filter((output) => output.role === role);

/** New values of states, parameters and slots that no kernel wrote into place; each once the old value was last read. */
function storesOf(plan: Plan): readonly Store[] {
  const inputs = new Map(plan.inputs.map((input) => [`${input.role} ${input.name}`, input]));
  const inPlace = new Set(
    plan.steps.flatMap(({ node, into }) => node.outputs.filter((_, i) => isTable(plan, into[i]))),
  );
  const made = new Map(plan.steps.flatMap(({ node }) => node.outputs.map((output) => [output, node.section] as const)));
  return plan.outputs.flatMap(({ role, name, value }) => {
    const target = inputs.get(`${role} ${name}`);
    if (target === undefined || target.value === value || inPlace.has(value)) return [];
    const readers = plan.steps.filter(({ node }) => node.inputs.includes(target.value)).map(({ node }) => node.section);
    const own = made.get(value);
    const section = latest([...readers, ...(own === undefined ? [] : [own])]);
    return [{ section, target, value, isMade: own !== undefined }];
  });
}

const isTable = (plan: Plan, value: Value | undefined): boolean =>
  plan.inputs.some((input) => input.value === value && input.role !== 'input' && input.role !== 'target');

const latest = (sections: readonly Section[]): Section =>
  SECTIONS.findLast((section) => sections.includes(section)) ?? 'forward';

/** Values that some line reads. */
function readersOf(plan: Plan, stores: readonly Store[]): ReadonlySet<Value> {
  return new Set(
    [
      ...plan.steps
        .filter(({ node }) => onDevice(node))
        .flatMap(({ node, into, frees }) => [...node.inputs, ...into, ...frees]),
      ...plan.outputs
        .filter(({ role }) => role === 'loss' || role === 'part' || role === 'grad')
        .map(({ value }) => value),
      ...stores.map(({ value }) => value),
    ].filter((value) => value !== undefined),
  );
}

/** What forward makes and a later function reads, in the order of making. */
function keptValues(plan: Plan, stores: readonly Store[]): readonly Value[] {
  const later = new Set([
    ...plan.steps
      .filter(({ node }) => node.section !== 'forward' && onDevice(node))
      .flatMap(({ node, into, frees }) => [...node.inputs, ...into, ...frees]),
    ...stores.filter(({ section }) => section !== 'forward').map(({ value }) => value),
  ]);
  return plan.steps
    .filter(({ node }) => node.section === 'forward' && onDevice(node))
    .flatMap(({ node }) => node.outputs)
    .filter((output) => output.type.dtype !== 'f64' && later.has(output));
}
