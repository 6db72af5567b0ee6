/** rnn, lstm, gru and bidirectional, as specs mean them, against plain loops that are written after conventions 2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../compiler/ops/define.ts';
import { evaluateGraph, noDraw } from '../../compiler/targets/reference/evaluate.ts';
import { everything } from '../amounts.ts';
import { modelOf } from '../check/elaboration.ts';

type Cell = 'rnn' | 'lstm' | 'gru';
type Row = readonly number[];

interface Case {
  readonly cell: Cell;
  readonly steps: number;
  readonly width: number;
  readonly units: number;
  readonly rows: number;
  readonly act: 'tanh' | 'relu' | 'sigmoid';
  readonly sequences: boolean;
  readonly reverse: boolean;
  readonly masked: boolean;
  readonly bidirectional: boolean;
  readonly seed: number;
}

const anyCase: fc.Arbitrary<Case> = fc.record({
  cell: fc.constantFrom('rnn' as const, 'lstm' as const, 'gru' as const),
  steps: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 4 }),
  units: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 1, max: 3 }),
  act: fc.constantFrom('tanh' as const, 'relu' as const, 'sigmoid' as const),
  sequences: fc.boolean(),
  reverse: fc.boolean(),
  masked: fc.boolean(),
  bidirectional: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const acts = { tanh: Math.tanh, relu: (x: number) => Math.max(0, x), sigmoid } as const;

/** Weights of one direction: those by input and by state as rows, and biases. */
interface Weights {
  readonly kernel: readonly Row[];
  readonly recurrent: readonly Row[];
  readonly bias: readonly Row[];
}

/** Σᵢ xᵢ wᵢⱼ. */
const times = (x: Row, w: readonly Row[], j: number): number =>
  x.reduce((sum, xi, i) => sum + xi * (w[i]?.[j] ?? NaN), 0);

const at = (row: Row | undefined, j: number): number => row?.[j] ?? NaN;

/** The state after one position: h, and the memory of an lstm. */
function turn(cell: Cell, act: Case['act'], x: Row, h: Row, c: Row, { kernel, recurrent, bias }: Weights): [Row, Row] {
  const units = h.length;
  const all = [...h.keys()];
  const byInput = (j: number): number => times(x, kernel, j) + at(bias[0], j);
  switch (cell) {
    case 'rnn':
      return [all.map((j) => acts[act](byInput(j) + times(h, recurrent, j))), c];
    case 'lstm': {
      const gate = (g: number, j: number): number => byInput(g * units + j) + times(h, recurrent, g * units + j);
      const memory = all.map((j) => sigmoid(gate(1, j)) * at(c, j) + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)));
      return [all.map((j) => sigmoid(gate(3, j)) * Math.tanh(at(memory, j))), memory];
    }
    case 'gru': {
      const byState = (j: number): number => times(h, recurrent, j) + at(bias[1], j);
      return [
        all.map((j) => {
          const z = sigmoid(byInput(j) + byState(j));
          const r = sigmoid(byInput(units + j) + byState(units + j));
          return z * at(h, j) + (1 - z) * Math.tanh(byInput(2 * units + j) + r * byState(2 * units + j));
        }),
        c,
      ];
    }
  }
}

/** The states by position, and the one after the last turn. */
function recurrence(one: Case, x: readonly Row[], mask: Row | undefined, weights: Weights, reverse: boolean) {
  const states: Row[] = [];
  let h: Row = new Array<number>(one.units).fill(0);
  let c: Row = h;
  for (let i = 0; i < one.steps; i++) {
    const t = reverse ? one.steps - 1 - i : i;
    if (mask === undefined || at(mask, t) > 0) [h, c] = turn(one.cell, one.act, x[t] ?? [], h, c, weights);
    states[t] = h;
  }
  return { states, last: h };
}

function noise(shape: readonly number[], seed: number): Tensor {
  let state = (seed * 2654435761) >>> 0;
  const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { shape, data };
}

/** The rows of a tensor of two axes, or of one as a single row. */
function rowsOf({ shape, data }: Tensor): readonly Row[] {
  const width = shape.at(-1) ?? 1;
  return Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
}

function specOf({ cell, steps, width, units, act, sequences, reverse, masked, bidirectional }: Case): string {
  const settings = [
    ...(sequences ? ['sequences=true'] : []),
    ...(masked ? ['mask=m'] : []),
    ...(reverse && !bidirectional ? ['reverse=true'] : []),
  ];
  const kind = cell === 'rnn' ? (bidirectional ? `rnn(act=${act})` : `rnn ${units} ${act}`) : cell;
  const head = bidirectional ? `bidirectional ${kind} ${units}` : cell === 'rnn' ? kind : `${kind} ${units}`;
  const layer = ['layer', head, ...settings].join(' ');
  return `input m: f32[${steps}]\ninput x: f32[${steps}, ${width}]\n${layer}\nloss = mean(it)\noptim sgd`;
}

/** What the loops give for each example, row by row. */
function wanted(one: Case, x: Tensor, m: Tensor, weights: ReadonlyMap<string, Tensor>): readonly number[] {
  const direction = (path: string): Weights => ({
    kernel: rowsOf(weights.get(`${path}.kernel`) ?? x),
    recurrent: rowsOf(weights.get(`${path}.recurrent`) ?? x),
    bias: rowsOf(weights.get(`${path}.bias`) ?? x),
  });
  const ways = one.bidirectional
    ? [
        { weights: direction('bidirectional.forward'), reverse: false },
        { weights: direction('bidirectional.backward'), reverse: true },
      ]
    : [{ weights: direction(one.cell), reverse: one.reverse }];
  return Array.from({ length: one.rows }, (_, row) => {
    const of = rowsOf(x).slice(row * one.steps, (row + 1) * one.steps);
    const mask = one.masked ? rowsOf(m)[row] : undefined;
    const found = ways.map((way) => recurrence(one, of, mask, way.weights, way.reverse));
    if (!one.sequences) return found.flatMap(({ last }) => last);
    return Array.from({ length: one.steps }, (_, t) => found.flatMap(({ states }) => states[t] ?? [])).flat();
  }).flat();
}

describe('recurrent layers', () => {
  it('are the loops of the conventions', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const model = modelOf(specOf(one));
        const x = noise([one.rows, one.steps, one.width], one.seed);
        const m = { ...noise([one.rows, one.steps], one.seed + 1) };
        const mask = { shape: m.shape, data: m.data.map((value) => (value > 0 ? 1 : 0)) };
        const weights = new Map(model.parameters.map(({ path, shape }, i) => [path, noise(shape, one.seed + i + 2)]));
        const inputs = new Map([
          ['input:x', x],
          ['input:m', mask],
          ...[...weights].map(([path, value]) => [`parameter:${path}`, value] as const),
        ]);
        const found = evaluateGraph(model.inference, { inputs, batch: one.rows, draw: noDraw }).get('predict:predict');
        const width = one.units * (one.bidirectional ? 2 : 1);
        expect(found?.shape).toEqual([one.rows, ...(one.sequences ? [one.steps] : []), width]);
        const numbers = wanted(one, x, mask, weights);
        found?.data.forEach((value, i) => expect(Math.abs(value - (numbers[i] ?? NaN))).toBeLessThan(1e-12));
      }),
      { numRuns: everything ? 2000 : 150, seed: 8 },
    );
  });

  it.each([
    ['', [0, 0, 1, 1, 0, 0, 0, 0]],
    [' unit_forget_bias=false', [0, 0, 0, 0, 0, 0, 0, 0]],
  ])('an lstm%s starts with its forget gate open or not', (setting, bias) => {
    const model = modelOf(`input x: f32[3, 4]\nlayer lstm 2${setting}\nloss = mean(it)\noptim sgd`);
    const { init } = model.parameters.find(({ path }) => path === 'lstm.bias') ?? {};
    expect(init).toBeDefined();
    if (init === undefined) return;
    const start = evaluateGraph(init, { inputs: new Map(), batch: 1, draw: noDraw }).get('value:value');
    expect([...(start?.data ?? [])]).toEqual(bias);
  });

  it.each([
    ['rnn 4', { 'rnn.kernel': [3, 4], 'rnn.recurrent': [4, 4], 'rnn.bias': [4] }],
    ['lstm 4', { 'lstm.kernel': [3, 16], 'lstm.recurrent': [4, 16], 'lstm.bias': [16] }],
    ['gru 4 as memory', { 'memory.kernel': [3, 12], 'memory.recurrent': [4, 12], 'memory.bias': [2, 12] }],
    [
      'bidirectional gru 2',
      Object.fromEntries(
        ['forward', 'backward'].flatMap((way) => [
          [`bidirectional.${way}.kernel`, [3, 6]],
          [`bidirectional.${way}.recurrent`, [2, 6]],
          [`bidirectional.${way}.bias`, [2, 6]],
        ]),
      ),
    ],
  ])('%s has its weights', (layer, weights) => {
    const model = modelOf(`input x: f32[5, 3]\nlayer ${layer}\nloss = mean(it)\noptim sgd`);
    expect(Object.fromEntries(model.parameters.map(({ path, shape }) => [path, shape]))).toEqual(weights);
  });
});
