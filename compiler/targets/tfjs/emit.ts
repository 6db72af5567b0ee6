/** Emits a program as a TypeScript file that trains on `nnc/runtime`: the tfjs target. */
import { onDevice } from '../../ir/mapped.ts';
import { wordFor } from '../../ir/called.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { ownEvaluations, stepsOf } from '../../ir/model.ts';
import type { Slot } from '../../ir/model.ts';
import type { Plan } from '../../ir/plan.ts';
import { withBodies } from '../../ir/loops.ts';
import type { Program, TrainingEntry } from '../../ir/program.ts';
import { isCall } from '../../ir/traits.ts';
import { noteBodies, primitiveNames } from './bodies-of-nodes.ts';
import { CLEARING, clearedBody } from './accumulate.ts';
import { writeAugment } from './augment.ts';
import type { Facts } from './facts.ts';
import { Functions } from './functions.ts';
import { writeFeatures } from './features.ts';
import { nestedValues, storedWords } from './frame.ts';
import { constantsOf } from './host-code.ts';
import { inCommon } from './in-common.ts';
import type { Initial } from './initialisers.ts';
import { writeInitialisers } from './initialisers.ts';
import { Bodies } from './map-body.ts';
import { WIDTH } from './layout.ts';
import { decimal } from './literals.ts';
import { Scope, nestedKeys } from './names.ts';
import { collectNumbers } from './numbers.ts';
import { penalisedBy, writePenalised } from './penalties.ts';
import { Quotes, commentText } from './quotes.ts';
import { writeModel } from './settings.ts';
import { evaluationNames, functionsIn, stepNames, stepTitle } from './steps.ts';
import type { StepFacts, StepNames, StepText } from './steps.ts';
import { writeSlots } from './slot-rules.ts';
import { parameterEntry, stateEntry, writeBatch, writeParameters } from './tables.ts';
import { kindsOf, slotsOf } from './updates.ts';
import { writeTraining } from './training.ts';
import { writeEvaluation, writeInfer, writePredict } from './use.ts';

/** Names that every emitted file has at its top. */
const MODULE: readonly string[] = [
  ...'create defineModel host literal parameters slots numbers augment forward backward accumulateGradients update'.split(
    ' ',
  ),
  ...'infer evaluate figures predict model createTrainer Batch P S N G param frozen state rounds adapted reparam balanced zeros ones constant average remembered penalised covered leavesAt withTerms each leavesOf slot within chain chainBack'.split(
    ' ',
  ),
];

/** Types that a file imports where it mentions them. */
const TYPES: readonly string[] =
  'Clock Draw HostArray Init K Memory Scalar Scalars Slots Sym Totals Trained Trainer TrainerOptions Value'.split(' ');

/** The text of `<spec>.nn.ts`: the same bytes for the same program, whenever and wherever. */
export function emit(program: Program): string {
  const { model } = program;
  const { training } = program;
  const ownPlans = ({ plan, updates }: TrainingEntry): readonly Plan[] => [plan, ...new Set(updates.values())];
  const functionPlans = [...functionsIn(program).values()];
  const used = [
    ...(program.features === undefined ? [] : [program.features]),
    ...(program.augmentation === undefined ? [] : [program.augmentation]),
    program.evaluation,
    ...program.ownEvaluations.values(),
    program.inference,
  ];
  const plans = [...training.flatMap(ownPlans), ...used, ...functionPlans];
  const nodes = plans.flatMap((plan) => withBodies(plan.nodes));
  const clearing = stepsOf(model).some(({ accumulate }) => accumulate > 1) ? [CLEARING] : [];
  const primitives = [...new Set([...primitiveNames(nodes), ...clearing])].toSorted();
  const reserved = program.features === undefined ? MODULE : [...MODULE, 'features'];
  const scope = new Scope([...reserved, ...TYPES, ...primitives]);
  const functions = new Functions();
  const facts: Facts = {
    program,
    memory: nestedKeys([...model.parameters, ...model.states].map(({ path }) => path)),
    numbers: new Map(),
    numbersType: program.training.length === 1 ? 'N' : undefined,
    constants: constantsOf(nodes),
    bodies: new Bodies(),
    functions,
    quotes: new Quotes(program.source.text),
    scope,
  };
  const named = training.map((each) => ({ ...each, names: stepNames(each, program, scope) }));
  const use = inCommon(program);
  // With one step its numbers are those of all.
  const whole = named.length === 1 ? collectNumbers(plans) : undefined;
  const numbers = named.map((each) => {
    const { names, functions } = each;
    return whole ?? collectNumbers([...ownPlans(each), ...functions.values()], names.numbers);
  });
  const usedNumbers = whole ?? collectNumbers([...used, ...program.functions.values()]);
  const fields = [...numbers, usedNumbers].flatMap((each) => [...each.fields]);
  const complete: Facts = { ...facts, numbers: new Map(fields) };
  const entries = [...model.parameters.map(parameterEntry), ...model.states.map(stateEntry)];
  const values = localWords(plans);
  const writtenKinds = new Map<string, string>();
  const steps = named.map((each): StepFacts => ({
    ...each,
    kinds: kindsOf(complete, each, writtenKinds),
    penalised: penalisedBy(each.plan, complete),
  }));
  const kinds = steps.flatMap((each) => each.kinds);
  const noted = [...functionPlans, ...steps.map(({ plan }) => plan), ...kinds.map((kind) => kind.plan)];
  const outside = [
    ...(program.features === undefined ? [] : [program.features]),
    ...(program.augmentation === undefined ? [] : [program.augmentation]),
    ...(use.common === undefined ? [] : [use.common]),
    use.inference.plan,
    use.evaluation.plan,
    ...[...use.ownEvaluations.values()].map(({ plan }) => plan),
  ];
  for (const plan of [...noted, ...outside]) noteBodies(plan, complete);
  kinds.forEach(({ clears, updates: [update] }) => {
    if (clears && update !== undefined) complete.bodies.note(clearedBody(update.origin));
  });
  const terms = steps.flatMap(({ penalised }) => penalised.terms);
  const names = [...kinds, ...terms].map(({ name }) => name);
  complete.bodies.settle(scope, primitives, new Set([...values, ...names]));
  const allUpdates = stepsOf(model).flatMap((step) => step.updates);
  const own = slotsOf(allUpdates).filter(({ isAverage }) => isAverage !== true);
  const initials = new Map(own.map((slot) => [slot, initialOf(slot)]));
  const initialisers = writeInitialisers([...entries, ...initials.values()], scope, values);
  const textOf = (slot: Slot): string => {
    const initial = initials.get(slot);
    return (initial && initialisers.text.get(initial)) ?? '';
  };
  const parameters = writeParameters(facts, entries, initialisers);
  const several = steps.length > 1;
  const written = steps.map((each, i): StepText => {
    functions.write(complete, several ? each.functions : functionsIn(program));
    const slots = writeSlots(facts, each, textOf);
    return {
      ...each,
      slots,
      reached: writePenalised(facts, each.penalised, each.names.penalised),
      numbers: numbers[i]?.text ?? '',
      functionTexts: functions.take(),
      training: writeTraining(complete, each, slots.rules),
    };
  });
  functions.write(complete, program.functions);
  const augment = program.augmentation === undefined ? undefined : writeAugment(complete, program.augmentation);
  const features = program.features === undefined ? undefined : writeFeatures(complete, program.features);
  const before = [augment, features?.text].filter((each) => each !== undefined);
  const usedFunctions = functions.take();
  const infer = use.common === undefined ? undefined : writeInfer(complete, use.common);
  const predict = writePredict(complete, use.inference, infer);
  const evaluation = writeEvaluation(complete, use.evaluation, infer, { evaluate: 'evaluate', figures: 'figures' });
  const inPhases = new Map(
    [...ownEvaluations(model)].map(([graph, phase]) => {
      const rest = use.ownEvaluations.get(graph);
      if (rest === undefined) throw new InternalError(`phase ${phase.name ?? ''} has no evaluation`);
      const begun = rest.takes.size > 0 ? infer : undefined;
      return [graph, writeEvaluation(complete, rest, begun, evaluationNames(phase, scope))] as const;
    }),
  );
  const inputs = new Set(model.ports.map(({ name }) => name));
  const shared = [parameters.text, initialisers.functions, 'type P = Memory<typeof parameters>;'] as const;
  const sections = [
    writeBatch([...model.ports, ...model.noises, ...(features?.ports ?? [])]),
    rule('what is trained'),
    ...(several
      ? severalSteps(shared, written, usedNumbers.text, before)
      : written.flatMap((step) => oneStep(shared, step, before))),
    ...usedFunctions,
    ...(infer === undefined ? [] : [infer.text]),
    predict.text,
    ...[evaluation, ...inPhases.values()].flatMap(({ evaluate, figures }) => [evaluate, figures]),
    writeModel(complete, written, {
      predictPorts: predict.ports.filter((port) => inputs.has(port)),
      moments: evaluation.moments,
      ownEvaluations: inPhases,
      features,
    }),
    TRAINER,
  ];
  const body = sections.join('\n\n');
  const chains = ['chain', 'chainBack'].filter((helper) => body.includes(` = ${helper}(`));
  const tables = body.includes('(leavesOf(') ? ['leavesOf'] : [];
  const imported = new Set([
    ...parameters.imported,
    ...initialisers.imported,
    ...written.flatMap(({ slots, reached }) => [...slots.imported, ...reached.imported]),
    ...chains,
    ...tables,
  ]);
  return `${header(program, body)}\n\n${imports(body, [...imported], primitives)}\n\n${body}\n`;
}

/** The table of parameters, the functions of their initial values, and the type of the table. */
type Shared = readonly [parameters: string, initialisers: readonly string[], type: string];

/** Up to what a trained model does, where there is one step. */
function oneStep(
  [parameters, initialisers, type]: Shared,
  step: StepText,
  before: readonly string[],
): readonly string[] {
  const { slots, numbers, functionTexts, training } = step;
  return [
    parameters,
    slots.text,
    ...step.reached.text,
    ...initialisers,
    `${type}\n${stepTypes(step)}`,
    numbers,
    rule('forward, backward'),
    ...before,
    ...functionTexts,
    training.forward,
    training.backward,
    rule('update'),
    ...updateTexts(step),
    rule('use'),
  ];
}

/** The same of several, each under its own heading. */
function severalSteps(
  [parameters, initialisers, type]: Shared,
  steps: readonly StepText[],
  numbers: string,
  before: readonly string[],
): readonly string[] {
  return [
    parameters,
    ...initialisers,
    type,
    ...steps.flatMap((step) => [
      rule(stepTitle(step)),
      step.slots.text,
      ...step.reached.text,
      stepTypes(step),
      step.numbers,
      ...step.functionTexts,
      step.training.forward,
      step.training.backward,
      ...updateTexts(step),
    ]),
    rule('use'),
    numbersTypeText({ N: 'N', numbers: 'numbers' }),
    numbers,
    ...before,
  ];
}

const numbersTypeText = ({ N, numbers }: Pick<StepNames, 'N' | 'numbers'>): string =>
  `type ${N} = Scalars<typeof ${numbers}>;`;

const stepTypes = ({ names }: StepText): string =>
  `type ${names.S} = Slots<typeof ${names.slots}>;\n${numbersTypeText(names)}`;

const updateTexts = ({ names, training }: StepText): readonly string[] => [
  `type ${names.G} = ReturnType<typeof ${names.backward}>;`,
  ...(training.accumulate === undefined ? [] : [training.accumulate]),
  training.update,
];

/** The words of everything that gets a local name: ports, and tensors but those that are made where they are stored. */
function localWords(plans: readonly Plan[]): ReadonlySet<string> {
  const words = plans.flatMap((plan) => {
    const [nested, words] = [nestedValues(plan), storedWords(plan)];
    const made = withBodies(plan.nodes)
      .filter((node) => onDevice(node) && !isCall(node))
      .flatMap((node) => {
        const locals = node.outputs.filter((output) => !nested.has(output));
        return locals.map((output) => words.get(output) ?? wordFor(output));
      });
    return [...made, ...plan.inputs.map(({ name }) => name)];
  });
  return new Set(words);
}

const initialOf = ({ shape, init }: Slot): Initial => ({
  shape: shape.filter((size) => typeof size === 'number'),
  graph: init,
});

const rule = (title: string): string => `// ${'-'.repeat(WIDTH - 4 - title.length)} ${title}`;

const TRAINER = `/** A trainer over this model: \`trainStep\`, \`fit\`, \`predict\`, \`weights\`. */
export function createTrainer(options?: TrainerOptions): Promise<Trainer<typeof model>> {
  return create(model, options);
}`;

/** For a reader who knows the chain rule and has never seen such a file. */
const LEGEND: readonly string[] = [
  'p: parameters, and states of layers; s: what the optimizer remembers; n: numbers of this update; g: gradients.',
  'd_x: the gradient of the loss by x, = its formula where it has one. kept: what forward returned. B: the batch size.',
  'k: operations on whole tensors; behind each stands the shape of its result. k.store(p.w, x): from here on p.w is x.',
  'k.map(f, [x, y]): f at every element of x and y, broadcast against each other; two results where f returns two.',
  'Sym: such an element within f, which is called once, with symbols, and never with numbers.',
  'rowSum(x), rowMax(x): over the last axis, of the row that the element is in; column(): its index in that row.',
];

/** Likewise of what not every file mentions: how its text is found, and what is said of it. */
const WHERE_MENTIONED: readonly (readonly [RegExp, ...string[]])[] = [
  [
    /\badapted\(/,
    "adapted(w, 'l', s): what is read is w + s·a·b, of the pair a, b that lies at `l` beside the matrix w.",
  ],
  [
    /\breparam\(/,
    "reparam(w, 'l'): what is read is made of w by the lines under the statement's name, with what lies at `l` beside w.",
  ],
  [
    /\bbalanced\(/,
    "balanced(shape, start, 'y'): n/(K·n_k) of each class k of y, over the training rows: the runtime counts them.",
  ],
  [/\bact: /, 'act: a function that the kernel applies to each element of its result.'],
  [
    /\bk\.scan\(/,
    'k.scan({ steps, over, with: first }, f): f at each position of `over` in turn. Of what it returns, `next` is handed',
    'to the next turn (`first` to the first one, `last` is left in the end), and `stack` is stacked over the positions.',
  ],
  [
    / = chain\(/,
    'chain(p.r, x, f): f for each round of p.r in turn, over x, then over what it gave before; chainBack: the way back.',
  ],
  [/\beach\(/, 'each(p, s.r, g): { p, s, g } of every parameter that the rule r of `slots` is for, and of no other.'],
  [
    /\bema(_\d+)?: average\b/,
    'average: a slot that starts as its parameter and follows it; evaluate and predict are given it in the place of p.',
  ],
  [/\bleavesOf\(/, 'leavesOf(g): all values of the table g in one list.'],
  [/\bleavesAt\(/, 'leavesAt(p, penalised.r): those of p, in one list, that the rule r of `penalised` is for.'],
  [/\bwithTerms\(/, 'withTerms(g, p, penalised.r, f): g with f(d_w, w) in the place of d_w for each w of these.'],
  [/\bflush\(/, 'flush(x): x, or 0 where |x| < 1e-30: processors are slow with such numbers.'],
];

function header({ source, compiler, model }: Program, body: string): string {
  const file = commentText(source.file);
  const set = model.hypers.filter((hyper) => hyper.set).map(({ name, value }) => `--set ${name}=${decimal(value)}`);
  const mentioned = WHERE_MENTIONED.flatMap(([pattern, ...lines]) => (pattern.test(body) ? lines : []));
  return [
    `// ${file}.ts, written by nnc ${compiler} from ${file}${set.length > 0 ? ` with ${set.join(' ')}` : ''}.`,
    '// To change it, change the spec and run `nnc build`.',
    '//',
    ...[...LEGEND, ...mentioned].map((line) => `// ${line}`),
  ].join('\n');
}

/** Imports of what the body mentions, by kind: the runtime, its types, and the primitives of kernels. */
function imports(body: string, imported: readonly string[], primitives: readonly string[]): string {
  const host = /\bhost\./.test(body) ? ['host'] : [];
  const runtime = ['createTrainer as create', ...[...imported, ...host, 'defineModel'].toSorted()];
  const types = TYPES.filter((type) => new RegExp(`\\b${type}\\b`).test(body));
  const scalars = [...primitives, ...(/\bliteral\(/.test(body) ? ['literal'] : [])].toSorted();
  const lines = [importLine('import', runtime), importLine('import type', types)];
  return [...lines, ...(scalars.length > 0 ? [importLine('import', scalars)] : [])].join('\n');
}

function importLine(keyword: string, names: readonly string[]): string {
  const line = `${keyword} { ${names.join(', ')} } from 'nnc/runtime';`;
  return line.length <= WIDTH
    ? line
    : `${keyword} {\n${names.map((name) => `  ${name},`).join('\n')}\n} from 'nnc/runtime';`;
}
