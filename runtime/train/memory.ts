/** What a model keeps on the device between steps: parameters, layer states, slots and accumulators, by path. */
import type { HostArray } from '../host.ts';
import type { Kernels } from '../kernels/device.ts';
import { bytesOf, isShortage, noRoom } from '../kernels/room.ts';
import type { Value } from '../kernels/k.ts';
import type { ModelDefinition, TensorSpec, Values } from '../model.ts';
import { drawFor } from '../random/draw.ts';
import { UserError } from '../user-error.ts';
import { differences } from './differences.ts';
import { isUnit, unitAt } from './units.ts';
import type { Units } from './units.ts';
import { sameShape, shapeText, sizeOf } from './tensor.ts';
import type { HostTensor } from './tensor.ts';
import { own } from '../own.ts';

export type Tensors = ReadonlyMap<string, HostTensor>;

export interface DeviceMemory {
  /** Parameters and states by the model's names: the `p` of its functions. */
  readonly p: Values;
  /** Slots by the model's names. */
  readonly s: Values;
  /** Accumulated gradients by the trained parameters' names; none without `accumulate`. */
  readonly a: Values;
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

type Table = Readonly<Record<string, TensorSpec>>;

const pick = <Spec extends TensorSpec>(table: Readonly<Record<string, Spec>>, keep: (spec: Spec) => boolean): Table =>
  Object.fromEntries(Object.entries(table).filter(([, spec]) => keep(spec)));

/** What a file of weights holds. */
const weightsOf = (model: ModelDefinition): Table => ({
  ...model.parameters,
  ...pick(model.states, (spec) => !isUnit(spec)),
});

/** All that a model keeps on the device, by what it is. */
export const tablesOf = (model: ModelDefinition) => ({
  parameters: weightsOf(model),
  units: pick(model.states, isUnit),
  slots: model.slots,
  accumulated: model.accumulate > 1 ? pick(model.parameters, (spec) => spec.frozen !== true) : {},
});

/** Throws NN5004 unless names and shapes are the model's. */
export const demandFit = (model: ModelDefinition, weights: Tensors): void => checkTensors(weightsOf(model), weights);

/** Initial values of the seed; slots may start as copies of their parameters. */
export function allocateMemory(
  model: ModelDefinition,
  kernels: Kernels,
  seed: number,
  weights?: Tensors,
  units: Units = {},
): DeviceMemory {
  const tables = tablesOf(model);
  const { parameters: weightTable, units: unitTable, accumulated } = tables;
  if (weights !== undefined) checkTensors(weightTable, weights);
  const all = Object.values(tables).flatMap((table) => Object.values(table));
  if (all.reduce((sum, { shape }) => sum + bytesOf(shape), 0) > kernels.memoryLimit) throw shortage(kernels, tables);
  const taken: Value[] = [];
  const release = (): void => kernels.release(...taken.splice(0));
  const place = (table: Table, elements: (spec: TensorSpec) => ArrayLike<number> | undefined): Values =>
    Object.fromEntries(
      Object.entries(table).map(([name, spec]) => {
        const value = kernels.allocate(spec.shape, 'float32', elements(spec));
        taken.push(value);
        return [name, value];
      }),
    );
  const fill = (): Pick<DeviceMemory, 'p' | 's' | 'a'> => {
    const start = new Map<string, HostArray>();
    for (const spec of Object.values(weightTable)) {
      const given = weights?.get(spec.path);
      const value =
        given === undefined ? initial(spec, seed) : { shape: given.shape, data: Float64Array.from(given.data) };
      start.set(spec.path, value);
    }
    return {
      p: {
        ...place(weightTable, (spec) => start.get(spec.path)?.data),
        ...place(unitTable, (spec) => unitAt(spec.path, units) ?? initial(spec, seed).data),
      },
      s: place(model.slots, (spec) => initial(spec, seed, start.get(parameterOf(spec.path))).data),
      a: place(accumulated, () => undefined),
    };
  };
  const isRefusal = (error: unknown): boolean => error instanceof UserError && error.code === 'NN5011';
  let filled: Pick<DeviceMemory, 'p' | 's' | 'a'>;
  try {
    filled = fill();
  } catch (error) {
    release();
    throw isShortage(error) || isRefusal(error) ? shortage(kernels, tables) : error;
  }
  const { p, s, a } = filled;

  const read = async (table: Table, values: Values): Promise<Map<string, HostTensor>> => {
    const tensors = new Map<string, HostTensor>();
    for (const [name, spec] of Object.entries(table)) {
      const value = own(values, name);
      if (value !== undefined) tensors.set(spec.path, { shape: spec.shape, data: await kernels.read(value) });
    }
    return tensors;
  };
  const write = (table: Table, values: Values, tensors: Tensors): void => {
    checkTensors(table, tensors);
    for (const [name, spec] of Object.entries(table)) {
      const [value, tensor] = [own(values, name), tensors.get(spec.path)];
      if (value !== undefined && tensor !== undefined) kernels.write(value, tensor.data);
    }
  };
  return {
    p,
    s,
    a,
    readWeights: () => read(weightTable, p),
    readSlots: () => read(model.slots, s),
    checkWeights: (tensors) => checkTensors(weightTable, tensors),
    checkSlots: (tensors) => checkTensors(model.slots, tensors),
    writeWeights: (tensors) => write(weightTable, p, tensors),
    writeSlots: (tensors) => write(model.slots, s, tensors),
    clearAccumulators() {
      for (const value of Object.values(a)) kernels.write(value, new Float32Array(sizeOf(value.shape)));
    },
    release,
  };
}

/** NN5011 for a model whose own memory is too much, with its largest tensors. */
function shortage(kernels: Kernels, tables: Readonly<Record<string, Table>>): UserError {
  const pieces = Object.entries(tables).flatMap(([kind, table]) =>
    Object.values(table).map(({ path, shape }) => ({
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
export function initial(spec: TensorSpec, seed: number, parameter: HostArray = nothing): HostArray {
  const value = spec.init(drawFor(seed, spec.path), parameter);
  if (!sameShape(value.shape, spec.shape)) {
    throw new Error(
      `the initial value of ${spec.path} has shape ${shapeText(value.shape)}, not ${shapeText(spec.shape)}`,
    );
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
