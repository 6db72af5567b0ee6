/** What a spec means, by the f64 interpreter on its graphs as they are before anything is made faster. */
import { adaptedBy } from '../../compiler/ir/model.ts';
import type { Model, Slot, TrainingStep } from '../../compiler/ir/model.ts';
import type { Graph, Value } from '../../compiler/ir/types.ts';
import type { Draw, Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { applyOptimizer, gatherGradients } from '../../compiler/passes/apply-optimizer.ts';
import { gradientsFor } from '../../compiler/passes/ascend.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { drawer } from '../../compiler/targets/reference/random.ts';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import { onlyStep } from '../only-step.ts';

export type Tensors = ReadonlyMap<string, Tensor>;

export interface StepInputs {
  /** Parameters and states by path, slots as `state/<path>/<slot>`, averages as `ema/<path>`, `t`; what is absent starts. */
  readonly weights?: Tensors;
  /** Inputs and targets by name, one map for each micro-batch. */
  readonly batches: readonly Tensors[];
  readonly seed?: number;
  /** All updates of the run. */
  readonly updates?: number;
  /** Which step; the only one unless given. */
  readonly step?: TrainingStep | undefined;
  /** Instead of the interpreter. */
  readonly evaluate?: Evaluate | undefined;
}

export type Evaluate = typeof evaluateGraph;

export const scalar = (value: number): Tensor => ({ shape: [], data: Float64Array.of(value) });

export function doubles(tensors: ReadonlyMap<string, SavedTensor>): Tensors {
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));
}

/** Numbers as the device holds them. */
export const single = ({ shape, data }: Tensor): Tensor => ({ shape, data: data.map(Math.fround) });

/** Parameters and states that the seed gives, by path, rounded as the device does. */
export function initialWeights(model: Model, seed: number): Tensors {
  const weights = new Map<string, Tensor>();
  // What a reparametrisation has of its own comes after the weight that it adapts.
  const all = [...model.parameters, ...model.states].map((each) => ({
    ...each,
    of: adaptedBy(model.parameters, each.path)?.path,
  }));
  for (const { path, init, of } of all.toSorted((a, b) => Number(a.of !== undefined) - Number(b.of !== undefined)))
    weights.set(path, single(initial(init, seed, path, of === undefined ? undefined : weights.get(of))));
  return weights;
}

/** One step with the names of `nnc step`: `loss`, `loss/i`, `grad/…`, `new/…`, `ema/…`, `state/…`, `predict` and `t`. */
export function interpretStep(model: Model, given: StepInputs): Map<string, Tensor> {
  const { batches, seed = model.train.seed, evaluate = evaluateGraph, step = onlyStep(model) } = given;
  const { values, t } = startingPoint(model, { ...given, step });
  const graph = trainingGraph(step);
  const start = new Map(values);
  const runs = batches.map((batch, i) => {
    const draw = drawerOf(step, seed, t * step.accumulate + i);
    const out = evaluate(graph, {
      inputs: withBatch(model, values, batch, { micro: i + 1, draw }),
      batch: rowsOf(model, batch),
      draw,
    });
    for (const [name, tensor] of out) if (/^(state|accumulator):/.test(name)) values.set(name, tensor);
    return out;
  });
  const result = new Map<string, Tensor>();
  const put = (name: string, tensor: Tensor | undefined): void => {
    if (tensor !== undefined) result.set(name, tensor);
  };
  const last = runs.at(-1) ?? new Map<string, Tensor>();
  for (const { role, name } of step.graph.outputs) {
    if (role === 'loss' || role === 'part') put(name, mean(runs.map((run) => run.get(`${role}:${name}`))));
  }
  for (const { parameter } of step.updates) {
    put(`grad/${parameter}`, mean(runs.map((run) => run.get(`grad:${parameter}`))));
  }
  for (const { path } of model.parameters)
    put(`new/${path}`, last.get(`parameter:${path}`) ?? values.get(`parameter:${path}`));
  for (const { path } of model.states) {
    if (!isUnit(path)) put(`new/${path}`, values.get(`state:${path}`));
  }
  for (const { key, saved } of slotsOf(step)) put(saved, last.get(key));
  const averaged = withAverages(start, step);
  const predictions = batches.map((batch, i) =>
    predict(model, averaged, batch, { evaluate, draw: drawer(seed, t * step.accumulate + i) }),
  );
  for (const name of predictions[0]?.keys() ?? []) put(name, joined(predictions.map((each) => each.get(name))));
  result.set('t', scalar(t + 1));
  return result;
}

/** The loss of a step's first batch as forward graphs have it, whatever is made of their derivatives. */
export function interpretLoss(model: Model, given: StepInputs): number {
  const { batches, seed = model.train.seed, step = onlyStep(model) } = given;
  const { values, t } = startingPoint(model, { ...given, step });
  const [batch = new Map<string, Tensor>()] = batches;
  const draw = drawerOf(step, seed, t * step.accumulate);
  const out = evaluateGraph(step.graph, {
    inputs: withBatch(model, values, batch, { micro: 1, draw }),
    batch: rowsOf(model, batch),
    draw,
  });
  return out.get('loss:loss')?.data[0] ?? NaN;
}

/** New parameters, averages and slots (`new/…`, `ema/…`, `state/…`), given the gradients of the step as `grad/…`. */
export function interpretUpdate(model: Model, given: StepInputs, gradients: Tensors): Map<string, Tensor> {
  const { step = onlyStep(model) } = given;
  const { values } = startingPoint(model, { ...given, step });
  const given_ = new Map(values);
  for (const { parameter } of step.updates)
    given_.set(`grad:${parameter}`, gradients.get(`grad/${parameter}`) ?? scalar(NaN));
  const { evaluate = evaluateGraph } = given;
  const out = evaluate(updateGraph(model, step), { inputs: given_, batch: 1, draw: noDraw });
  const result = new Map<string, Tensor>();
  for (const [name, tensor] of out)
    if (name.startsWith('parameter:')) result.set(`new/${name.slice('parameter:'.length)}`, tensor);
  for (const { key, saved } of slotsOf(step)) {
    const tensor = out.get(key);
    if (tensor !== undefined) result.set(saved, tensor);
  }
  return result;
}

/** Loss and metrics over all rows of the batch. */
export function interpretEvaluation(
  model: Model,
  weights: Tensors,
  rows: Tensors,
  evaluate: Evaluate = evaluateGraph,
): Map<string, number> {
  const { values } = startingPoint(model, { weights, batches: [] });
  const out = evaluate(model.evaluation, {
    inputs: withBatch(model, values, rows, { micro: 1, draw: noDraw }),
    batch: rowsOf(model, rows),
    draw: noDraw,
  });
  return new Map([...out].map(([name, { data }]) => [name.slice('metric:'.length), data[0] ?? NaN]));
}

/**
 * Loss and metrics as the runtime takes them: each batch adds to the totals, and what is made of them comes at the end.
 * Values of one batch (`batch_mean` outside a metric) are those of each batch. `graph` is how a phase is measured.
 */
export function interpretBatches(
  model: Model,
  weights: Tensors,
  batches: readonly Tensors[],
  evaluate: Evaluate = evaluateGraph,
  graph: Graph = model.evaluation,
): Map<string, number> {
  const { values } = startingPoint(model, { weights, batches: [] });
  const ends = graph.nodes.filter((node) => registry.get(node.op)?.lower.as === 'total');
  const totalled = [...new Set(ends.flatMap(({ inputs }) => inputs))];
  const parts = totalled.map((value, i) => ({ role: 'value' as const, name: `${i}`, value }));
  const each = batches.map((batch, i) => {
    const draw = drawer(model.train.seed, i);
    const inputs = withBatch(model, values, batch, { micro: 1, draw });
    return evaluate(part(parts), { inputs, batch: rowsOf(model, batch), draw });
  });
  const rows = batches.reduce((sum, batch) => sum + rowsOf(model, batch), 0);
  const all = new Map<string, Tensor>([['host:rows', scalar(rows)]]);
  for (const { name } of parts) {
    const whole = joined(each.map((out) => out.get(`value:${name}`)));
    if (whole !== undefined) all.set(`accumulator:${name}`, whole);
  }
  const end = part(graph.outputs, new Set(totalled));
  const passed = parts.map((value) => ({ ...value, role: 'accumulator' as const }));
  const out = evaluate({ ...end, inputs: [...end.inputs, ...passed] }, { inputs: all, batch: rows, draw: noDraw });
  return new Map([...out].map(([name, { data }]) => [name.slice('metric:'.length), data[0] ?? NaN]));

  /** What the outputs need, up to values that are known. */
  function part(outputs: Graph['outputs'], known: ReadonlySet<Value> = new Set()): Graph {
    const needed = new Set(outputs.map(({ value }) => value));
    const nodes: Graph['nodes'][number][] = [];
    for (const node of graph.nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output))) continue;
      nodes.unshift(node);
      for (const input of node.inputs) if (!known.has(input)) needed.add(input);
    }
    return { inputs: graph.inputs.filter(({ value }) => needed.has(value)), nodes, outputs };
  }
}

/** The whole step as one graph: forward, backward, update. */
export function trainingGraph(step: TrainingStep): Graph {
  return applyOptimizer(gatherGradients(gradientsFor(step.graph, step.updates), step), step);
}

/** The update alone: gradients are its inputs. */
function updateGraph(model: Model, step: TrainingStep): Graph {
  const inputs = step.updates.flatMap(({ parameter, graph }) => {
    const own = graph.inputs.find(({ role }) => role === 'grad');
    const spec = model.parameters.find(({ path }) => path === parameter);
    if (spec === undefined) throw new Error(`${parameter} is no parameter`);
    const type = { dtype: 'f32', shape: spec.shape } as const;
    return [{ role: 'grad' as const, name: parameter, value: { type, name: own?.value.word ?? 'grad' } }];
  });
  const optimization = { ...step, accumulate: 1 };
  return applyOptimizer(gatherGradients({ inputs, nodes: [], outputs: inputs }, optimization), optimization);
}

/** Everything that a graph may ask for besides the batch, by role and name. */
function startingPoint(model: Model, { weights, seed = model.train.seed, updates, step }: StepInputs) {
  const given = weights ?? new Map<string, Tensor>();
  const t = given.get('t')?.data[0] ?? 0;
  const initials = initialWeights(model, seed);
  const values = new Map<string, Tensor>([
    ['host:t', scalar(t + 1)],
    ['host:T', scalar(updates ?? NaN)],
    ['host:plateau', scalar(1)],
  ]);
  for (const role of ['parameter', 'state'] as const) {
    for (const { path } of role === 'parameter' ? model.parameters : model.states) {
      const value = given.get(path) ?? initials.get(path);
      if (value !== undefined) values.set(`${role}:${path}`, value);
    }
  }
  for (const { parameter, slots } of step?.updates ?? []) {
    const start = values.get(`parameter:${parameter}`);
    if (start === undefined) throw new Error(`${parameter} has no value`);
    values.set(`accumulator:${parameter}`, { shape: start.shape, data: start.data.map(() => 0) });
    for (const slot of slots) {
      const { key, saved, path } = placeOf(slot, parameter);
      values.set(key, given.get(saved) ?? single(initial(slot.init, seed, path, start)));
    }
  }
  return { values, t };
}

/** The streams of a step that has a name begin with it. */
function drawerOf({ name }: TrainingStep, seed: number, counter: number): Draw {
  const draw = drawer(seed, counter);
  return name === undefined ? draw : (kind, stream, index) => draw(kind, `${name}/${stream}`, index);
}

/** Values with those of a batch; noise that is not among them is drawn. */
function withBatch(
  model: Model,
  values: Tensors,
  batch: Tensors,
  { micro, draw }: { readonly micro: number; readonly draw: Draw },
): Tensors {
  const all = new Map(values);
  const rows = rowsOf(model, batch);
  for (const { role, name } of model.ports) {
    const tensor = batch.get(name);
    if (tensor !== undefined) all.set(`${role}:${name}`, tensor);
  }
  for (const { name, shape, distribution } of model.noises) {
    const full = [rows, ...shape];
    const length = full.reduce((product, size) => product * size, 1);
    const data = (): Float64Array => Float64Array.from({ length }, (_, i) => draw(distribution, name, i));
    all.set(`input:${name}`, batch.get(name) ?? { shape: full, data: data() });
  }
  for (const [name, value] of Object.entries({ B: rows, rows, micro })) all.set(`host:${name}`, scalar(value));
  return all;
}

function predict(
  model: Model,
  values: Tensors,
  batch: Tensors,
  { evaluate, draw }: { readonly evaluate: Evaluate; readonly draw: Draw },
): Tensors {
  const out = evaluate(model.inference, {
    inputs: withBatch(model, values, batch, { micro: 1, draw }),
    batch: rowsOf(model, batch),
    draw,
  });
  const name = (key: string): string => (key === 'predict:predict' ? 'predict' : key.replace(':', '/'));
  return new Map([...out].map(([key, tensor]) => [name(key), tensor]));
}

function rowsOf(model: Model, batch: Tensors): number {
  return batch.get(model.ports[0]?.name ?? '')?.shape[0] ?? 0;
}

/** A slot among the values of a graph, and in a file. */
interface SlotPlace {
  readonly key: string;
  readonly saved: string;
  readonly path: string;
  /** The parameter that it is the average of, if it is one. */
  readonly averages: string | undefined;
}

function placeOf(slot: Slot, parameter: string): SlotPlace {
  const path = `${parameter}/${nameOf(slot, parameter)}`;
  const averages = slot.isAverage === true ? parameter : undefined;
  return { key: `slot:${path}`, saved: averages === undefined ? `state/${path}` : `ema/${parameter}`, path, averages };
}

const slotsOf = ({ updates }: TrainingStep): readonly SlotPlace[] =>
  updates.flatMap(({ parameter, slots }) => slots.map((slot) => placeOf(slot, parameter)));

/** What evaluation takes: averages in the place of parameters. */
function withAverages(values: Tensors, step: TrainingStep): Tensors {
  const all = new Map(values);
  for (const { key, averages } of slotsOf(step)) {
    const average = values.get(key);
    if (averages !== undefined && average !== undefined) all.set(`parameter:${averages}`, average);
  }
  return all;
}

const nameOf = ({ name }: Slot, parameter: string): string =>
  name.startsWith(`${parameter}/`) ? name.slice(parameter.length + 1) : name;

/** What `prep` did to a target comes from the data, and is no weight. */
const isUnit = (path: string): boolean => path.startsWith('prep/');

/** A host graph of one output. Its draws have no stream of their own: it is the path. */
function initial(graph: Graph, seed: number, path: string, parameter?: Tensor): Tensor {
  const drawn = drawer(seed, 0);
  const draw: Draw = (kind, _, index) => drawn(kind, path, index);
  const inputs = new Map(
    graph.inputs.flatMap(({ role, name }) =>
      parameter === undefined ? [] : [[`${role}:${name}`, parameter] as const],
    ),
  );
  const [value] = evaluateGraph(graph, { inputs, batch: 1, draw }).values();
  if (value === undefined) throw new Error(`${path} has no initial value`);
  return value;
}

function mean(tensors: readonly (Tensor | undefined)[]): Tensor | undefined {
  const there = tensors.filter((tensor) => tensor !== undefined);
  const [first] = there;
  if (first === undefined || there.length < tensors.length) return undefined;
  const data = first.data.map((_, i) => there.reduce((sum, each) => sum + (each.data[i] ?? NaN), 0) / there.length);
  return { shape: first.shape, data };
}

/** One after the other along the batch. */
function joined(tensors: readonly (Tensor | undefined)[]): Tensor | undefined {
  const there = tensors.filter((tensor) => tensor !== undefined);
  const [first] = there;
  if (first === undefined) return undefined;
  const rows = there.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { shape: [rows, ...first.shape.slice(1)], data: Float64Array.from(there.flatMap(({ data }) => [...data])) };
}
