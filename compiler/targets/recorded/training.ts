/** The programs of training as a device runs them, without a device: recorded, with places planned for their values. */
import type { Node, Section } from '../../ir/types.ts';
import { InternalError } from '../../diagnostics/types.ts';
import type { Port } from '../../ir/model.ts';
import type { Program, TrainingEntry } from '../../ir/program.ts';
import type { Plan } from '../../ir/plan.ts';
import { View, lasting } from '../../../runtime/kernels/buffer.ts';
import type { Buffer } from '../../../runtime/kernels/buffer.ts';
import type { K, Value as DeviceValue } from '../../../runtime/kernels/k.ts';
import { recordProgram } from '../../../runtime/kernels/program.ts';
import { own } from '../../../runtime/own.ts';
import type { Program as Recording } from '../../../runtime/kernels/program.ts';
import { select } from '../../../runtime/kernels/scalar/functions.ts';
import { arranged } from '../../../runtime/kernels/share.ts';
import { besidesFeatures, featurePorts } from '../tfjs/features.ts';
import { Replay } from './replay.ts';
import type { Surroundings } from './replay.ts';

/** The programs of one step, and what made the values in them. */
export interface StepPrograms {
  readonly entry: TrainingEntry;
  /** One for each batch; where batches accumulate, another for the update. */
  readonly programs: readonly Recording[];
  readonly makers: ReadonlyMap<Buffer, Node>;
}

type Values = Readonly<Record<string, DeviceValue>>;

/** Those of a step over batches of so many rows. */
export function stepPrograms(program: Program, entry: TrainingEntry, rows: number): StepPrograms {
  const { model } = program;
  const { step, plan, updates, functions } = entry;
  const makers = new Map<Buffer, Node>();
  const made = (node: Node, result: DeviceValue): void => {
    if (result instanceof View && !makers.has(result.buffer)) makers.set(result.buffer, node);
  };
  const weights = tableOf([...model.parameters, ...model.states].map(({ path, shape }) => [path, shape]));
  const sums = tableOf(step.accumulate > 1 ? gradientShapes(entry) : []);
  const streams = step.name === undefined ? '' : `${step.name}/`;

  const around = (k: K, find: Surroundings['find']): Surroundings => ({ k, rows, functions, find, streams, made });

  /** The values of a plan over the batch; those that another plan has changed go before. */
  const overBatch = (k: K, batch: Values, changed: Values = {}): Surroundings => {
    const drawn = new Map<string, DeviceValue>();
    const noise = (name: string): DeviceValue | undefined => {
      const drawnFrom = model.noises.find((each) => each.name === name);
      const value =
        drawn.get(name) ?? (drawnFrom && k[drawnFrom.distribution](`${streams}${name}`, [rows, ...drawnFrom.shape]));
      if (value !== undefined) drawn.set(name, value);
      return value;
    };
    return around(k, ({ role, name }) => {
      if (role === 'parameter' || role === 'state') return weights.get(name);
      if (role === 'accumulator') return sums.get(name);
      return role === 'input' || role === 'target'
        ? (own(changed, name) ?? own(batch, name) ?? noise(name))
        : undefined;
    });
  };

  const update = (k: K, replay: Replay, gradients: ReadonlyMap<string, DeviceValue>): void => {
    const shared = new Map(
      plan.outputs.flatMap(({ role, name, value }) => (role === 'value' ? [[name, replay.tensor(value)]] : [])),
    );
    for (const [{ parameter, slots }, body] of inKinds(updates)) {
      const kept = tableOf(slots.map(({ name, shape }) => [name, shape.filter((size) => size !== 'B')]));
      const gradient = gradients.get(parameter);
      const find: Surroundings['find'] = ({ role, name }) => {
        if (role === 'parameter') return weights.get(parameter);
        if (role === 'slot') return kept.get(name);
        return role === 'grad' ? gradient : shared.get(name);
      };
      new Replay(around(k, find), body).run(() => true);
      const sum = sums.get(parameter);
      if (sum !== undefined)
        k.store(
          sum,
          k.map((each) => select(0, each, 0), [sum]),
        );
    }
  };

  const forBatch = recordProgram('step', inputsOf(portsOf(program), rows), (k, batch: Values) => {
    const changed = augmented(program.augmentation, overBatch(k, batch));
    const replay = new Replay(overBatch(k, batch, changed), plan);
    const has =
      (...some: readonly Section[]) =>
      (section: Section) =>
        some.includes(section);
    replay.run(has('forward'));
    replay.run(has('backward'));
    if (step.accumulate > 1) replay.run(has('accumulate'));
    else {
      replay.run(has('update'));
      update(
        k,
        replay,
        valuesOf(plan, 'grad', (value) => replay.tensor(value)),
      );
    }
    return Object.fromEntries(valuesOf(plan, 'loss', (value) => replay.tensor(value)));
  });
  const forUpdate =
    step.accumulate === 1
      ? []
      : [
          recordProgram('update', {}, (k) => {
            const replay = new Replay(overBatch(k, {}), plan);
            for (const { role, name, value } of plan.outputs) {
              const sum = role === 'accumulator' ? sums.get(name) : undefined;
              if (sum !== undefined) replay.set(value, sum);
            }
            replay.run((section) => section === 'update');
            update(k, replay, sums);
            return {};
          }),
        ];
  return { entry, programs: [forBatch, ...forUpdate].map(arranged), makers };
}

/** Parameters that are updated alike one after the other, as `update` has them. */
function inKinds(updates: TrainingEntry['updates']): readonly (readonly [UpdateOf, Plan])[] {
  const kinds = new Map<Plan, (readonly [UpdateOf, Plan])[]>();
  for (const each of updates) kinds.set(each[1], [...(kinds.get(each[1]) ?? []), each]);
  return [...kinds.values()].flat();
}

type UpdateOf = TrainingEntry['step']['updates'][number];

function augmented(plan: Plan | undefined, around: Surroundings): Values {
  if (plan === undefined) return {};
  const replay = new Replay(around, plan);
  replay.run(() => true);
  return Object.fromEntries(valuesOf(plan, 'value', (value) => replay.tensor(value)));
}

const valuesOf = (
  { outputs }: Plan,
  of: Plan['outputs'][number]['role'],
  tensor: Replay['tensor'],
): ReadonlyMap<string, DeviceValue> =>
  new Map(outputs.flatMap(({ role, name, value }) => (role === of ? [[name, tensor(value)]] : [])));

/** What a run gives to a step: features in place of the inputs that they are made of, where they are kept. */
function portsOf(program: Program): readonly Port[] {
  const { ports } = program.model;
  if (program.features === undefined) return ports;
  const besides = new Set(besidesFeatures(program));
  return [
    ...featurePorts(program.features),
    ...ports.filter(({ role, name }) => role === 'target' || besides.has(name)),
  ];
}

const inputsOf = (ports: readonly Port[], rows: number) =>
  Object.fromEntries(
    ports.map(({ name, shape, dtype }) => [
      name,
      { shape: [rows, ...shape], dtype: dtype === 'f32' ? 'float32' : 'int32' } as const,
    ]),
  );

const tableOf = (entries: readonly (readonly [string, readonly number[]])[]): ReadonlyMap<string, DeviceValue> =>
  new Map(entries.map(([name, shape]) => [name, lasting(shape, 'float32')]));

function gradientShapes({ plan, updates }: TrainingEntry): readonly (readonly [string, readonly number[]])[] {
  const trained = new Set([...updates.keys()].map(({ parameter }) => parameter));
  return plan.outputs.flatMap(({ role, name, value: { type } }) => {
    if (role !== 'grad' || !trained.has(name)) return [];
    if (type.shape.includes('B')) throw new InternalError(`the gradient by ${name} has an axis of examples`);
    return [[name, type.shape.filter((size) => size !== 'B')] as const];
  });
}
