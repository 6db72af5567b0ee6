/** What other programs call a function is advised in a form that compiles, and is no name of ours. */
import { expect, it } from 'vitest';
import { foreignFunctions, writtenHere } from '../../compiler/diagnostics/elsewhere.ts';
import { elaboration } from './elaboration.ts';

/** Values that the forms speak of. */
const values = `input x: f32[2, 2]
y = exp(x); ids = argsort(x); mask = x > 0; condition = mask; values = y; value = 2; w = y^2; p = sigmoid(x)
weight scale: []
loss = mean(x) * scale
optim sgd
`;

/** The forms that stand in a help, without what is said about them. */
const formsOf = (help: string): readonly string[] =>
  help
    .replace(/^it is written /, '')
    .replace(/: shapes do not depend on values|, and reshape|, or broadcast and reshape|, …/g, '')
    .split(/, or | for each example| where the places are known|(?<=\]), (?=x\[)/)
    .filter((form) => form !== '' && form !== 'batch_mean, and arithmetic');

it.each(foreignFunctions)('%s', (name) => {
  const { diagnostics } = elaboration(`${values}predict a=(${name}(x))`);
  const help = writtenHere(name);
  expect(diagnostics.filter(({ code }) => code === 'NN2010').map((found) => found.help)).toEqual([help]);
  if (help?.startsWith('it is written') !== true) return;
  const blocks = /depth_to_space/.test(help)
    ? 'x: f32[1, 1, 4]'
    : /resize|space_to_depth|lrn/.test(help)
      ? 'x: f32[2, 2, 3]'
      : undefined;
  const given =
    blocks === undefined ? values : `input ${blocks}\nweight scale: []\nloss = mean(x) * scale\noptim sgd\n`;
  for (const form of formsOf(help)) {
    const wrong = elaboration(`${given}predict a=(${form})`).diagnostics.filter(({ severity }) => severity === 'error');
    expect(
      wrong.map(({ message }) => message),
      form,
    ).toEqual([]);
  }
});
