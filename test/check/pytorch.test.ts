/** The graphs of a spec, as elaborated, against one training step of PyTorch: losses, predictions, states, updates. */
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../compiler/ir/types.ts';
import type { Model } from '../../compiler/ir/model.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { modelOf } from './elaboration.ts';
import { fixture, fixtureNames } from './fixtures.ts';
import type { Fixture } from './fixtures.ts';
import { onlyStep } from '../only-step.ts';

const scalar = (value: number): Tensor => ({ shape: [], data: Float64Array.of(value) });

/** Everything that a graph may ask for. */
function inputs(given: Fixture, batch: ReadonlyMap<string, Tensor>, model: Model): Map<string, Tensor> {
  const all = new Map<string, Tensor>();
  for (const port of model.ports) {
    const tensor = batch.get(port.name);
    if (tensor !== undefined) all.set(`${port.role}:${port.name}`, tensor);
  }
  for (const parameter of model.parameters) {
    const tensor = given.weights.get(parameter.path);
    if (tensor === undefined) throw new Error(`no weights for ${parameter.path}`);
    all.set(`parameter:${parameter.path}`, { ...tensor, shape: parameter.shape });
    const grad = given.expected.get(`grad/${parameter.path}`);
    if (grad !== undefined) all.set(`grad:${parameter.path}`, { ...grad, shape: parameter.shape });
  }
  for (const state of model.states) {
    const tensor = given.weights.get(state.path);
    if (tensor !== undefined) all.set(`state:${state.path}`, { ...tensor, shape: state.shape });
  }
  const t = given.weights.get('t')?.data[0] ?? 0;
  all.set('host:t', scalar(t + 1));
  all.set('host:T', scalar(given.updates));
  return all;
}

function run(graph: Graph, values: ReadonlyMap<string, Tensor>, batch: number): ReadonlyMap<string, Tensor> {
  const given = new Map(values);
  given.set('host:B', scalar(batch));
  given.set('host:rows', scalar(batch));
  return evaluateGraph(graph, { inputs: given, batch, draw: noDraw });
}

function close(found: Tensor | undefined, wanted: Tensor | undefined, what: string): void {
  expect(found, what).toBeDefined();
  expect(wanted, what).toBeDefined();
  if (found === undefined || wanted === undefined) return;
  const norm = Math.hypot(...wanted.data);
  const apart = Math.hypot(...wanted.data.map((value, i) => value - (found.data[i] ?? Number.NaN)));
  expect(apart / (norm + 1e-12), what).toBeLessThan(1e-6);
}

/** Of a number, over the batches of the update. */
function mean(runs: readonly ReadonlyMap<string, Tensor>[], key: string): Tensor {
  return scalar(runs.reduce((sum, run) => sum + (run.get(key)?.data[0] ?? NaN), 0) / runs.length);
}

/** What stands between the gradients and the optimizer. */
function clipped(model: Model, values: Map<string, Tensor>): Map<string, Tensor> {
  const result = new Map(values);
  for (const clip of onlyStep(model).clips) {
    const grads = [...result].filter(([name]) => name.startsWith('grad:'));
    const norm = Math.hypot(...grads.flatMap(([, grad]) => [...grad.data]));
    for (const [name, grad] of grads) {
      const data = grad.data.map((value) =>
        clip.by === 'norm'
          ? value * Math.min(1, clip.limit / norm)
          : Math.max(-clip.limit, Math.min(clip.limit, value)),
      );
      result.set(name, { shape: grad.shape, data });
    }
  }
  return result;
}

describe('one step as PyTorch takes it', () => {
  it.each(fixtureNames())('%s', (name) => {
    const given = fixture(name);
    const model = modelOf(given.text);
    const losses = given.batches.map((batch) => {
      const size = batch.get(model.ports[0]?.name ?? '')?.shape[0] ?? 0;
      return run(onlyStep(model).graph, inputs(given, batch, model), size);
    });
    close(mean(losses, 'loss:loss'), given.expected.get('loss'), 'loss');
    for (const [i] of [...given.expected.keys()].filter((key) => key.startsWith('loss/')).entries()) {
      close(mean(losses, `part:loss/${i}`), given.expected.get(`loss/${i}`), `loss/${i}`);
    }
    const [batch = new Map<string, Tensor>()] = given.batches;
    const size = batch.get(model.ports[0]?.name ?? '')?.shape[0] ?? 0;
    const values = inputs(given, batch, model);
    const predicted = given.batches.map((each) => run(model.inference, inputs(given, each, model), size));
    const names = model.inference.outputs.map((output) => output.name);
    for (const name of names) {
      const label = names.length === 1 ? 'predict' : `predict/${name}`;
      const rows = predicted.flatMap((each) => [...(each.get(`predict:${name}`)?.data ?? [])]);
      const wanted = given.expected.get(label);
      close({ shape: wanted?.shape ?? [], data: Float64Array.from(rows) }, wanted, label);
    }
    for (const state of model.states) {
      const wanted = given.expected.get(`new/${state.path}`);
      const found = losses.at(-1)?.get(`state:${state.path}`) ?? values.get(`state:${state.path}`);
      close(found, wanted, state.path);
    }
    const before = clipped(model, values);
    for (const update of onlyStep(model).updates) {
      const own = new Map(before);
      for (const [role, name] of [
        ['parameter', 'param'],
        ['grad', 'grad'],
      ] as const) {
        const tensor = before.get(`${role}:${update.parameter}`);
        if (tensor !== undefined) own.set(`${role}:${name}`, tensor);
      }
      for (const slot of update.slots) {
        const shape = slot.shape.map(Number);
        const saved = given.weights.get(`state/${update.parameter}/${slot.name}`);
        const init = () => evaluateGraph(slot.init, { inputs: own, batch: 0, draw: noDraw }).get('value:value');
        const start = saved === undefined ? init() : { ...saved, shape };
        if (start !== undefined) own.set(`slot:${slot.name}`, start);
      }
      const after = run(update.graph, own, size);
      close(after.get('parameter:param'), given.expected.get(`new/${update.parameter}`), `new/${update.parameter}`);
      for (const slot of update.slots) {
        const key = `state/${update.parameter}/${slot.name}`;
        close(after.get(`slot:${slot.name}`), given.expected.get(key), key);
      }
    }
    const trained = [...given.expected.keys()].filter((key) => key.startsWith('grad/')).map((key) => key.slice(5));
    expect(
      onlyStep(model)
        .updates.map((update) => update.parameter)
        .toSorted(),
    ).toEqual(trained.toSorted());
  });
});
