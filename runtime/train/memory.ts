/** What a model keeps on the device between steps: parameters, layer states, slots and accumulators, by path. */
import type { HostArray } from '../host.ts';
import type { Kernels } from '../kernels/device.ts';
import { bytesOf, isShortage, noRoom } from '../kernels/room.ts';
import type { Value } from '../kernels/k.ts';
import type { ModelDefinition, ParameterSpec, Slots, TensorSpec, Values, Weights } from '../model.ts';
import { drawFor } from '../random/draw.ts';
import { UserError } from '../user-error.ts';
import { isLoaded } from '../load/plan.ts';
import { differences } from './differences.ts';
import { isUnit, unitAt } from './units.ts';
import type { Units } from './units.ts';
import { sameShape, shapeText, sizeOf } from './tensor.ts';
import type { HostTensor } from './tensor.ts';
import { isSpec, mapped, specsOf } from '../tables.ts';
import type { Remembered } from '../tables.ts';

export type Tensors = ReadonlyMap<string, HostTensor>;

export interface DeviceMemory {
  /** Parameters and states: the `p` of the model's functions. */
  readonly p: Weights;
  /** Slots of the parameters, by kinds of updates. */
  readonly s: Slots<ModelDefinition['slots']>;
  /** Accumulated gradients of the trained parameters; none without `accumulate`. */
  readonly a: Weights;
  /** Parameters and states by path. */
  readWeights(): Promise<Map<string, HostTensor>>;
  /** Slots as `<parameter path>/<slot>`. */
  readSlots(): Promise<Map<string, HostTensor>>;
  /** Throw NN5004 unless names and shapes are the model's. */
  checkWeights(tensors: Tensors): void;
  checkSlots(tensors: Tensors): void;
  writeWeights(tensors: Tensors): void;
  writeSlots(tensors: Tensors): void;
  /** Sets the accumulated gradients to zero. */
  clearAccumulators(): void;
  release(): void;
}

/** By path. */
type Table<Spec extends TensorSpec = TensorSpec> = ReadonlyMap<string, Spec>;

const pick = <Spec extends TensorSpec>(table: Table<Spec>, keep: (path: string, spec: Spec) => boolean): Table<Spec> =>
  new Map([...table].filter(([path, spec]) => keep(path, spec)));

const none: Table = new Map();

/** What a file of weights holds. */
const weightsOf = (model: ModelDefinition): Table<ParameterSpec> =>
  pick(specsOf(model.parameters), (path) => !isUnit(path));

/** Slots in the order of their parameters, whatever updates those: `<parameter path>/<slot>`. */
function slotsOf({ parameters, slots }: ModelDefinition): Table {
  const rows = new Map(Object.values(slots).flatMap((kind) => kind.map(({ path, slots: own }) => [path, own])));
  const specs = [...specsOf(parameters).keys()].flatMap((path) =>
    Object.entries(rows.get(path) ?? {}).map(([name, spec]) => [`${path}/${name}`, spec] as const),
  );
  return new Map(specs);
}

const slotValues = (path: string, slots: Remembered['slots'], values: ReadonlyMap<string, Value>): Values =>
  Object.fromEntries(
    Object.keys(slots).flatMap((name) => {
      const value = values.get(`${path}/${name}`);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

/** All that a model keeps on the device, by what it is. */
export const tablesOf = (model: ModelDefinition) => ({
  parameters: weightsOf(model),
  units: pick(specsOf(model.parameters), isUnit),
  slots: slotsOf(model),
  accumulated: model.accumulate > 1 ? pick(weightsOf(model), (_, { role }) => role === 'trained') : none,
});

/** The tables of a model's functions, filled from values by path. */
export const filled = (
  model: ModelDefinition,
  values: { readonly [Kind in keyof ReturnType<typeof tablesOf>]: ReadonlyMap<string, Value> },
): Pick<DeviceMemory, 'p' | 's' | 'a'> => ({
  p: mapped(model.parameters, isSpec, (path) => values.parameters.get(path) ?? values.units.get(path)),
  s: Object.fromEntries(
    Object.entries(model.slots).map(([kind, rows]) => [
      kind,
      rows.map(({ path, slots }) => ({ path, s: slotValues(path, slots, values.slots) })),
    ]),
  ),
  a: mapped(model.parameters, isSpec, (path) => values.accumulated.get(path)),
});

/** Throws NN5004 unless names and shapes are the model's. */
export const demandFit = (model: ModelDefinition, weights: Tensors): void => checkTensors(weightsOf(model), weights);

/** What parameters and states start as, where it is not the initial values of the seed. */
export interface Start {
  /** All of them. */
  readonly weights?: Tensors | undefined;
  /** Those that the model loads. */
  readonly loaded?: Tensors | undefined;
  readonly units?: Units | undefined;
}

/** Initial values of the seed; slots may start as copies of their parameters. */
export function allocateMemory(
  model: ModelDefinition,
  kernels: Kernels,
  seed: number,
  { weights, loaded, units = {} }: Start = {},
): DeviceMemory {
  const tables = tablesOf(model);
  if (weights !== undefined) checkTensors(tables.parameters, weights);
  else checkLoaded(model, tables.parameters, loaded);
  const all = Object.values(tables).flatMap((table) => [...table.values()]);
  if (all.reduce((sum, { shape }) => sum + bytesOf(shape), 0) > kernels.memoryLimit) throw shortage(kernels, tables);
  const taken: Value[] = [];
  const release = (): void => kernels.release(...taken.splice(0));
  type Elements = (path: string, spec: TensorSpec) => ArrayLike<number> | undefined;
  const place = (table: Table, elements: Elements): ReadonlyMap<string, Value> =>
    new Map(
      [...table].map(([path, spec]) => {
        const value = kernels.allocate(spec.shape, 'float32', elements(path, spec));
        taken.push(value);
        return [path, value];
      }),
    );
  const fill = () => {
    const start = new Map<string, HostArray>();
    for (const [path, spec] of tables.parameters) {
      const given = (weights ?? loaded)?.get(path);
      const value =
        given === undefined ? initial(path, spec, seed) : { shape: given.shape, data: Float64Array.from(given.data) };
      start.set(path, value);
    }
    return {
      parameters: place(tables.parameters, (path) => start.get(path)?.data),
      units: place(tables.units, (path, spec) => unitAt(path, units) ?? initial(path, spec, seed).data),
      slots: place(tables.slots, (path, spec) => initial(path, spec, seed, start.get(parameterOf(path))).data),
      accumulated: place(tables.accumulated, () => undefined),
    };
  };
  const isRefusal = (error: unknown): boolean => error instanceof UserError && error.code === 'NN5011';
  let values: ReturnType<typeof fill>;
  try {
    values = fill();
  } catch (error) {
    release();
    throw isShortage(error) || isRefusal(error) ? shortage(kernels, tables) : error;
  }

  const read = async (kind: 'parameters' | 'slots'): Promise<Map<string, HostTensor>> => {
    const tensors = new Map<string, HostTensor>();
    for (const [path, value] of values[kind]) {
      tensors.set(path, { shape: value.shape, data: await kernels.read(value) });
    }
    return tensors;
  };
  const write = (kind: 'parameters' | 'slots', tensors: Tensors): void => {
    checkTensors(tables[kind], tensors);
    for (const [path, value] of values[kind]) {
      const tensor = tensors.get(path);
      if (tensor !== undefined) kernels.write(value, tensor.data);
    }
  };
  return {
    ...filled(model, values),
    readWeights: () => read('parameters'),
    readSlots: () => read('slots'),
    checkWeights: (tensors) => checkTensors(tables.parameters, tensors),
    checkSlots: (tensors) => checkTensors(tables.slots, tensors),
    writeWeights: (tensors) => write('parameters', tensors),
    writeSlots: (tensors) => write('slots', tensors),
    clearAccumulators() {
      for (const value of values.accumulated.values()) kernels.write(value, new Float32Array(sizeOf(value.shape)));
    },
    release,
  };
}

/** Throws NN5016 where the model loads what was not given, NN5004 where something else was given. */
function checkLoaded({ loads = [] }: ModelDefinition, parameters: Table, loaded: Tensors | undefined): void {
  const wanted = pick(parameters, (path) => loads.some((load) => isLoaded(path, load)));
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

/** NN5011 for a model whose own memory is too much, with its largest tensors. */
function shortage(kernels: Kernels, tables: Readonly<Record<string, Table>>): UserError {
  const pieces = Object.entries(tables).flatMap(([kind, table]) =>
    [...table].map(([path, { shape }]) => ({
      name: `${kind === 'accumulated' ? `the accumulated gradient of ${path}` : path} ${shapeText(shape)}`,
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
export function checkTensors(table: Table, tensors: Tensors): void {
  const problems = differences(table, tensors);
  if (problems.length === 0) return;
  throw new UserError(
    'NN5004',
    `the weights do not fit the model:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    'weights belong to the spec that they were trained with; `nnc summary` lists its paths and shapes',
  );
}
