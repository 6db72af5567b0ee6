/** What a model keeps on the device between steps: parameters, layer states, slots and accumulators, by path. */
import type { HostArray } from '../host.ts';
import type { Kernels } from '../kernels/device.ts';
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
  /** Throws NN5004 unless names and shapes are the model's. */
  writeWeights(tensors: Tensors): void;
  writeSlots(tensors: Tensors): void;
  /** Sets the accumulated gradients to zero. */
  clearAccumulators(): void;
  release(): void;
}

type Table = Readonly<Record<string, TensorSpec>>;

const pick = (table: Table, keep: (spec: TensorSpec) => boolean): Table =>
  Object.fromEntries(Object.entries(table).filter(([, spec]) => keep(spec)));

/** Initial values of the seed; slots may start as copies of their parameters. */
export function allocateMemory(
  model: ModelDefinition,
  kernels: Kernels,
  seed: number,
  weights?: Tensors,
  units: Units = {},
): DeviceMemory {
  const unitTable = pick(model.states, isUnit);
  const weightTable: Table = { ...model.parameters, ...pick(model.states, (spec) => !isUnit(spec)) };
  if (weights !== undefined) checkTensors(weightTable, weights);
  const start = new Map<string, HostArray>();
  for (const spec of Object.values(weightTable)) {
    const given = weights?.get(spec.path);
    const value =
      given === undefined ? initial(spec, seed) : { shape: given.shape, data: Float64Array.from(given.data) };
    start.set(spec.path, value);
  }
  const place = (table: Table, value: (spec: TensorSpec) => HostArray): Record<string, Value> =>
    Object.fromEntries(
      Object.entries(table).map(([name, spec]) => [name, kernels.allocate(spec.shape, 'float32', value(spec).data)]),
    );

  const unitOf = (spec: TensorSpec): HostArray => {
    const data = unitAt(spec.path, units);
    return data === undefined ? initial(spec, seed) : { shape: spec.shape, data };
  };

  const p = {
    ...place(weightTable, (spec) => start.get(spec.path) ?? initial(spec, seed)),
    ...place(unitTable, unitOf),
  };
  const s = place(model.slots, (spec) => initial(spec, seed, start.get(parameterOf(spec.path))));
  const a =
    model.accumulate > 1
      ? Object.fromEntries(
          Object.entries(model.parameters)
            .filter(([, spec]) => spec.frozen !== true)
            .map(([name, spec]) => [name, kernels.allocate(spec.shape, 'float32')]),
        )
      : {};

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
    writeWeights: (tensors) => write(weightTable, p, tensors),
    writeSlots: (tensors) => write(model.slots, s, tensors),
    clearAccumulators() {
      for (const value of Object.values(a)) kernels.write(value, new Float32Array(sizeOf(value.shape)));
    },
    release: () => kernels.release(...Object.values(p), ...Object.values(s), ...Object.values(a)),
  };
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
