/** A training step: `forward`, `backward`, `accumulateGradients` and `update`, from one plan in sections. */
import { onDevice } from '../../ir/mapped.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { isStore } from '../../ir/plan.ts';
import type { Plan } from '../../ir/plan.ts';
import type { GraphOutput, Section, Value } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import type { Frame } from './frame.ts';
import { frameOf } from './frame.ts';
import type { Tables } from './function-code.ts';
import { FunctionCode, KEPT } from './function-code.ts';
import type { Doc, Line } from './layout.ts';
import { layLines, list, object } from './layout.ts';
import { entry, member } from './names.ts';
import { gradientEntries } from './gradients.ts';
import { partsOf, returnGradients, writeTerms } from './penalties.ts';
import type { Parameter } from './signature.ts';
import { batchParameter, head, parameter } from './signature.ts';
import { ruleCall } from './slot-rules.ts';
import type { SlotRule } from './slot-rules.ts';
import { gradientTable } from './tables.ts';
import type { StepFacts, StepNames } from './steps.ts';
import { argumentsOf, writeKind } from './updates.ts';

export interface TrainingText {
  /** The functions in their order, each after the bodies that it is the first to use. */
  readonly forward: string;
  readonly backward: string;
  readonly accumulate: string | undefined;
  readonly update: string;
}

export function writeTraining(
  facts: Facts,
  { plan, names, penalised }: StepFacts,
  rules: readonly SlotRule[],
): TrainingText {
  const terms = writeTerms(facts, penalised, names.penalised);
  const taken = ['p', 's', 'n', 'a', 'g', 'losses', KEPT];
  const frame = { ...frameOf(facts, plan, ['loss', 'part', 'grad', 'value'], taken), lists: terms.lists };
  const memory = { object: 'p', keys: facts.memory };
  const device: Tables = { parameter: memory, state: memory };
  const [loss] = outputs(plan, 'loss');
  if (loss === undefined) throw new InternalError('the training graph has no loss');
  if (!frame.lasting.has(loss.value)) frame.locals.set(loss.value, frame.scope.take('loss'));

  const write = (section: Section, tables: Tables): FunctionCode => {
    const code = new FunctionCode(facts, frame, tables, { streams: names.streams });
    code.steps(plan.steps.filter((step) => step.section === section && (isStore(step) || !penalised.inside.has(step))));
    return code;
  };

  const forward = write('forward', device);
  const kept = keptNames(plan, frame, loss.value);
  const total = forward.kept(loss.value, 'loss');
  const losses = list(outputs(plan, 'part').map(({ value }) => forward.kept(value, 'part')));
  const results = [entry('loss', total), ['losses: ', losses], ...kept];
  const forwardHead = [
    parameter('k', 'K', true),
    parameter('p', 'P', forward.objects.has('p')),
    parameter('n', names.N, forward.objects.has('n')),
    batchParameter(forward.ports, frame, 'Batch'),
  ];
  const forwardText = text(facts, frame, 'forward', forward, forwardHead, object(results), names.forward);

  const backward = write('backward', device);
  const keysOf = (path: string): readonly string[] => facts.memory.get(path) ?? [path];
  const grads = outputs(plan, 'grad').map(({ name, value }) => ({ keys: keysOf(name), value }));
  const parts = partsOf(penalised);
  const made = grads.map(({ keys, value }) => ({ keys, value: parts.get(value) ?? value }));
  const table = gradientTable(gradientEntries(made, frame.given, backward.gradients(made)));
  const returned = returnGradients(facts, penalised, names.penalised, { code: backward, frame, table });
  const backwardHead = [
    parameter('k', 'K', true),
    parameter('p', 'P', backward.objects.has('p')),
    parameter('n', names.N, backward.objects.has('n')),
    batchParameter(backward.ports, frame, 'Batch'),
    parameter(KEPT, `ReturnType<typeof ${names.forward}>`, backward.borrowed.size > 0),
  ];
  const backwardText = text(facts, frame, 'backward', backward, backwardHead, returned, names.backward);

  for (const { keys, value } of grads) frame.fields.set(value, { object: 'g', keys });
  frame.tables.set(
    'g',
    grads.map(({ value }) => value),
  );
  const accumulates = plan.nodes.some(({ section }) => section === 'accumulate');
  const accumulateText = accumulates ? writeAccumulate(facts, frame, names, write) : undefined;
  const accumulators = outputs(plan, 'accumulator').map(({ name, value }) => ({
    keys: keysOf(name),
    value,
  }));
  for (const { keys, value } of accumulators) frame.fields.set(value, { object: 'g', keys });
  if (accumulates)
    frame.tables.set(
      'g',
      accumulators.map(({ value }) => value),
    );

  const update = write('update', {
    ...device,
    accumulator: { object: 'g', keys: facts.memory },
  });
  const loop = frame.scope.take('w');
  for (const { key, kind } of rules) {
    const args = argumentsOf(kind, facts, (value) => update.ref(value));
    for (const object of ['p', 's', 'g', ...args.filter((arg) => arg === 'n')]) update.objects.add(object);
    update.lines.push({ code: ruleCall(loop, member('s', key), kind, args) });
  }
  const functions = [...new Set(rules.map(({ kind }) => kind))]
    .filter(({ isNew }) => isNew)
    .map((kind) => writeKind(facts, kind));
  const updateHead = [
    parameter('k', 'K', true),
    parameter('p', 'P', update.objects.has('p')),
    parameter('s', names.S, update.objects.has('s')),
    parameter('n', names.N, update.objects.has('n')),
    parameter('g', names.G, update.objects.has('g')),
  ];
  return {
    forward: [...terms.texts, forwardText].join('\n\n'),
    backward: backwardText,
    accumulate: accumulateText,
    update: [...functions, text(facts, frame, 'update', update, updateHead, undefined, names.update)].join('\n\n'),
  };
}

function writeAccumulate(
  facts: Facts,
  frame: Frame,
  names: StepNames,
  write: (section: Section, tables: Tables) => FunctionCode,
): string {
  const code = write('accumulate', { accumulator: { object: 'a', keys: facts.memory } });
  const head = [
    parameter('k', 'K', true),
    parameter('a', names.G, code.objects.has('a')),
    parameter('g', names.G, code.objects.has('g')),
  ];
  return text(facts, frame, 'accumulateGradients', code, head, undefined, names.accumulateGradients);
}

/** What the file says of each of its functions. */
const DOCS = {
  augment: 'What training changes of a batch before `forward` sees it.',
  features: 'What the frozen part makes of a batch, the same in every epoch: training goes on from here.',
  forward: 'From a batch to its loss, and what `backward` reads on the way back.',
  backward: 'The gradient of the loss by every trained parameter: forward, from its end to its beginning.',
  accumulateGradients: 'Adds the gradients of one batch to the sums of its group.',
  update: 'One update of every trained parameter.',
  infer: 'The layers outside training, as `predict` and `evaluate` go on from them.',
  predict: 'What the model answers.',
  evaluate: 'What one batch adds to the totals of an evaluation.',
} as const;

/** A function after the bodies that were written for it. */
export function text(
  facts: Facts,
  frame: Frame,
  what: keyof typeof DOCS,
  code: FunctionCode,
  parameters: readonly Parameter[],
  result?: Doc,
  name: string = what,
): string {
  const [port] = code.ports;
  if (code.usesBatchSize && port === undefined) throw new InternalError(`${name} has no batch to take the size of`);
  const size: readonly Line[] = code.usesBatchSize
    ? [{ code: `const [B = 0] = ${frame.ports.get(port ?? '')}.shape;` }]
    : [];
  const end: readonly Line[] = result === undefined ? [] : [{ code: ['return ', result, ';'] }];
  const body = layLines([...size, ...code.lines, ...end]);
  return [...facts.bodies.take(), `/** ${DOCS[what]} */\n${head(name, parameters)}\n${body}\n}`].join('\n\n');
}

export const outputs = (plan: Plan, role: GraphOutput['role']): readonly GraphOutput[] =>
  plan.outputs.filter((output) => output.role === role);

/** The locals of forward that a later function reads, in the order of making. */
function keptNames(plan: Plan, frame: Frame, loss: Value): readonly string[] {
  const later = new Set([
    ...plan.steps
      .filter(({ section }) => section !== 'forward')
      .flatMap((step) => (isStore(step) ? [step.value] : onDevice(step) ? step.inputs : [])),
    ...outputs(plan, 'grad').map(({ value }) => value),
  ]);
  const kept = plan.nodes
    .filter((node) => node.section === 'forward' && onDevice(node))
    .flatMap((node) => node.outputs)
    .filter((output) => later.has(output) && output !== loss)
    .map((output) => frame.roots.get(output) ?? frame.locals.get(output));
  return [...new Set(kept)].filter((name) => name !== undefined);
}
