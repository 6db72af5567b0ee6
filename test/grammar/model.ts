/** Small models out of texts, and tensors out of nested lists. */
import type { Model } from '../../compiler/ir/model.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { modelOf } from '../check/elaboration.ts';
import { initialWeights, interpretEvaluation, interpretStep } from '../oracle/interpret.ts';

export type Nested = number | readonly Nested[];

export const tensor = (nested: Nested): Tensor => {
  const shape: number[] = [];
  for (let level: Nested | undefined = nested; typeof level === 'object'; level = level[0]) shape.push(level.length);
  return { shape, data: Float64Array.from(flat(nested)) };
};

export const flat = (nested: Nested): readonly number[] =>
  typeof nested === 'number' ? [nested] : nested.flatMap(flat);

export const tensors = (named: Readonly<Record<string, Nested>>): ReadonlyMap<string, Tensor> =>
  new Map(Object.entries(named).map(([name, nested]) => [name, tensor(nested)]));

/** What `predict` gives for the inputs of a spec. The spec needs a parameter to be trained: it gets one of no effect. */
export const predicted = (spec: string, inputs: Readonly<Record<string, Nested>>): Tensor => {
  const text = `${spec}\nweight unused: [1] init=zeros\nloss = sum(unused)\noptim sgd\n`;
  const result = interpretStep(modelOf(text), { batches: [tensors(inputs)] }).get('predict');
  if (result === undefined) throw new Error('nothing is predicted');
  return result;
};

/** The loss of a spec whose only parameter has no effect. */
export const lossOf = (ports: string, loss: string, inputs: Readonly<Record<string, Nested>>): number => {
  const text = `${ports}\nweight unused: [] init=zeros\nz = it + unused\n${loss}\noptim sgd\n`;
  return interpretStep(modelOf(text), { batches: [tensors(inputs)] }).get('loss')?.data[0] ?? NaN;
};

export const metricOf = (ports: string, metric: string, rows: Readonly<Record<string, Nested>>): number => {
  const text = `${ports}\nweight unused: [] init=zeros\nloss = unused\noptim sgd\n${metric}\n`;
  const model = modelOf(text);
  const results = interpretEvaluation(model, initialWeights(model, 1), tensors(rows));
  return [...results].find(([name]) => name !== 'loss')?.[1] ?? NaN;
};

/** A model of one parameter `w` whose gradient is the input `g`, in batches of one. */
export const oneParameter = (shape: readonly number[], optimizer: string): Model =>
  modelOf(
    `input g: f32[${shape.join(', ')}]\nweight w: [${shape.join(', ')}] init=zeros\nloss = sum(w * g)\n${optimizer}\n`,
  );

/** `w` after each of several updates. */
export const trained = (
  model: Model,
  start: Nested,
  gradients: readonly Nested[],
  updates = gradients.length,
): readonly Tensor[] => {
  const weights = new Map([['w', tensor(start)]]);
  return gradients.map((gradient, t) => {
    const batches = [new Map([['g', tensor([gradient])]])];
    const result = interpretStep(model, { weights: new Map([...weights, ['t', tensor(t)]]), batches, updates });
    for (const [name, value] of result) {
      if (name.startsWith('new/')) weights.set(name.slice('new/'.length), value);
      if (name.startsWith('state/')) weights.set(name, value);
    }
    return weights.get('w') ?? tensor(NaN);
  });
};
