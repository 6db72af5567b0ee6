/** `nnc check --grad`: finds nothing in models that are right, and what is wrong by parameter and statement. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { gradientsOf } from '../../compiler/cli/check-gradients.ts';
import { check } from '../../compiler/compile.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import { registry } from '../../compiler/ops/index.ts';
import { amount, everything, sampled } from '../amounts.ts';
import { randomSpec } from '../random/spec.ts';
import { smallSpecs } from '../specs/small-specs.ts';
import { smaller, specFiles } from '../specs/spec-files.ts';

function gradients(text: string, settings: Readonly<Record<string, string>> = {}) {
  const source = { file: 'model.nn', text };
  const { model, diagnostics } = check(source, { settings });
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return gradientsOf(model, source);
}

const messagesOf = (text: string, settings?: Readonly<Record<string, string>>): readonly string[] =>
  gradients(text, settings).diagnostics.map((each) => render(each));

const folder = join(import.meta.dirname, '../grammar/contract');
const contract = readdirSync(folder)
  .filter((name) => name.endsWith('.nn'))
  .map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return { name, text: smaller(text) };
  })
  .filter(({ name, text }) => {
    const { model } = check({ file: name, text }, {});
    return model !== undefined;
  });

describe('of a model that is right', () => {
  const all = [...smallSpecs.filter((_, i) => everything || i % 3 === 0), ...specFiles(), ...contract];
  it.each(sampled(all, 2))('nothing is said: $name', { timeout: 60_000 }, ({ text }) => {
    const { steps, diagnostics } = gradients(text);
    expect(diagnostics.map((each) => render(each))).toEqual([]);
    expect(steps.flatMap(({ parameters }) => parameters).length).toBeGreaterThan(0);
  });

  // A gradient that a spec stops on purpose is spoken of.
  const seeds = Array.from({ length: amount(20, 40, 400) }, (_, i) => i).filter(
    (seed) => !randomSpec(seed).includes('stop_gradient'),
  );
  it.each(seeds)('nothing is said: random spec %i', { timeout: 60_000 }, (seed) => {
    expect(messagesOf(randomSpec(seed))).toEqual([]);
  });
});

describe('of a stop_gradient', () => {
  const net = (middle: string, definitions = ''): string =>
    `${definitions}input x: f32[4]; target y: f32[2]\nlayer dense 3 tanh as below\n${middle}\nlayer dense 2 as above\nloss mse\noptim sgd\n`;
  const cut = 'def layer cut() { it = it + 2 * stop_gradient(sin(it)) }\n';
  const fn = 'def fn cut(x) = x + 2 * stop_gradient(sin(x))\n';

  it.each([
    ['in a line of the spec', net('it = it + 2 * stop_gradient(sin(it))'), 'stop_gradient(sin(it))', ['below']],
    ['in a block', net('block b { it = it + stop_gradient(it^2) }'), 'stop_gradient(it^2)', ['below']],
    ['in a definition', net('layer cut', cut), 'layer cut', ['below']],
    ['in a function', net('it = cut(it)', fn), 'it = cut(it)', ['below']],
    ['in rounds', net('repeat 3 { layer dense 3 tanh; layer cut }', cut), 'layer cut', ['below', 'repeat.0.dense']],
    [
      'in what is reused',
      net('block b { layer dense 3 tanh; it = it + stop_gradient(it^2) }; reuse b from it'),
      'stop_gradient(it^2)',
      ['below', 'b.dense'],
    ],
    [
      'in a loss',
      net('').replace('loss mse', 'loss = mean((it - stop_gradient(sum(it)) - y)^2)'),
      'stop_gradient(sum(it))',
      ['below', 'above'],
    ],
  ])('%s, the statement is named, and the parameters that it misleads', (_, text, statement, scopes) => {
    const { steps, diagnostics } = gradients(text);
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['NN6015']));
    for (const { primary, secondary, facts } of diagnostics) {
      const [label = primary] = secondary.length > 0 ? secondary : [primary];
      expect(label.source.text.slice(label.span.start, label.span.end)).toContain(statement);
      for (const scope of scopes.slice(0, 1)) expect(JSON.stringify(facts)).toContain(`${scope}.kernel`);
    }
    const wrong = steps.flatMap(({ parameters }) =>
      parameters.filter(({ isRight }) => !isRight).map(({ path }) => path),
    );
    for (const scope of scopes) expect(wrong).toContain(`${scope}.kernel`);
    if (!scopes.includes('above')) expect(wrong).not.toContain('above.kernel');
  });

  it('that is a scan’s own, the scan is named', () => {
    const text = `input x: f32[4, 3]; target y: f32[2]
def layer leaky(units) {
  weight w: [in, units]; weight u: [units, units]
  scan x over it with h = zeros([units]) { h = tanh(x @ w + h @ u + stop_gradient(h)) }
  it = h
}
layer leaky 3; layer dense 2
loss mse; optim sgd
`;
    const [message = ''] = messagesOf(text);
    expect(message).toContain('NN6015');
    expect(message).toMatch(/leaky\.[wu] and leaky\.[wu] stops/);
    expect(message).toContain('layer leaky 3');
  });
});

describe('of an operation whose rule is wrong', () => {
  const names = 'tanh exp sin log1p matmul sum gather concat correlate'.split(' ');
  const text = `input x: f32[6, 6, 1]; input ids: i32[3] in 0..4; target y: f32[2]
layer conv 2 3x3 from x as seen
layer flatten
a = log1p(exp(it)) + sin(it)
layer embedding 5 4 from ids
layer dense 3 tanh from concat([a, sum(it, axis=0)]) as joined
layer dense 2 as out
loss mse; optim sgd
`;
  const kept = new Map(names.map((name) => [name, registry.get(name)?.vjp] as const));
  const put = (name: string, vjp: unknown): void => {
    const op = registry.get(name);
    if (op !== undefined)
      Object.defineProperty(op, 'vjp', { value: vjp, configurable: true, writable: true, enumerable: true });
  };
  afterEach(() => kept.forEach((vjp, name) => put(name, vjp)));

  it('nothing is said of it where it is right', () => expect(messagesOf(text)).toEqual([]));

  it.each(names)('%s is found, with the parameters and the statement', (name) => {
    const vjp = kept.get(name);
    if (typeof vjp !== 'function') throw new Error(`${name} has no rule`);
    put(name, (context: Parameters<typeof vjp>[0]) =>
      vjp(context).map((dx) => (dx === null ? dx : context.b.apply('mul', [dx, context.b.constant(1.01)]))),
    );
    const { diagnostics } = gradients(text);
    expect(diagnostics.map(({ code }) => code)).toContain('NN6016');
    const found = diagnostics.filter(({ facts }) => facts?.['op'] === name);
    expect(found.length).toBeGreaterThan(0);
    expect(diagnostics.every(({ facts }) => facts?.['op'] === name)).toBe(true);
  });
});
