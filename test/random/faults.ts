/**
 * What is wrong with the way a spec is compiled and run: its text is compiled, run on kernels eagerly and recorded, and
 * interpreted in double precision on graphs that no pass has made faster.
 */
import { functionsOf, inlineCalls } from '../../compiler/passes/functions.ts';
import { isCall } from '../../compiler/ir/traits.ts';
import { evaluateGraph } from '../../compiler/targets/reference/evaluate.ts';
import { compile } from '../../compiler/compile.ts';
import type { ReadImport } from '../../compiler/check/imports.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { parse } from '../../grammar/parser.ts';
import type { Model, TrainingStep } from '../../compiler/ir/model.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { placesOf } from '../only-step.ts';
import type { Place } from '../only-step.ts';
import { generate, MistakeError } from '../generated.ts';
import type { Generated } from '../generated.ts';
import {
  doubles,
  initialWeights,
  interpretBatches,
  interpretLoss,
  interpretStep,
  interpretUpdate,
  scalar,
} from '../oracle/interpret.ts';
import type { StepInputs, Tensors } from '../oracle/interpret.ts';
import type { SavedTensors } from '../oracle/fixtures.ts';
import { norm, relative } from '../oracle/deviation.ts';
import { rounded } from '../oracle/rounded.ts';
import { afterStep, evaluated, trace } from '../specs/agree.ts';
import { stream } from '../../runtime/random/stream.ts';
import { drawer } from '../../compiler/targets/reference/random.ts';
import { augmented } from '../augment/batch.ts';
import { randomBatch } from '../specs/random-batch.ts';
import { library } from '../library.ts';

export interface Fault {
  /** What failed, without numbers: two specs with the same words have probably the same fault. */
  readonly kind: string;
  readonly message: string;
}

/** Conventions 7. */
const promised = 1e-4;
const floorShare = 1e-6;
const updates = 10;
const steepest = 1e4;

const fault = (stage: string, message: string): Fault => ({
  kind: `${stage}: ${message.replaceAll(/[\d.]+(e[-+]?\d+)?/g, '#').replaceAll(/\b[a-z]+#\w*/g, '~')}`,
  message,
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The mistakes that the compiler finds, or what it dies of. */
export function compileFault(text: string): Fault | undefined {
  try {
    const { diagnostics, text: code } = compile({ file: 'random.nn', text }, { version: '0.0.0', library });
    const [first] = diagnostics.filter(({ severity }) => severity === 'error');
    if (first !== undefined) return fault('refused', `${first.code} ${first.message}`);
    return code === undefined ? fault('refused', 'nothing is built') : undefined;
  } catch (error) {
    return fault('compile', messageOf(error));
  }
}

export async function faultOf(text: string, kernels: Kernels): Promise<Fault | undefined> {
  let stage = 'compile';
  try {
    const generated = await generate('random', text);
    const rows = 3;
    stage = 'import';
    const imported = importFault(text, generated.text);
    if (imported !== undefined) return imported;
    stage = 'augment';
    const augmentation = await augmentFault(generated, kernels, rows);
    if (augmentation !== undefined) return augmentation;
    stage = 'step';
    for (const place of placesOf(generated.model)) {
      const step = await stepFault(generated, kernels, rows, place);
      if (step !== undefined) return step;
    }
    stage = 'evaluate';
    const evaluation = await evaluationFault(generated, kernels, rows);
    if (evaluation !== undefined) return evaluation;
    stage = 'eager';
    const eager = await trace(generated, kernels, 'eager', rows);
    stage = 'recorded';
    const recorded = await trace(generated, kernels, 'recorded', rows);
    const other = difference(eager, recorded, '');
    if (other !== undefined) return fault('modes', `eager and recorded differ in ${other}`);
    const { bytes, allocations } = kernels.counters();
    return bytes === 0 && allocations === 0 ? undefined : fault('leak', `${allocations} allocations are left`);
  } catch (error) {
    return fault(error instanceof MistakeError ? 'refused' : stage, messageOf(error));
  }
}

async function stepFault(
  { definition, model }: Generated,
  kernels: Kernels,
  rows: number,
  { phase, name, step: training }: Place,
): Promise<Fault | undefined> {
  let weights: SavedTensors | undefined;
  for (const round of [1, 2]) {
    const batches = Array.from({ length: training.accumulate }, (_, i) => enteringBatch(model, rows, 10 * round + i));
    const found = await exactStep(definition, { weights, batches, updates, kernels, phase, step: name });
    const given: StepInputs = {
      step: training,
      batches: batches.map(doubles),
      updates,
      ...(weights === undefined ? {} : { weights: doubles(weights) }),
    };
    const gradients = doubles(found);
    const wanted = (evaluate?: StepInputs['evaluate']): Tensors => {
      const step = interpretStep(model, { ...given, evaluate });
      for (const [name, tensor] of interpretUpdate(model, { ...given, evaluate }, gradients)) step.set(name, tensor);
      return step;
    };
    const off = compared(found, wanted);
    if (off !== undefined) return fault('step', `${off} in step ${round}`);
    const inlined = inlinedFault(model, given, training);
    if (inlined !== undefined) return fault('inlined', `${inlined} in step ${round}`);
    const slope = slopeFault(model, given, training);
    if (slope !== undefined) return fault('derivative', slope);
    weights = afterStep(found);
  }
  return undefined;
}

/** A batch as it enters the graph: augmented. */
function enteringBatch(model: Model, rows: number, seed: number): SavedTensors {
  const batch = randomBatch(model, rows, seed);
  for (const [name, { shape, data }] of augmentedBatch(model, batch, seed))
    batch.set(name, { shape, data: Float32Array.from(data) });
  return batch;
}

/** What training makes of a batch, by the interpreter. */
function augmentedBatch({ augmentation, ports, train }: Model, batch: SavedTensors, counter: number): Tensors {
  if (augmentation === undefined) return new Map();
  const rows = [...batch.values()][0]?.shape[0] ?? 0;
  const given = doubles(batch);
  const inputs = new Map<string, Tensor>(
    ports.flatMap(({ role, name }) => {
      const tensor = given.get(name);
      return tensor === undefined ? [] : [[`${role}:${name}`, tensor] as const];
    }),
  );
  inputs.set('host:B', scalar(rows));
  const made = evaluateGraph(augmentation.graph, { inputs, batch: rows, draw: drawer(train.seed, counter) });
  return new Map([...made].map(([name, tensor]) => [name.replace(/^value:/, ''), tensor]));
}

/** Training sees what the interpreter makes of a batch. */
async function augmentFault(
  { definition, model }: Generated,
  kernels: Kernels,
  rows: number,
): Promise<Fault | undefined> {
  if (model.augmentation === undefined) return undefined;
  const batch = randomBatch(model, rows, 9);
  const values = Object.fromEntries(
    [...batch].flatMap(([name, { data }]) =>
      data instanceof Float32Array || data instanceof Int32Array ? [[name, data] as const] : [],
    ),
  );
  const made = await augmented(definition, kernels, values, model.train.seed, 4);
  const wanted = augmentedBatch(model, batch, 4);
  const found = new Map(Object.entries(made).filter(([name]) => wanted.has(name)));
  const off = compared(found, () => wanted);
  return off === undefined ? undefined : fault('augment', off);
}

/** Definitions that stand in a file of their own make the same program. */
function importFault(text: string, program: string): Fault | undefined {
  const { file } = parse(text);
  const own = file.statements.filter(({ type }) => type === 'def');
  if (own.length === 0) return undefined;
  const definitions = own.map(({ span }) => text.slice(span.start, span.end)).join('\n');
  const rest = own.toReversed().reduce((left, { span }) => left.slice(0, span.start) + left.slice(span.end), text);
  const read: ReadImport = (path) => ({ file: path, text: definitions });
  const spec = { file: 'random.nn', text: `import "./own.nn"\n${rest}` };
  const { diagnostics, text: code } = compile(spec, { version: '0.0.0', library, read });
  const [first] = diagnostics.filter(({ severity }) => severity === 'error');
  if (first !== undefined) return fault('import', `${first.code} ${first.message}`);
  const withoutHash = (code: string | undefined): string | undefined => code?.replace(/hash: '\w+'/, '');
  return withoutHash(code) === withoutHash(program) ? undefined : fault('import', 'the program is another');
}

/** Functions that are called mean what they mean in the place of their calls: so do the derivatives of both. */
function inlinedFault(model: Model, given: StepInputs, step: TrainingStep): string | undefined {
  if (!step.graph.nodes.some(isCall)) return undefined;
  const inlined = interpretStep(model, {
    ...given,
    step: { ...step, graph: inlineCalls(step.graph) },
    evaluate: (graph, inputs) => evaluateGraph(inlineCalls(graph), inputs),
  });
  return compared(inlined, (evaluate) => interpretStep(model, { ...given, evaluate }));
}

/**
 * The derivative of the loss along a direction, against finite differences of the forward graph. Nothing is said where
 * the loss has a kink within the differences, and where a derivative is stopped on purpose.
 */
function slopeFault(model: Model, given: StepInputs, training: TrainingStep): string | undefined {
  if (training.accumulate > 1 || stopsGradients(training)) return undefined;
  // Of gradients that are taken elsewhere the loss here says nothing.
  if (training.updates.some(({ at }) => at !== undefined)) return undefined;
  const along = stream(5, 'direction');
  const aside = stream(6, 'aside');
  const start = given.weights ?? initialWeights(model, model.train.seed);
  // Weights that start equal are ties, which no step along a direction leaves alone.
  const paths = new Set(model.parameters.map(({ path }) => path));
  const weights = new Map(
    [...start].map(([path, { shape, data }], i): readonly [string, Tensor] => {
      if (!paths.has(path)) return [path, { shape, data }];
      return [path, { shape, data: data.map((x, at) => x + 1e-2 * (aside.uniform(i, at) - 0.5)) }];
    }),
  );
  const step = interpretStep(model, { ...given, weights });
  let slope = 0;
  const direction = new Map(
    training.updates.map(({ parameter }, i) => {
      const gradient = step.get(`grad/${parameter}`)?.data ?? new Float64Array();
      const way = gradient.map((_, at) => 2 * along.uniform(i, at) - 1);
      slope += gradient.reduce((sum, g, at) => sum + g * (way[at] ?? 0), 0);
      return [parameter, way];
    }),
  );
  const loss = (by: number): number => {
    const shifted = [...weights].map(([path, { shape, data }]): readonly [string, Tensor] => {
      const way = direction.get(path);
      return [path, { shape, data: way === undefined ? data : data.map((x, at) => x + by * (way[at] ?? 0)) }];
    });
    return interpretLoss(model, { ...given, weights: new Map(shifted) });
  };
  // Where the loss is no number, it has no slope.
  if (!Number.isFinite(loss(0))) return undefined;
  const slopes = [1e-4, 3e-5].map((h) => (loss(h) - loss(-h)) / (2 * h));
  const sides = [1e-5, -1e-5].map((h) => (loss(h) - loss(0)) / h);
  const spread = Math.max(...slopes, ...sides) - Math.min(...slopes, ...sides);
  const size = Math.abs(slope) + 1e-3;
  // So steep is only the neighbourhood of a kink: a vector of length 0 that is divided by its length.
  if (size > steepest) return undefined;
  if (spread > 5e-4 * size) return undefined;
  const off = Math.abs((slopes[1] ?? NaN) - slope);
  return off < 1e-3 * size ? undefined : `the slope of the loss is ${slope}, and by differences ${slopes[1] ?? NaN}`;
}

function stopsGradients({ graph }: TrainingStep): boolean {
  return [graph, ...functionsOf(graph)].some(({ nodes }) => nodes.some(({ op }) => op === 'stop_gradient'));
}

async function evaluationFault(generated: Generated, kernels: Kernels, rows: number): Promise<Fault | undefined> {
  const { model } = generated;
  const tensors = (figures: Iterable<readonly [string, number]>) =>
    new Map([...figures].map(([name, x]) => [name, scalar(x)]));
  for (const [at, { evaluation }] of model.phases.entries()) {
    const { found, weights, batches } = await evaluated(generated, kernels, rows, at);
    const off = compared(tensors(Object.entries(found)), (evaluate) =>
      tensors(interpretBatches(model, weights, batches, evaluate, evaluation)),
    );
    if (off !== undefined) return fault('evaluate', off);
  }
  return undefined;
}

interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The first tensor that is too far from what it should be, unless rounding alone takes the meaning as far. */
function compared(
  found: ReadonlyMap<string, Numbers>,
  interpret: (evaluate?: StepInputs['evaluate']) => Tensors,
): string | undefined {
  const wanted = interpret();
  const surplus = [...found.keys()].find((name) => !wanted.has(name));
  if (surplus !== undefined) return `${surplus} is surplus`;
  const floor =
    floorShare * norm([...wanted].flatMap(([name, { data }]) => (name.startsWith('grad/') ? [...data] : [])));
  const deviations = (others: ReadonlyMap<string, Numbers>) =>
    new Map(
      [...wanted].map(([name, tensor]) => {
        const other = others.get(name);
        const fits = other !== undefined && other.shape.join() === tensor.shape.join();
        return [name, fits ? relative(other.data, tensor.data, name.startsWith('grad/') ? floor : 0) : Infinity];
      }),
    );
  const far = [...deviations(found)].filter(([, off]) => !(off < promised));
  if (far.length === 0) return undefined;
  // A count of greatest elements (a metric) is as it should be more often than not where rounding alone decides them.
  let firm = far.map(([name]) => name);
  for (let salt = 1; salt <= 16 && firm.length > 0; salt++) {
    const shaken = deviations(interpret(rounded(salt)));
    firm = firm.filter((name) => (shaken.get(name) ?? 0) < promised / 10);
  }
  const [name] = firm;
  if (name === undefined) {
    illConditioned.count += 1;
    return undefined;
  }
  const [a, b] = [found.get(name)?.data, wanted.get(name)?.data].map((data) => [...Array.from(data ?? []).slice(0, 4)]);
  return `${name} is ${a?.join(' ') ?? ''} and not ${b?.join(' ') ?? ''}`;
}

/** How many comparisons said nothing, since rounding alone decides the numbers. */
export const illConditioned = { count: 0 };

/** The first place where two results of a run differ, or undefined: to the bit. */
function difference(a: unknown, b: unknown, path: string): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path}: ${String(a)} and ${String(b)}`;
  const entries = (of: object): Map<string, unknown> =>
    of instanceof Map ? new Map([...of].map(([key, value]) => [String(key), value])) : new Map(Object.entries(of));
  const [left, right] = [entries(a), entries(b)];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const found = difference(left.get(key), right.get(key), path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
