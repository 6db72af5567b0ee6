/**
 * Where a loss is finite its gradient is, and so are the weights after an update: at zeros, where all numbers are equal, and
 * far out, where a factor 0 meets an infinite one. The cases are the examples that the library and the operations show.
 */
import { expect, it } from 'vitest';
import { check } from '../../compiler/compile.ts';
import { internalOps } from '../../compiler/language/language-functions.ts';
import { standardLibrary } from '../../compiler/language/standard-library.ts';
import { registry } from '../../compiler/ops/index.ts';
import { documentationOf } from '../../grammar/documentation.ts';
import { sampled } from '../amounts.ts';
import { interpretStep } from '../oracle/interpret.ts';

const values = [0, 1, -1, 0.5, 30, -30, 200, -200, 1e10, 1e-30];
/** Each input holds one number: the same in all of them, or not. */
const fillings = sampled(
  values.flatMap((value, i) => [0, 3].map((by) => [value, values[(i + by) % values.length] ?? value])),
  4,
);

/** Where the derivative itself is infinite, as it is in PyTorch. */
const infinite: Readonly<Record<string, string>> = {
  sqrt: '1/(2√x) at 0',
  pow: '½/√a at 0, for a^½',
  asin: '1/√(1 − x²) at ±1',
  acos: '−1/√(1 − x²) at ±1',
  acosh: '1/√(x² − 1) at 1',
};

const shown = [
  ...standardLibrary()
    .entries()
    .filter(({ sort }) => sort !== 'augment') // they work on batches before the step
    .map(({ sort, name, documentation }) => ({
      name: `${sort} ${name}`,
      example: documentationOf(documentation).example,
    })),
  ...[...registry.values()].map(({ name, inputs, elementwise, example }) => {
    const call = `${inputs.map((input) => `input ${input}: f32[4]\n`).join('')}predict ${name}(${inputs.join(', ')})`;
    return { name, example: internalOps.has(name) ? undefined : (example ?? (elementwise ? call : undefined)) };
  }),
];

/** The example trained: what it reads is moved by weights, and what it predicts is a loss where it has none. */
function trained(example: string): string {
  let text = example
    .replace('32, 32', '6, 6')
    .replace(
      /input (\w+): f32\[([^\]]*)\]( in [^\n;]*)?/g,
      'input $1_at: f32[$2]$3; weight $1_by: [$2] init=zeros; $1 = $1_at + $1_by; it = $1',
    );
  if (!/\bloss\b/.test(text)) {
    const [, predicted] = /^predict (?:\w+=)?(.*?)(?: \w+=.*)?$/m.exec(text) ?? [];
    text = text.replace(/^predict .*$/m, '') + `\nresult = ${predicted ?? 'it'}\nloss = mean(sum(result + result^2))`;
  }
  return /\boptim\b/.test(text) ? text : `${text}\noptim sgd`;
}

const cases = shown.flatMap(({ name, example }) => {
  if (example === undefined) return [];
  const { model } = check({ file: `${name}.nn`, text: trained(example) }, {});
  return model === undefined ? [] : [{ name, model }];
});

it('is asked of nearly all that the library shows', () => {
  expect(cases.length).toBeGreaterThan(230);
  expect(Object.keys(infinite).filter((name) => !cases.some((each) => each.name === name))).toEqual([]);
});

it.each(sampled(cases, 4, 1))('$name', ({ name, model }) => {
  const met = fillings.flatMap((filling) => {
    const batch = new Map(
      model.ports.map(({ name, role, dtype, shape }, i) => {
        const value = dtype === 'i32' ? 0 : role === 'target' ? 1 : (filling[i % 2] ?? 0);
        const full = [2, ...shape];
        return [name, { shape: full, data: new Float64Array(full.reduce((n, length) => n * length, 1)).fill(value) }];
      }),
    );
    const results = interpretStep(model, { batches: [batch], updates: 10 });
    const bad = [...results].flatMap(([path, { data }]) => (data.every(Number.isFinite) ? [] : [path]));
    return Number.isFinite(Math.fround(results.get('loss')?.data[0] ?? NaN)) && bad.length > 0
      ? [`${filling.join(' and ')}: ${bad.join(', ')}`]
      : [];
  });
  if (name in infinite) expect(met).not.toEqual([]);
  else expect(met).toEqual([]);
});
