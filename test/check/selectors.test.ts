/**
 * Selectors in all statements that take one: `*` is one name, `**` any number of them, and what lies below is meant too.
 * What a selector covers is said here by a regular expression; each statement shows in another way what it has reached.
 */
import { describe, expect, it } from 'vitest';
import type { Model } from '../../compiler/ir/model.ts';
import type { Tensor } from '../../compiler/ops/define.ts';
import { isLoaded } from '../../runtime/load/plan.ts';
import { interpretLoss } from '../oracle/interpret.ts';
import { elaboration, modelOf } from './elaboration.ts';

const network = `input x: f32[4]; target y: f32[2]
block body {
  repeat 2 as enc { layer dense 4 tanh; layer dense 4 tanh as out; layer layernorm }
}
layer dense 3 tanh as head
layer dense 2 as head_1
`;

const scoped = (scope: string, ...weights: readonly string[]): readonly string[] => weights.map((w) => `${scope}.${w}`);
const paths: readonly string[] = [
  ...['body.enc.0', 'body.enc.1'].flatMap((round) => [
    ...scoped(`${round}.dense`, 'kernel', 'bias'),
    ...scoped(`${round}.out`, 'kernel', 'bias'),
    ...scoped(`${round}.layernorm`, 'gamma', 'beta'),
  ]),
  ...scoped('head', 'kernel', 'bias'),
  ...scoped('head_1', 'kernel', 'bias'),
];
const matrices = paths.filter((path) => path.endsWith('kernel'));

/** Selectors with how many of the parameters each means, counted by hand. */
const selectors: readonly (readonly [string, number])[] = [
  ['body', 12],
  ['head', 2],
  ['head_1', 2],
  ['head.kernel', 1],
  ['body.enc', 12],
  ['body.enc.0', 6],
  ['body.enc.*', 12],
  ['body.enc.*.dense', 4],
  ['body.enc.*.dense.kernel', 2],
  ['body.*.1', 6],
  ['body.*.*.*.gamma', 2],
  ['*', 16],
  ['*.*', 16],
  ['*.*.*', 12],
  ['*.kernel', 2],
  ['**', 16],
  ['**.kernel', 6],
  ['**.gamma', 2],
  ['**.out', 4],
  ['**.0', 6],
  ['**.1.**.bias', 2],
  ['**.enc.**.bias', 4],
  ['body.**', 12],
  ['body.**.out.kernel', 2],
  ['**.**', 16],
  ['**.*.kernel', 6],
  ['head.**', 2],
  ['head.*', 2],
];

/** What matches none of them: names are whole, and a parameter has no more names than it has. */
const empty = ['hea', 'head_', 'dense', 'body.dense', 'body.enc.2', '*.*.*.*.*.*', 'head.**.gamma', 'kernel'];

/** The paths that a selector covers. */
function covered(selector: string, among = paths): readonly string[] {
  const names = selector
    .split('.')
    .map((name) => (name === '**' ? '(?:[^.]+\\.)*' : name === '*' ? '[^.]+\\.' : `${name}\\.`));
  // Any beginning of a path that ends behind a name.
  const pattern = new RegExp(`^${names.join('')}`);
  return among.filter((path) => pattern.test(`${path}.`));
}

const learning = 'loss mse; optim adam\n';

/** The parameters that a statement reaches, in the order of the spec. */
const statements: Readonly<Record<string, (selector: string) => readonly string[]>> = {
  freeze: (selector) =>
    frozen(modelOf(`${network}${learning}weight free: [2]; loss = mean(free^2)\nfreeze ${selector}`)),
  unfreeze: (selector) => {
    const kept = new Set(frozen(modelOf(`${network}${learning}freeze **; unfreeze ${selector}`)));
    return paths.filter((path) => !kept.has(path));
  },
  'phase … { freeze }': (selector) => {
    const [, second] = modelOf(
      `${network}${learning}weight free: [2]; loss = mean(free^2)\nphase a epochs=1 { clip norm 1 }\nphase b epochs=1 { freeze ${selector} }`,
    ).phases;
    const updated = new Set(second?.steps[0]?.updates.map(({ parameter }) => parameter));
    return paths.filter((path) => !updated.has(path));
  },
  'optim … for': (selector) => {
    const { phases } = modelOf(`${network}${learning}optim sgd for ${selector}`);
    const updates = phases[0]?.steps[0]?.updates ?? [];
    return updates.filter(({ optimizer }) => optimizer === 'sgd').map(({ parameter }) => parameter);
  },
  updates: (selector) => {
    const { phases } = modelOf(
      `${network}optim adam; step a updates ${selector} { loss mse }\nstep b updates ** { loss mse }`,
    );
    return (phases[0]?.steps[0]?.updates ?? []).map(({ parameter }) => parameter);
  },
  'penalty … on': (selector) => {
    const [plain, other] = [modelOf(network + learning), modelOf(`${network}${learning}penalty l2 1 on ${selector}`)];
    return reachedByPenalty(plain, other);
  },
  lora: (selector) => {
    const { parameters } = modelOf(`${network}${learning}lora ${selector} rank=1`);
    return parameters.filter(({ pair }) => pair !== undefined).map(({ path }) => path);
  },
  'reparam … on': (selector) => {
    const { parameters } = modelOf(`${network}${learning}reparam weight_norm on ${selector}`);
    return parameters.filter(({ reparam }) => reparam !== undefined).map(({ path }) => path);
  },
  load: (selector) => {
    const [load] = modelOf(`${network}${learning}load ${selector} from "w.safetensors"`).loads;
    return paths.filter((path) => load !== undefined && isLoaded(path, { ...load, names: [] }));
  },
};

const frozen = ({ parameters }: Model): readonly string[] =>
  parameters.filter((parameter) => parameter.frozen).map(({ path }) => path);

/** Each square counts by itself: weights are such that a sum of their squares says which of them are in it. */
function reachedByPenalty(plain: Model, other: Model): readonly string[] {
  const size = (path: string): number =>
    plain.parameters.find((each) => each.path === path)?.shape.reduce((a, b) => a * b, 1) ?? NaN;
  const weights = new Map<string, Tensor>(
    plain.parameters.map(({ path, shape }, i) => {
      const data = new Float64Array(size(path));
      data[0] = Math.sqrt(2 ** i);
      return [path, { shape, data }];
    }),
  );
  const batches = [
    new Map([
      ['x', { shape: [1, 4], data: new Float64Array(4) }],
      ['y', { shape: [1, 2], data: new Float64Array(2) }],
    ]),
  ];
  const more = Math.round(interpretLoss(other, { weights, batches }) - interpretLoss(plain, { weights, batches }));
  return plain.parameters.flatMap(({ path }, i) => (Math.floor(more / 2 ** i) % 2 === 1 ? [path] : []));
}

/** Vectors are left alone where they are not named. */
const matricesOrNamed = (selector: string): readonly string[] =>
  covered(selector).filter((path) => path.endsWith('kernel') || selector.split('.').at(-1) === path.split('.').at(-1));

/** Pairs stand beside matrices. */
const expected: Readonly<Record<string, (selector: string) => readonly string[]>> = {
  'penalty … on': matricesOrNamed,
  'reparam … on': matricesOrNamed,
  lora: (selector) => covered(selector, matrices),
};

it.each(selectors)('%s means %i parameters', (selector, count) => {
  expect(covered(selector)).toHaveLength(count);
});

describe.each(Object.entries(statements))('%s', (statement, reach) => {
  const wanted = expected[statement] ?? covered;
  // That nothing is left to train, or to adapt, is another mistake, which other tests have.
  const isFreezing = /\bfreeze/.test(statement);
  const leavesSome = (selector: string): boolean => !isFreezing || covered(selector, ['free']).length === 0;
  const some = selectors
    .map(([selector]) => selector)
    .filter((selector) => wanted(selector).length > 0 && leavesSome(selector));
  it.each(some)('%s', (selector) => {
    expect(reach(selector)).toEqual(wanted(selector));
  });
});

const written = {
  freeze: (s: string) => `freeze ${s}`,
  unfreeze: (s: string) => `freeze head; unfreeze ${s}`,
  'phase … { freeze }': (s: string) => `phase a epochs=1 { freeze ${s} }`,
  'optim … for': (s: string) => `optim sgd for ${s}`,
  updates: (s: string) => `step a updates ${s} { loss mse }`,
  'penalty … on': (s: string) => `penalty l2 1 on ${s}`,
  lora: (s: string) => `lora ${s} rank=1`,
  'reparam … on': (s: string) => `reparam weight_norm on ${s}`,
  load: (s: string) => `load ${s} from "w.safetensors"`,
} as const;

describe.each(Object.entries(written))('%s', (_, write) => {
  it.each(empty)('%s matches nothing, which is told where it stands', (selector) => {
    const text = `${network}${learning}${write(selector)}`;
    const told = elaboration(text).diagnostics.filter(({ code }) => code === 'NN2020');
    expect(told.map(({ primary: { span } }) => text.slice(span.start, span.end))).toEqual([selector]);
  });
});

describe('selectors that meet', () => {
  it.each([
    ['optim sgd for body.**; optim momentum for **.bias', 'NN3005'],
    ['optim sgd for *.enc; optim momentum for body.*.0', 'NN3005'],
    ['lora **.out rank=1; lora body.enc.1 rank=1', 'NN3019'],
    ['reparam weight_norm on **.out; reparam spectral_norm on body.enc.1', 'NN3021'],
    ['load body.* from "a.safetensors"; load **.gamma from "b.safetensors"', 'NN3017'],
  ])('%s', (lines, code) => {
    expect(elaboration(`${network}${learning}${lines}`).diagnostics.map((each) => each.code)).toContain(code);
  });

  it.each([
    'optim sgd for *.enc.0; optim momentum for *.enc.1',
    'optim sgd for **.bias; optim momentum for **.kernel',
    'lora *.enc.*.dense rank=1; lora *.enc.*.out rank=1',
    'load *.*.0 from "a.safetensors"; load *.*.1 from "b.safetensors"',
  ])('%s do not', (lines) => {
    expect(
      elaboration(`${network}${learning}${lines}`).diagnostics.filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  });

  it('the last one that reaches a parameter says whether it is frozen', () => {
    const text = `${network}${learning}freeze body.**; unfreeze **.kernel; freeze *.enc.1.dense`;
    const wanted = paths.filter((path) => /^body\.(.*\.(bias|gamma|beta)|enc\.1\.dense\.kernel)$/.test(path));
    expect(frozen(modelOf(text))).toEqual(wanted);
  });
});
