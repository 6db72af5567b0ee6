/** Metrics whose figures are made of counts: over random rows, in one batch and in several, against plain definitions. */
import { describe, expect, it } from 'vitest';
import { modelOf } from '../check/elaboration.ts';
import { initialWeights, interpretBatches, interpretEvaluation } from '../oracle/interpret.ts';
import { tensors, type Nested } from './model.ts';

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const mean = (xs: readonly number[]): number => (xs.length === 0 ? 0 : sum(xs) / xs.length);
const share = (a: number, b: number): number => (b === 0 ? 0 : a / b);
const range = (n: number): readonly number[] => [...Array(n).keys()];

/** One thing that is judged: its logits, and the class or what each output should be. */
interface Judged<Target> {
  readonly z: readonly number[];
  readonly y: Target;
}

/** Whole numbers below n that look random. */
function drawn(n: number, seed: number): (below: number) => number {
  let i = seed * 7919;
  return (below) => {
    const x = Math.sin(12.9898 * ++i + n) * 43758.5453;
    return Math.floor((x - Math.floor(x)) * below);
  };
}

const rows = 23;
/** Logits are halves, so that some are equal; a few are huge. */
const logit = (next: (below: number) => number): number => (next(12) === 0 ? 60 * (next(7) - 3) : (next(13) - 6) / 2);
const ofClasses = (K: number, seed: number, missing: boolean): readonly Judged<number>[] => {
  const next = drawn(K, seed);
  return range(rows).map(() => ({
    z: range(K).map(() => logit(next)),
    y: next(missing ? K + 1 : K) - Number(missing),
  }));
};
const ofBits = (outputs: number, seed: number): readonly Judged<readonly number[]>[] => {
  const next = drawn(outputs, seed);
  return range(rows).map(() => ({ z: range(outputs).map(() => logit(next)), y: range(outputs).map(() => next(2)) }));
};

/** Hits, what is said and what is meant, of a class or an output. */
interface Counts {
  readonly hits: number;
  readonly said: number;
  readonly meant: number;
  readonly all: number;
}
const counts = (flags: readonly (readonly [boolean, boolean])[]): Counts => ({
  hits: flags.filter(([p, q]) => p && q).length,
  said: flags.filter(([p]) => p).length,
  meant: flags.filter(([, q]) => q).length,
  all: flags.length,
});
const known = (of: readonly Judged<number>[]): readonly Judged<number>[] => of.filter(({ y }) => y >= 0);
const first = (z: readonly number[]): number => z.indexOf(Math.max(...z));
const byClass = (of: readonly Judged<number>[]): readonly Counts[] =>
  (of[0]?.z ?? []).map((_, k) => counts(known(of).map(({ z, y }) => [first(z) === k, y === k])));
const byOutput = (of: readonly Judged<readonly number[]>[]): readonly Counts[] =>
  (of[0]?.z ?? []).map((_, k) => counts(of.map(({ z, y }) => [(z[k] ?? NaN) > 0, y[k] === 1])));

const macro = (of: readonly Counts[], figure: (c: Counts) => number): number =>
  mean(of.filter(({ said, meant }) => said + meant > 0).map(figure));
const micro = (of: readonly Counts[], figure: (c: Counts) => number): number => {
  const total = (key: keyof Counts): number => sum(of.map((c) => c[key]));
  return figure({ hits: total('hits'), said: total('said'), meant: total('meant'), all: total('all') });
};
const precision = ({ hits, said }: Counts): number => share(hits, said);
const recall = ({ hits, meant }: Counts): number => share(hits, meant);

/** The correlation of two rows of numbers. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const together = sum(a.map((x, i) => (x - ma) * ((b[i] ?? NaN) - mb)));
  const spread = Math.sqrt(sum(a.map((x) => (x - ma) ** 2)) * sum(b.map((x) => (x - mb) ** 2)));
  return share(together, spread);
}
/** Of several classes: the covariances of their indicators, summed up (Gorodkin). */
function gorodkin(of: readonly Judged<number>[]): number {
  const K = of[0]?.z.length ?? 0;
  const covariance = (a: (k: number) => readonly number[], b: (k: number) => readonly number[]): number =>
    sum(range(K).map((k) => sum(a(k).map((x, i) => (x - mean(a(k))) * ((b(k)[i] ?? NaN) - mean(b(k)))))));
  const said = (k: number): readonly number[] => known(of).map(({ z }) => Number(first(z) === k));
  const meant = (k: number): readonly number[] => known(of).map(({ y }) => Number(y === k));
  return share(covariance(said, meant), Math.sqrt(covariance(said, said) * covariance(meant, meant)));
}

/** How often a positive is above a negative, pair by pair. */
function pairwise(of: readonly (readonly [score: number, positive: boolean])[]): number {
  const pairs = of.flatMap(([a, p]) => (p ? of.flatMap(([b, q]) => (q ? [] : [a > b ? 1 : a === b ? 0.5 : 0])) : []));
  return mean(pairs);
}
const output = (of: readonly Judged<readonly number[]>[], k: number, score = (z: number): number => z): number =>
  pairwise(of.map(({ z, y }) => [score(z[k] ?? NaN), y[k] === 1]));
const bin = (n: number) => (z: number) => Math.floor((n * (z / (1 + Math.abs(z)) + 1)) / 2);

const negativeLog = ({ z, y }: Judged<number>): number => {
  const top = Math.max(...z);
  return Math.log(sum(z.map((x) => Math.exp(x - top)))) + top - (z[y] ?? NaN);
};
const among = (of: readonly Judged<number>[], k: number): number =>
  mean(
    known(of).map(({ z, y }) => {
      const order = [...z.keys()].sort((a, b) => (z[b] ?? NaN) - (z[a] ?? NaN) || a - b);
      return Number(order.indexOf(y) < k);
    }),
  );

const five = ofClasses(5, 1, true);
const two = ofClasses(2, 2, true);
/** Classes that never come, on either side. */
const absent = ofClasses(5, 3, false).map(({ z, y }) => ({ z: z.map((x, k) => (k > 2 ? -1e3 : x)), y: y % 4 }));
/** Classes that are said and never meant. */
const unmeant = ofClasses(5, 6, false).map(({ z, y }) => ({ z, y: y % 2 }));
const same = five.map(({ z }) => ({ z, y: 1 }));
const bits = ofBits(3, 4);
const negatives = bits.map(({ z }) => ({ z, y: [0, 0, 0] }));
const huge = bits.map(({ z, y }) => ({ z: z.map((x) => 1e20 * x), y }));
const numbers = ofBits(3, 5).map(({ z, y }) => ({ z, y: y.map((bit, k) => bit * 3 - (z[k] ?? NaN) / 7) }));

const klass = (K: number): string => `input x: f32[${K}]; target y: class[${K}]`;
const real = 'input x: f32[3]; target y: f32[3]';

describe('over all rows, in however many batches', () => {
  it.each<readonly [string, string, readonly Judged<Nested>[], number]>([
    ['precision', klass(5), five, macro(byClass(five), precision)],
    ['precision average=micro', klass(5), five, micro(byClass(five), precision)],
    ['precision', klass(5), absent, macro(byClass(absent), precision)],
    ['precision', klass(5), unmeant, macro(byClass(unmeant), precision)],
    ['precision', real, bits, macro(byOutput(bits), precision)],
    ['precision average=micro', real, bits, micro(byOutput(bits), precision)],
    ['recall', klass(5), five, macro(byClass(five), recall)],
    ['recall average=micro', klass(5), five, micro(byClass(five), recall)],
    ['recall', klass(5), absent, macro(byClass(absent), recall)],
    ['recall', klass(5), unmeant, macro(byClass(unmeant), recall)],
    ['recall', real, bits, macro(byOutput(bits), recall)],
    ['recall average=micro', real, bits, micro(byOutput(bits), recall)],
    ['recall', real, negatives, 0],
    ['mcc', klass(5), five, gorodkin(five)],
    ['mcc', klass(5), absent, gorodkin(absent)],
    ['mcc', klass(5), same, 0],
    [
      'mcc',
      klass(2),
      two,
      correlation(
        known(two).map(({ z }) => first(z)),
        known(two).map(({ y }) => y),
      ),
    ],
    [
      'mcc',
      real,
      bits,
      mean(
        range(3).map((k) =>
          correlation(
            bits.map(({ z }) => Number((z[k] ?? NaN) > 0)),
            bits.map(({ y }) => y[k] ?? NaN),
          ),
        ),
      ),
    ],
    ['auc', real, bits, mean(range(3).map((k) => output(bits, k)))],
    ['auc bins=7', real, bits, mean(range(3).map((k) => output(bits, k, bin(7))))],
    ['auc', real, negatives, 0],
    ['auc', real, huge, mean(range(3).map((k) => output(huge, k, Math.sign)))],
    ['auc', klass(2), two, pairwise(known(two).map(({ z, y }) => [(z[1] ?? NaN) - (z[0] ?? NaN), y === 1]))],
    ['top_k_accuracy', klass(5), five, 1],
    ['top_k_accuracy k=3', klass(5), five, among(five, 3)],
    ['top_k_accuracy k=2', klass(5), absent, among(absent, 2)],
    ['top_k_accuracy k=1', klass(5), five, mean(known(five).map(({ z, y }) => Number(first(z) === y)))],
    ['perplexity', klass(5), five, Math.exp(mean(known(five).map(negativeLog)))],
    ['rmse', real, numbers, Math.sqrt(mean(numbers.flatMap(({ z, y }) => z.map((x, k) => (x - (y[k] ?? NaN)) ** 2))))],
  ])('%s, %s', (metric, ports, judged, expected) => {
    const model = modelOf(`${ports}\nweight unused: [] init=zeros\nloss = unused\noptim sgd\nmetric ${metric} x y\n`);
    const weights = initialWeights(model, 1);
    const batch = (of: readonly Judged<Nested>[]) => tensors({ x: of.map(({ z }) => z), y: of.map(({ y }) => y) });
    const figure = (results: ReadonlyMap<string, number>): number =>
      [...results].find(([name]) => name !== 'loss')?.[1] ?? NaN;
    const parts = [judged.slice(0, 9), judged.slice(9, 10), judged.slice(10)].map(batch);
    for (const found of [
      figure(interpretEvaluation(model, weights, batch(judged))),
      figure(interpretBatches(model, weights, parts)),
    ]) {
      expect(Math.abs(found - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
    }
  });
});

/** Levenshtein's distance, over all ways to take, leave or change the last one. */
const distance = (a: readonly number[], b: readonly number[]): number => {
  const [x, y] = [a.at(-1), b.at(-1)];
  if (x === undefined || y === undefined) return a.length + b.length;
  const [shorter, other] = [a.slice(0, -1), b.slice(0, -1)];
  if (x === y) return distance(shorter, other);
  return 1 + Math.min(distance(shorter, b), distance(a, other), distance(shorter, other));
};

describe('label_error_rate', () => {
  const [T, K, L] = [7, 4, 5];
  /** What is said at each place, where it counts, and the labels that are meant. */
  const spoken = range(19).map((i) => {
    const next = drawn(K, 40 + i);
    const said = range(T).map(() => next(K));
    const keep = range(T).map(() => Number(next(5) > 0));
    return { said, keep, labels: range(next(L + 1)).map(() => next(K)) };
  });
  const read = (said: readonly number[], blank: number): readonly number[] =>
    said.filter((label, t) => label !== blank && label !== said[t - 1]);

  it.each<readonly [string, boolean, number]>([
    ['', false, 0],
    [' blank=3', false, 3],
    [' mask=keep', true, 0],
    [' mask=keep blank=2', true, 2],
  ])('label_error_rate%s', (args, isMasked, blank) => {
    const rows = spoken.map(({ said, keep, labels }) => ({
      said,
      keep,
      labels: labels.filter((label) => label !== blank),
      heard: said.filter((_, t) => !isMasked || keep[t] === 1),
    }));
    const expected =
      sum(rows.map(({ heard, labels }) => distance(read(heard, blank), labels))) /
      sum(rows.map(({ labels }) => labels.length));
    const ports = `input keep: f32[${T}]; input x: f32[${T}, ${K}]; target y: class[${K}][${L}]`;
    const model = modelOf(
      `${ports}\nloss ctc x y\nweight unused: [] init=zeros\nloss = unused\noptim sgd\nmetric label_error_rate x y${args}\n`,
    );
    const batch = (of: typeof rows) =>
      tensors({
        x: of.map(({ said }) => said.map((best) => range(K).map((k) => Number(k === best)))),
        keep: of.map(({ keep }) => keep),
        y: of.map(({ labels }) => range(L).map((j) => labels[j] ?? -1)),
      });
    const weights = initialWeights(model, 1);
    const parts = [rows.slice(0, 9), rows.slice(9, 10), rows.slice(10)].map(batch);
    expect(interpretBatches(model, weights, parts).get('label_error_rate')).toBeCloseTo(expected, 9);
    expect(interpretEvaluation(model, weights, batch(rows)).get('label_error_rate')).toBeCloseTo(expected, 9);
  });
});
