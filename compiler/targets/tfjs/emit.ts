/** Emits a program as a TypeScript file that trains on `nnc/runtime`: the tfjs target. */
import type { Slot } from '../../ir/model.ts';
import type { Plan } from '../../ir/plan.ts';
import { withBodies } from '../../ir/loops.ts';
import type { Program } from '../../ir/program.ts';
import { isCall } from '../../ir/traits.ts';
import { noteBodies, primitiveNames } from './bodies-of-nodes.ts';
import { CLEARING, clearedBody } from './accumulate.ts';
import type { Facts } from './facts.ts';
import { Functions } from './functions.ts';
import { nestedValues, storedWords } from './frame.ts';
import { constantsOf, onDevice } from './host-code.ts';
import { inCommon } from './in-common.ts';
import type { Initial } from './initialisers.ts';
import { writeInitialisers } from './initialisers.ts';
import { Bodies } from './map-body.ts';
import { WIDTH } from './layout.ts';
import { Scope, literal, nestedKeys } from './names.ts';
import { collectNumbers } from './numbers.ts';
import { Quotes, commentText } from './quotes.ts';
import { writeModel } from './settings.ts';
import { writeSlots } from './slot-rules.ts';
import { parameterEntry, stateEntry, writeBatch, writeParameters } from './tables.ts';
import { kindsOf, plannedUpdates, slotsOf } from './updates.ts';
import { writeTraining } from './training.ts';
import { tensorWord } from './words.ts';
import { writeEvaluation, writeInfer, writePredict } from './use.ts';

/** Names that every emitted file has at its top. */
const MODULE: readonly string[] = [
  ...'create defineModel host literal parameters slots numbers forward backward accumulateGradients update'.split(' '),
  ...'infer evaluate figures predict model createTrainer Batch P S N G param frozen state rounds zeros ones constant remembered each slot within chain chainBack'.split(
    ' ',
  ),
];

/** Types that a file imports where it mentions them. */
const TYPES: readonly string[] =
  'Clock Draw HostArray Init K Memory Scalars Slots Sym Totals Trained Trainer TrainerOptions Value'.split(' ');

/** The text of `<spec>.nn.ts`: the same bytes for the same program, whenever and wherever. */
export function emit(program: Program): string {
  const { model } = program;
  const updates = plannedUpdates(program);
  const used = [program.evaluation, program.inference, ...program.functions.values()];
  const use = inCommon(program);
  const plans = [program.training, ...updates.values(), ...used];
  const nodes = plans.flatMap((plan) => withBodies(plan.nodes));
  const clearing = model.accumulate > 1 ? [CLEARING] : [];
  const primitives = [...new Set([...primitiveNames(nodes), ...clearing])].toSorted();
  const scope = new Scope([...MODULE, ...TYPES, ...primitives]);
  const functions = new Functions();
  const facts: Facts = {
    program,
    memory: nestedKeys([...model.parameters, ...model.states].map(({ path }) => path)),
    numbers: new Map(),
    constants: constantsOf(nodes),
    bodies: new Bodies(),
    functions,
    quotes: new Quotes(program.source.text),
    scope,
  };
  const numbers = collectNumbers(plans, model.warmup);
  const complete: Facts = { ...facts, numbers: numbers.fields };
  const entries = [...model.parameters.map(parameterEntry), ...model.states.map(stateEntry)];
  const values = localWords(plans);
  const kinds = kindsOf(complete, updates);
  const noted = [...program.functions.values(), program.training, ...kinds.map((kind) => kind.plan)];
  const outside = [...(use.common === undefined ? [] : [use.common]), use.inference.plan, use.evaluation.plan];
  for (const plan of [...noted, ...outside]) noteBodies(plan, complete);
  if (model.accumulate > 1)
    kinds.forEach(({ updates: [update] }) => update && complete.bodies.note(clearedBody(update.origin)));
  const names = kinds.map(({ name }) => name);
  complete.bodies.settle(scope, primitives, new Set([...values, ...names]));
  const initials = new Map(slotsOf(model.updates).map((slot) => [slot, initialOf(slot)]));
  const initialisers = writeInitialisers([...entries, ...initials.values()], scope, values);
  const textOf = (slot: Slot): string => {
    const initial = initials.get(slot);
    return (initial && initialisers.text.get(initial)) ?? '';
  };
  const parameters = writeParameters(facts, entries, initialisers);
  functions.write(complete);
  const slots = writeSlots(complete, kinds, textOf);
  const training = writeTraining(complete, slots.rules);
  const infer = use.common === undefined ? undefined : writeInfer(complete, use.common);
  const predict = writePredict(complete, use.inference, infer);
  const { evaluate, figures, moments } = writeEvaluation(complete, use.evaluation, infer);
  const sections = [
    writeBatch(model.ports),
    rule('what is trained'),
    parameters.text,
    slots.text,
    ...initialisers.functions,
    'type P = Memory<typeof parameters>;\ntype S = Slots<typeof slots>;\ntype N = Scalars<typeof numbers>;',
    numbers.text,
    rule('forward, backward'),
    ...functions.take(),
    training.forward,
    training.backward,
    rule('update'),
    'type G = ReturnType<typeof backward>;',
    ...(training.accumulate === undefined ? [] : [training.accumulate]),
    training.update,
    rule('use'),
    ...(infer === undefined ? [] : [infer.text]),
    predict.text,
    evaluate,
    figures,
    writeModel(complete, { predictPorts: predict.ports, accumulates: training.accumulate !== undefined, moments }),
    TRAINER,
  ];
  const body = sections.join('\n\n');
  const chains = ['chain', 'chainBack'].filter((helper) => body.includes(` = ${helper}(`));
  const imported = [...parameters.imported, ...initialisers.imported, ...slots.imported, ...chains];
  return `${header(program, chains.length > 0)}\n\n${imports(body, imported, primitives)}\n\n${body}\n`;
}

/** The words of everything that gets a local name: ports, and tensors but those that are made where they are stored. */
function localWords(plans: readonly Plan[]): ReadonlySet<string> {
  const words = plans.flatMap((plan) => {
    const [nested, words] = [nestedValues(plan), storedWords(plan)];
    const made = withBodies(plan.nodes)
      .filter((node) => onDevice(node) && !isCall(node))
      .flatMap((node) => {
        const locals = node.outputs.filter((output) => !nested.has(output));
        return locals.map((output) => words.get(output) ?? tensorWord(output, node));
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
  'd_x: the gradient of the loss by x. kept: what was returned on the way forward. B: the batch size.',
  'k: operations on whole tensors; behind each stands the shape of its result. k.store(p.w, x): from here on p.w is x.',
  'k.map(f, [x, y]): f at every element of x and y, broadcast against each other; two results where f returns two.',
  'Sym: such an element within f, which is called once, with symbols, and never with numbers.',
  'rowSum(x), rowMax(x): over the last axis, of the row that the element is in; column(): its index in that row.',
];

/** Likewise of rounds, in files that have some. */
const CHAINS =
  'chain(p.r, x, f): f for each round of p.r in turn, over x, then over what it gave before; chainBack: the way back.';

function header({ source, compiler, model }: Program, hasRounds: boolean): string {
  const file = commentText(source.file);
  const set = model.hypers.filter((hyper) => hyper.set).map(({ name, value }) => `--set ${name}=${literal(value)}`);
  return [
    `// ${file}.ts, written by nnc ${compiler} from ${file}${set.length > 0 ? ` with ${set.join(' ')}` : ''}.`,
    '// To change it, change the spec and run `nnc build`.',
    '//',
    ...[...LEGEND, ...(hasRounds ? [CHAINS] : [])].map((line) => `// ${line}`),
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
