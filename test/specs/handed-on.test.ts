/**
 * What a step hands on as it stands: gradients that are parameters, and states that are losses, gradients or the new
 * values of other states, although the step replaces them; and states and slots that are written and never read.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { holds } from './whole-check.ts';

const weights = (shapes: Readonly<Record<string, string>>): string =>
  Object.entries(shapes)
    .map(([name, shape]) => `weight ${name}: ${shape} init=normal(1)`)
    .join('\n');

/** A layer over [3] that moves a state of the shape towards the mean of what it sees, after `first`; then `result`. */
const moving = (shape: string, first: string, result: string): string =>
  `def layer moving {
  weight w: ${shape} init=normal(1)
  state seen: [3] = ones
  ${first}
  if training { seen <- 0.5 * seen + 0.5 * batch_mean(it) }
  it = ${result}
}
input x: f32[3]
layer moving`;

/** A layer with two states whose body is this, beside a loss with a weight. */
const pair = (shapes: readonly [string, string], body: string): string =>
  `def layer pair {
  state a: ${shapes[0]} = ones
  state b: ${shapes[1]} = zeros
${body
  .split('; ')
  .map((line) => `  ${line}`)
  .join('\n')}
}
input x: f32[3]
weight w: [3] init=ones
loss = sum(w^2)
layer pair
loss = it^2`;

const optimizer = (lines: string): string => `def optim own(lr=0.1) {
${lines
  .split('; ')
  .map((line) => `  ${line}`)
  .join('\n')}
}
input x: f32[3]
weight w: [3] init=normal(1)
loss = mean((x * w - 1)^2)
optim own`;

const learning = ['optim sgd lr=0.5', 'optim sgd lr=0.5; accumulate 2', 'optim momentum lr=0.5; clip norm 0.3'];

/** Losses, which are learnt in each of these ways. */
const losses: Readonly<Record<string, string>> = {
  'its own gradient': `input x: f32[3]\n${weights({ w: '[3]' })}\nloss = 0.5 * sum(w^2)`,
  'each the gradient of the other': `input x: f32[3]\n${weights({ u: '[3]', w: '[3]' })}\nloss = sum(u * w)`,
  'the other as a view': `input x: f32[3]\n${weights({ u: '[3, 2]', w: '[6]' })}\nloss = sum(reshape(u, [6]) * w)`,
  'the other transposed': `input x: f32[3]\n${weights({ u: '[3, 2]', w: '[2, 3]' })}\nloss = sum(u * transpose(w))`,
  'a constant gradient': `input x: f32[3]\n${weights({ u: '[3]' })}\nloss = sum(u)`,
  'a frozen weight as the gradient': `input x: f32[3]\n${weights({ u: '[3]', w: '[3]' })}\nloss = sum(u * w)\nfreeze w`,
  'a state as the gradient': `${moving('[3]', 'y = sum(w * seen)', 'y')}\nloss = it`,
  'a view of a state as the gradient': `${moving('[3, 1]', 'y = sum(w * reshape(seen, [3, 1]))', 'y')}\nloss = it`,
  'a new state as the gradient': `${moving('[3]', 'y = 1', 'sum(w * seen) * y')}\nloss = it`,
  'a state as a loss': `${moving('[3]', 'y = sum(seen)', 'y + sum(w)')}\nloss = it`,
  'one state as the new value of another': pair(
    ['[3]', '[3]'],
    'old = b; b <- 0.5 * b + 0.5 * batch_mean(it); a <- old; it = it + a',
  ),
  'two states that change places': pair(['[3]', '[3]'], 'old = b; b <- a; a <- old; it = it + a'),
  'two views that change places': pair(
    ['[3]', '[3, 1]'],
    'old = b; b <- reshape(a, [3, 1]); a <- reshape(old, [3]); it = it + a',
  ),
  'a state that training writes and does not read': pair(
    ['[3]', '[3]'],
    'if training { a <- batch_mean(it) } else { it = it - a }; b <- a',
  ),
  'one sum as the new value of two': pair(['[3]', '[3]'], 'm = batch_sum(it); b <- m; a <- m; it = it + a * b'),
};

const singleState = `def layer single {
  state seen: [1] = ones
  y = reshape(seen, [])
  if training { seen <- 0.5 * seen + 0.5 * batch_mean(it) }
  it = y
}
input x: f32[1]
weight w: [1] init=ones
loss = sum(w^2)
layer single
loss = it`;

const specs: readonly (readonly [string, string])[] = [
  ...Object.entries({ ...losses, 'a view of a state as a loss': singleState }).flatMap(([name, text]) =>
    learning.map((how) => [`${name}, ${how}`, `${text}\n${how}\n`] as const),
  ),
  ['a slot that is written and never read', optimizer('state last = zeros; last <- grad; param <- param - lr * grad')],
  [
    'slots handed on',
    optimizer('state a = zeros; state b = zeros; old = b; b <- a; a <- param; param <- param - lr * grad - 0.1 * old'),
  ],
  [
    'slots that start as their parameters, of which one is a number',
    optimizer('state slow = param; slow <- 0.5 * slow + 0.5 * grad; param <- param - lr * slow')
      .replace('weight w', 'weight c: [] init=ones\nweight w')
      .replace('loss =', 'loss = c *'),
  ],
  [
    'a slot as the new parameter',
    optimizer('state before = param; old = before; before <- param - lr * grad; param <- old'),
  ],
];

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  test.each(specs)('%s', async (name, text) => {
    await holds(name, text, kernels);
  });
});
