/** Features by the f64 interpreter: each row is made of its own row alone, and the rest goes on from them as before. */
import { amount, sampled } from '../amounts.ts';
import { expect, test } from 'vitest';
import { check } from '../../compiler/compile.ts';
import { stepsOf } from '../../compiler/ir/model.ts';
import type { Model } from '../../compiler/ir/model.ts';
import type { Graph } from '../../compiler/ir/types.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { featuresOf, fromFeatures } from '../../compiler/passes/features.ts';
import { evaluateGraph, key } from '../../compiler/targets/reference/evaluate.ts';
import { stream } from '../../runtime/random/stream.ts';
import { randomSpec } from '../random/spec.ts';
import { randomBatch } from '../specs/random-batch.ts';
import { smallSpecs } from '../specs/small-specs.ts';

const rows = 4;

/** Every number is drawn by its stream and place, whatever the batch is. */
const draw = (_: string, name: string, index: number): number => stream(7, name).uniform(0, index);

/** Inputs of a graph: of these rows of the batch. */
function inputsOf({ inputs }: Graph, model: Model, only?: number): Map<string, Tensor> {
  const batch = randomBatch(model, rows, 3);
  return new Map(
    inputs.map((input): [string, Tensor] => {
      const given = batch.get(input.name);
      const shape = input.value.type.shape.map((size) => (size === 'B' ? rows : size));
      const size = shape.reduce((product, n) => product * n, 1);
      const isPort = input.role === 'input' || input.role === 'target';
      const data = Float64Array.from({ length: size }, (_, i) =>
        isPort && given !== undefined ? (given.data[i] ?? NaN) : 0.5 + stream(5, input.name).uniform(0, i),
      );
      if (!isPort || only === undefined) return [key(input), { shape, data }];
      const width = size / rows;
      return [key(input), { shape: [1, ...shape.slice(1)], data: data.slice(only * width, (only + 1) * width) }];
    }),
  );
}

/** As if all that a spec trains were frozen, and each training were an evaluation. */
function frozen(text: string) {
  const { model } = check({ file: 'model.nn', text }, {});
  const [step, ...others] = model === undefined ? [] : stepsOf(model);
  if (model === undefined || step === undefined || others.length > 0) return undefined;
  const parameters = model.parameters.map((parameter) => ({ ...parameter, frozen: true }));
  const features = featuresOf(step.graph, { ...model, parameters, evaluation: step.graph });
  return features && { model, graph: step.graph, features };
}

const seeds = amount(15, 60, 500);
const specs = [
  ...smallSpecs,
  ...Array.from({ length: seeds }, (_, seed) => ({ name: `seed ${seed}`, text: randomSpec(seed) })),
];
test.each(sampled(specs, 2))('$name', ({ text }) => {
  const made = frozen(text);
  if (made === undefined) return;
  const { model, graph, features } = made;
  const all = inputsOf(features.graph, model);
  const whole = evaluateGraph(features.graph, { inputs: all, batch: rows, draw });
  for (let row = 0; row < rows; row++) {
    const one = evaluateGraph(features.graph, { inputs: inputsOf(features.graph, model, row), batch: 1, draw });
    for (const [name, { data }] of whole) {
      const width = data.length / rows;
      expect(one.get(name)?.data, `${name} of row ${row}`).toEqual(data.slice(row * width, (row + 1) * width));
    }
  }
  const rest = fromFeatures(graph, features);
  const given = new Map([...inputsOf(graph, model)]);
  for (const { name } of features.graph.outputs) {
    const value = whole.get(`value:${name}`);
    if (value !== undefined) given.set(`input:${name}`, value);
  }
  expect(evaluateGraph(rest, { inputs: given, batch: rows, draw })).toEqual(
    evaluateGraph(graph, { inputs: given, batch: rows, draw }),
  );
  // What makes the features is not made again.
  const sizes = features.graph.nodes.filter(({ outputs }) => outputs.some(({ type }) => type.shape[0] === 'B')).length;
  expect(rest.nodes.length).toBeLessThanOrEqual(graph.nodes.length - Math.min(sizes, 1));
});

test('most specs have some', () => {
  const few = smallSpecs.filter((_, i) => i % 5 === 0);
  expect(few.filter(({ text }) => frozen(text) !== undefined).length).toBeGreaterThan(0.6 * few.length);
});
