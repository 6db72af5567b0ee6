/** What a model keeps on the device between steps, by path: parameters, layer states, averages, slots, accumulators. */
import type { HostArray } from '../host.ts';
import type { Kernels } from '../kernels/device.ts';
import { bytesOf, isShortage, noRoom } from '../kernels/room.ts';
import type { Value } from '../kernels/k.ts';
import type { ModelDefinition, ParameterSpec, Slots, TensorSpec, TrainingStep, Values, Weights } from '../model.ts';
import { phaseAt } from '../phases.ts';
import type { Phase, Step } from '../phases.ts';
import { drawFor } from '../random/draw.ts';
import { adaptedBy } from '../reparams.ts';
import { UserError } from '../user-error.ts';
import { loadable } from '../load/loadable.ts';
import { isLoaded } from '../load/plan.ts';
import { differences } from './differences.ts';
import { isUnit, unitAt } from './units.ts';
import { weightsOfClasses } from './class-weights.ts';
import type { ClassWeights } from './class-weights.ts';
import type { Units } from './units.ts';
import { sameShape, shapeText, sizeOf } from './tensor.ts';
import type { HostTensor } from './tensor.ts';
import { isSpec, mapped, specsOf } from '../tables.ts';
import { mergeHint } from '../pairs.ts';
import type { Remembered } from '../tables.ts';

export type Tensors = ReadonlyMap<string, HostTensor>;

/** What a step keeps to itself. */
export interface StepMemory {
  /** Slots of its parameters, by kinds of updates. */
  readonly s: Slots<TrainingStep['slots']>;
  /** Accumulated gradients of its parameters; none without `accumulate`. */
  readonly a: Weights;
}

export interface DeviceMemory {
  /** Parameters and states: the `p` of the model's functions in training. */
  readonly p: Weights;
  /** The same outside training: averages in the place of the parameters that have one. */
  readonly averaged: Weights;
  /** What the steps of the phase keep, in their order. */
  readonly steps: readonly StepMemory[];
  /** Parameters and states by path. */
  readWeights(): Promise<Map<string, HostTensor>>;
  /** The averages of the phase, by the paths of their parameters. */
  readAverages(): Promise<Map<string, HostTensor>>;
  /** Slots as `<parameter path>/<slot>`; where there are several steps, `<phase>/<step>/` stands before. */
  readSlots(): Promise<Map<string, HostTensor>>;
  /** Throw NN5004 unless names and shapes are the model's. */
  checkWeights(tensors: Tensors): void;
  checkSlots(tensors: Tensors, phase?: number): void;
  checkAverages(tensors: Tensors, phase?: number): void;
  writeWeights(tensors: Tensors): void;
  writeAverages(tensors: Tensors): void;
  /** Of some weights those of parameters that have an average. */
  averagesIn(weights: Tensors): Tensors;
  writeSlots(tensors: Tensors): void;
  /** Sets the accumulated gradients to zero. */
  clearAccumulators(): void;
  /**
   * Takes the slots of another phase, fresh, in place of those of this one, and its averages: those that there are go
   * on, others begin. `weights` are the parameters as they are.
   */
  enter(phase: number, weights: Tensors): void;
  release(): void;
}

/** By path. */
type Table<Spec extends TensorSpec = TensorSpec> = ReadonlyMap<string, Spec>;

/** The entries that are wanted, in an order of their own. */
function pick<Entry>(
  table: ReadonlyMap<string, Entry>,
  keep: (path: string) => boolean,
  order: Iterable<string> = table.keys(),
): ReadonlyMap<string, Entry> {
  const entries = [...order].filter(keep).flatMap((path): readonly (readonly [string, Entry])[] => {
    const entry = table.get(path);
    return entry === undefined ? [] : [[path, entry]];
  });
  return new Map(entries);
}

/** What a file of weights holds. */
const weightsOf = (model: ModelDefinition): Table<ParameterSpec> =>
  pick(specsOf(model.parameters), (path) => !isUnit(path));

/** A slot of a phase, and the parameter that it is of. */
interface PhaseSlot extends TensorSpec {
  readonly parameter: string;
  /** `<parameter path>/<slot>`: what its draws are named after. */
  readonly path: string;
}

/** What a step remembers of each parameter that it trains, in the order of the parameters, whatever updates those. */
function rememberedBy({ parameters }: ModelDefinition, { slots }: Step): ReadonlyMap<string, Remembered['slots']> {
  const rows = new Map(Object.values(slots).flatMap((kind) => kind.map(({ path, slots: own }) => [path, own])));
  return pick(rows, () => true, specsOf(parameters).keys());
}

/** `<parameter path>/<slot>` behind the prefix of its step. */
function slotsOf(model: ModelDefinition, { steps }: Phase): Table<PhaseSlot> {
  const specs = steps.flatMap((step) =>
    [...rememberedBy(model, step)].flatMap(([parameter, slots]) =>
      Object.entries(slots)
        .filter(([, { isAverage }]) => isAverage !== true)
        .map(([name, { shape, init }]): readonly [string, PhaseSlot] => {
          const path = `${parameter}/${name}`;
          return [`${step.prefix}${path}`, { shape, init, parameter, path }];
        }),
    ),
  );
  return new Map(specs);
}

/** The averages of a phase by the paths of their parameters: one each, whichever steps move it. */
function averagesOf(model: ModelDefinition, { steps }: Phase): Table {
  const specs = steps.flatMap((step) =>
    [...rememberedBy(model, step)].flatMap(([parameter, slots]) =>
      Object.values(slots)
        .filter(({ isAverage }) => isAverage === true)
        .map((spec) => [parameter, spec] as const),
    ),
  );
  return new Map(specs);
}

/** The gradients that steps sum up, as `<parameter path>` behind the prefix of the step. */
function accumulatedBy(model: ModelDefinition, { steps }: Phase): Table {
  const weights = weightsOf(model);
  const specs = steps
    .filter(({ accumulate }) => accumulate > 1)
    .flatMap((step) =>
      [...rememberedBy(model, step).keys()].flatMap((path): readonly (readonly [string, TensorSpec])[] => {
        const spec = weights.get(path);
        return spec === undefined ? [] : [[`${step.prefix}${path}`, spec]];
      }),
    );
  return new Map(specs);
}

const slotValues = ({ path, slots }: Remembered, prefix: string, values: Filling<'slots' | 'averages'>): Values =>
  Object.fromEntries(
    Object.entries(slots).flatMap(([name, { isAverage }]) => {
      const value = isAverage === true ? values.averages.get(path) : values.slots.get(`${prefix}${path}/${name}`);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

/** All that a model keeps on the device in a phase, by what it is. */
export const tablesOf = (model: ModelDefinition, phase: Phase) => ({
  parameters: weightsOf(model),
  units: pick(specsOf(model.parameters), isUnit),
  slots: slotsOf(model, phase),
  averages: averagesOf(model, phase),
  accumulated: accumulatedBy(model, phase),
});

/** Values on the device, by the names that the tables have for them. */
type Filling<Kind extends keyof ReturnType<typeof tablesOf>> = Readonly<Record<Kind, ReadonlyMap<string, Value>>>;

/** Tables of a model's functions. */
type Filled = Pick<DeviceMemory, 'p' | 'averaged' | 'steps'>;

/** What a phase keeps. */
type Own = Filling<'slots' | 'averages' | 'accumulated'>;

/** The tables of a model's functions, filled from values by path. */
export const filled = (
  model: ModelDefinition,
  phase: Phase,
  values: Filling<'parameters' | 'units'> & Own,
): Filled => ({
  p: filledTable(model, values),
  averaged: averagedTable(model, values),
  steps: filledSteps(model, phase, values),
});

const filledTable = ({ parameters }: ModelDefinition, values: Filling<'parameters' | 'units'>): Weights =>
  mapped(parameters, isSpec, (path) => values.parameters.get(path) ?? values.units.get(path));

const averagedTable = (
  model: ModelDefinition,
  { parameters, units, averages }: Filling<'parameters' | 'units' | 'averages'>,
): Weights => filledTable(model, { parameters: new Map([...parameters, ...averages]), units });

const filledSteps = ({ parameters }: ModelDefinition, { steps }: Phase, values: Own): readonly StepMemory[] =>
  steps.map(({ slots, prefix }) => ({
    s: Object.fromEntries(
      Object.entries(slots).map(([kind, rows]) => [
        kind,
        rows.map((row) => ({ path: row.path, s: slotValues(row, prefix, values) })),
      ]),
    ),
    a: mapped(parameters, isSpec, (path) => values.accumulated.get(`${prefix}${path}`)),
  }));

/** Throws NN5004 unless names and shapes are the model's. */
export const demandFit = (model: ModelDefinition, weights: Tensors): void => checkTensors(weightsOf(model), weights);

/** What parameters and states start as, where it is not the initial values of the seed. */
export interface Start {
  /** All of them. */
  readonly weights?: Tensors | undefined;
  /** Those that the model loads. */
  readonly loaded?: Tensors | undefined;
  readonly units?: Units | undefined;
  readonly classWeights?: ClassWeights | undefined;
  /** The phase whose slots there are: the first unless given. */
  readonly phase?: number | undefined;
}

/** Initial values of the seed; slots may start as copies of their parameters. */
export function allocateMemory(
  model: ModelDefinition,
  kernels: Kernels,
  seed: number,
  { weights, loaded, units = {}, classWeights = {}, phase: first = 0 }: Start = {},
): DeviceMemory {
  let phase = phaseAt(model, first);
  let tables = tablesOf(model, phase);
  if (weights !== undefined) checkTensors(tables.parameters, weights);
  else checkLoaded(model, loaded);
  demandRoomFor(kernels, tables);
  const taken = new Set<Value>();
  const release = (values: Iterable<Value>): void => {
    const own = [...values].filter((value) => taken.delete(value));
    kernels.release(...own);
  };
  type Elements<Spec> = (path: string, spec: Spec) => ArrayLike<number> | undefined;
  const place = <Spec extends TensorSpec>(table: Table<Spec>, elements: Elements<Spec>): ReadonlyMap<string, Value> =>
    new Map(
      [...table].map(([path, spec]) => {
        const value = kernels.allocate(spec.shape, 'float32', elements(path, spec));
        taken.add(value);
        return [path, value];
      }),
    );
  /** What it allocates, or nothing of it. */
  const whole = <T>(fill: () => T): T => {
    const before = new Set(taken);
    try {
      return fill();
    } catch (error) {
      release([...taken].filter((value) => !before.has(value)));
      throw isShortage(error) || isRefusal(error) ? shortage(kernels, tables) : error;
    }
  };
  const stepValues = (start: ReadonlyMap<string, HostArray>, going: ReadonlyMap<string, Value> = new Map()): Own => {
    const fresh = pick(tables.averages, (path) => !going.has(path));
    const averages = new Map([...going, ...place(fresh, (path) => start.get(path)?.data)]);
    return {
      slots: place(tables.slots, (_, spec) => initial(spec.path, spec, seed, start.get(spec.parameter)).data),
      // In the order of the phase, wherever they come from: a run that is resumed saves them to the same bytes.
      averages: pick(averages, () => true, tables.averages.keys()),
      accumulated: place(tables.accumulated, () => undefined),
    };
  };
  const filling = whole(() => {
    const start = new Map<string, HostArray>();
    const adapted = adaptedBy(tables.parameters);
    const begin = (path: string, spec: ParameterSpec): void => {
      const given = (weights ?? loaded)?.get(path) ?? weightsOfClasses(spec, classWeights);
      const weight = start.get(adapted.get(path) ?? '');
      start.set(path, given === undefined ? initial(path, spec, seed, weight) : inDoubles(given));
    };
    // What a reparametrisation has of its own starts by the weight that it adapts.
    for (const [path, spec] of tables.parameters) if (!adapted.has(path)) begin(path, spec);
    for (const [path, spec] of tables.parameters) if (adapted.has(path)) begin(path, spec);
    return {
      parameters: place(tables.parameters, (path) => start.get(path)?.data),
      units: place(tables.units, (path, spec) => unitAt(path, units) ?? initial(path, spec, seed).data),
      ...stepValues(start),
    };
  });
  const values: Filling<'parameters' | 'units'> = filling;
  let own: Own = filling;
  let tablesNow = filled(model, phase, filling);

  const read = async (from: ReadonlyMap<string, Value>): Promise<Map<string, HostTensor>> => {
    const tensors = new Map<string, HostTensor>();
    for (const [path, value] of from) tensors.set(path, { shape: value.shape, data: await kernels.read(value) });
    return tensors;
  };
  const write = (into: ReadonlyMap<string, Value>, table: Table, tensors: Tensors): void => {
    checkTensors(table, tensors);
    for (const [path, value] of into) {
      const tensor = tensors.get(path);
      if (tensor !== undefined) kernels.write(value, tensor.data);
    }
  };
  return {
    p: tablesNow.p,
    get averaged() {
      return tablesNow.averaged;
    },
    get steps() {
      return tablesNow.steps;
    },
    readWeights: () => read(values.parameters),
    readAverages: () => read(own.averages),
    readSlots: () => read(own.slots),
    checkWeights: (tensors) => checkTensors(tables.parameters, tensors),
    checkSlots: (tensors, index) =>
      checkTensors(index === undefined ? tables.slots : tablesOf(model, phaseAt(model, index)).slots, tensors),
    checkAverages: (tensors, index) =>
      checkTensors(index === undefined ? tables.averages : tablesOf(model, phaseAt(model, index)).averages, tensors),
    writeWeights: (tensors) => write(values.parameters, tables.parameters, tensors),
    writeAverages: (tensors) => write(own.averages, tables.averages, tensors),
    averagesIn: (weights) => pick(weights, (path) => tables.averages.has(path)),
    writeSlots: (tensors) => write(own.slots, tables.slots, tensors),
    clearAccumulators() {
      for (const value of own.accumulated.values()) kernels.write(value, new Float32Array(sizeOf(value.shape)));
    },
    enter(index, now) {
      phase = phaseAt(model, index);
      tables = tablesOf(model, phase);
      const going = pick(own.averages, (path) => tables.averages.has(path));
      const ending = [...own.averages].flatMap(([path, value]) => (going.has(path) ? [] : [value]));
      release([...own.slots.values(), ...own.accumulated.values(), ...ending]);
      demandRoomFor(kernels, tables);
      own = whole(() => stepValues(new Map([...now].map(([path, tensor]) => [path, inDoubles(tensor)])), going));
      tablesNow = filled(model, phase, { ...values, ...own });
    },
    release: () => release([...taken]),
  };
}

/** Throws NN5016 where the model loads what was not given, NN5004 where something else was given. */
function checkLoaded(model: ModelDefinition, loaded: Tensors | undefined): void {
  const { loads = [] } = model;
  const all = loadable(model);
  const wanted = pick(all, (path) => {
    const isLeft = all.get(path)?.isOptional === true && loaded?.has(path) !== true;
    return !isLeft && loads.some((load) => isLoaded(path, load));
  });
  if (loaded !== undefined) checkTensors(wanted, loaded);
  else if (wanted.size > 0) {
    const files = loads.map(({ file }) => file).join(' and ');
    throw new UserError(
      'NN5016',
      `the model loads weights from ${files}, and the trainer was given none`,
      'createTrainer({ loaded: openLoads(model, folder) }) of nnc/runtime/node, or `fetchLoads` in a page; or give all `weights`',
    );
  }
}

const inDoubles = ({ shape, data }: HostTensor): HostArray => ({ shape, data: Float64Array.from(data) });

const isRefusal = (error: unknown): boolean => error instanceof UserError && error.code === 'NN5011';

function demandRoomFor(kernels: Kernels, tables: Readonly<Record<string, Table>>): void {
  const all = Object.values(tables).flatMap((table) => [...table.values()]);
  if (all.reduce((sum, { shape }) => sum + bytesOf(shape), 0) > kernels.memoryLimit) throw shortage(kernels, tables);
}

/** NN5011 for a model whose own memory is too much, with its largest tensors. */
function shortage(kernels: Kernels, tables: Readonly<Record<string, Table>>): UserError {
  const pieces = Object.entries(tables).flatMap(([kind, table]) =>
    [...table].map(([path, { shape }]) => ({
      name: `${nameIn(kind, path)} ${shapeText(shape)}`,
      bytes: bytesOf(shape),
    })),
  );
  return noRoom({
    who: 'the model with what its optimizer remembers',
    needed: pieces.reduce((sum, { bytes }) => sum + bytes, 0),
    backend: kernels.backend,
    limit: kernels.memoryLimit,
    held: kernels.counters().bytes,
    pieces,
    help: 'make the largest of them smaller, or take an optimizer that remembers less (`sgd` keeps nothing)',
  });
}

/** What a table has under a path, in words. */
function nameIn(table: string, path: string): string {
  if (table === 'accumulated') return `the accumulated gradient of ${path}`;
  return table === 'averages' ? `the average of ${path}` : path;
}

const nothing: HostArray = { shape: [0], data: new Float64Array() };

/** The initial value that a seed gives, in double precision. */
export function initial(
  path: string,
  { shape, init }: TensorSpec,
  seed: number,
  parameter: HostArray = nothing,
): HostArray {
  const value = init(drawFor(seed, path), shape, parameter);
  if (!sameShape(value.shape, shape)) {
    throw new Error(`the initial value of ${path} has shape ${shapeText(value.shape)}, not ${shapeText(shape)}`);
  }
  return value;
}

export const byPath = (tensors: Tensors | Readonly<Record<string, HostTensor>>): Tensors =>
  tensors instanceof Map ? tensors : new Map(Object.entries(tensors));

/** `dense.kernel/m` belongs to `dense.kernel`. */
export const parameterOf = (slotPath: string): string => slotPath.slice(0, slotPath.lastIndexOf('/'));

/** Throws NN5004 with everything that is missing, surplus, or of another shape. */
function checkTensors(table: ReadonlyMap<string, Pick<TensorSpec, 'shape'>>, tensors: Tensors): void {
  const problems = differences(table, tensors);
  if (problems.length === 0) return;
  throw new UserError(
    'NN5004',
    `the weights do not fit the model:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    mergeHint(tensors.keys(), table) ??
      'weights belong to the spec that they were trained with; `nnc summary` lists its paths and shapes',
  );
}
