/** What the way forward keeps, beside all choices there are, over small graphs. */
import { describe, expect, it } from 'vitest';
import type { Graph, GraphInput, GraphOutput, Node, Section, Shape, Value } from '../../compiler/ir/types.ts';
import { keptValues } from '../../compiler/passes/rematerialize/kept.ts';
import { Random } from '../random/random.ts';

const rows = 3;

const bytesOf = ({ type }: Value): number =>
  4 * type.shape.reduce<number>((product, size) => product * (size === 'B' ? rows : size), 1);

const value = (shape: Shape, word: string): Value => ({ type: { dtype: 'f32', shape }, word });

const node = (op: string, inputs: readonly Value[], output: Value, section: Section = 'forward'): Node => ({
  op,
  inputs,
  outputs: [output],
  attrs: op === 'matmul' ? { transposeA: false, transposeB: false } : {},
  bodies: [],
  section,
  origin: { source: { file: '', text: '' }, span: { start: 0, end: 0 }, line: 1, what: '' },
});

/** Products of so many terms are as costly for an element as may be computed again, or by one more too costly. */
const [longest, tooLong] = [32, 33];

/** Layers of several widths, some of which the way back reads, in a function or in a whole step. */
function randomGraph(seed: number): Graph {
  const random = new Random(seed);
  const isFunction = random.chance(0.3);
  const inputs: GraphInput[] = [
    { role: 'input', name: 'x', value: value(['B', longest], 'x') },
    { role: 'input', name: 'z', value: value(['B', tooLong], 'z') },
    ...(isFunction ? [{ role: 'grad' as const, name: 'g', value: value(['B', 2], 'g') }] : []),
  ];
  const weights = new Map<string, Value>();
  const known = inputs.filter(({ role }) => role === 'input').map((input) => input.value);
  const nodes: Node[] = [];
  for (let i = 0; i < 7; i++) {
    const x = random.pick(known);
    const width = Number(x.type.shape[1]);
    const alike = known.filter(({ type }) => type.shape[1] === width);
    const op = random.pick(['tanh', 'add', 'matmul', 'matmul', 'call_function']);
    const columns = op === 'matmul' ? random.pick([2, 5, longest, tooLong]) : width;
    const out = value(['B', columns], `v${i}`);
    const weight = weights.get(`${width} ${columns}`) ?? value([width, columns], 'w');
    if (op === 'matmul' && !weights.has(`${width} ${columns}`)) {
      weights.set(`${width} ${columns}`, weight);
      inputs.push({ role: 'parameter', name: `w${width}x${columns}`, value: weight });
    }
    nodes.push(node(op, op === 'matmul' ? [x, weight] : op === 'add' ? [x, random.pick(alike)] : [x], out));
    known.push(out);
  }
  const made = nodes.flatMap(({ outputs }) => outputs);
  const read = made.filter(() => random.chance(0.4));
  const back = read.map((x, i) => node('neg', [x], value(x.type.shape, `d${i}`), 'backward'));
  const grads = made.filter(() => random.chance(0.1));
  const outputs = grads.map((each, i): GraphOutput => ({ role: 'grad', name: `g${i}`, value: each }));
  const updates = made
    .filter(() => random.chance(0.05))
    .map((x, i) => node('neg', [x], value(x.type.shape, `u${i}`), random.pick(['accumulate', 'update'])));
  return { inputs, nodes: [...nodes, ...back, ...updates], outputs };
}

/** Whether all that is read on the way back is kept or can be made of what is. */
function suffices(graph: Graph, again: 'cheap' | 'all', kept: ReadonlySet<Value>): boolean {
  const isFunction = graph.inputs.some(({ role }) => role === 'grad');
  const makers = new Map(graph.nodes.flatMap((maker) => maker.outputs.map((output) => [output, maker] as const)));
  const stays = new Set([
    ...graph.outputs.filter(({ role }) => role === 'grad').map((output) => output.value),
    ...graph.nodes.filter(({ section }) => section === 'accumulate' || section === 'update').flatMap((n) => n.inputs),
  ]);
  const mayAgain = ({ op, inputs }: Node): boolean =>
    op !== 'call_function' && (again === 'all' || op !== 'matmul' || inputs[0]?.type.shape[1] !== tooLong);
  const isThere = (each: Value): boolean => {
    if (kept.has(each)) return true;
    const maker = makers.get(each);
    if (maker === undefined)
      return !isFunction || graph.inputs.some((input) => input.value === each && input.role !== 'input');
    return !stays.has(each) && mayAgain(maker) && maker.inputs.every(isThere);
  };
  return graph.nodes.filter(({ section }) => section === 'backward').every(({ inputs }) => inputs.every(isThere));
}

const total = (values: Iterable<Value>): number => [...values].reduce((sum, each) => sum + bytesOf(each), 0);

describe('the least that is kept', () => {
  it.each(['cheap', 'all'] as const)('is as little as suffices, computing %s again', (again) => {
    let [kept, hasChoice] = [0, 0];
    for (let seed = 0; seed < 150; seed++) {
      const graph = randomGraph(seed);
      const found = keptValues(graph, again, rows);
      expect(suffices(graph, again, found), `seed ${seed}`).toBe(true);
      const candidates = [
        ...graph.inputs.filter(({ role }) => role === 'input').map((input) => input.value),
        ...graph.nodes.filter(({ section }) => section === 'forward').flatMap(({ outputs }) => outputs),
      ];
      const all = Array.from({ length: 2 ** candidates.length }, (_, bits) =>
        candidates.filter((_each, i) => (bits & (1 << i)) !== 0),
      );
      const enough = all.filter((some) => total(some) <= total(found) && suffices(graph, again, new Set(some)));
      expect(total(found), `seed ${seed}`).toBe(Math.min(...enough.map(total)));
      kept += found.size;
      hasChoice += Number(enough.length > 1);
    }
    expect(kept).toBeGreaterThan(100);
    expect(hasChoice).toBeGreaterThan(10);
  });
});

describe('what is kept between parts', () => {
  const x = value(['B', 8], 'x');
  /** A line of layers of these widths, with what makes each. */
  const line = (
    widths: readonly number[],
    ops: Readonly<Record<number, string>> = {},
    unread: readonly number[] = [],
  ) => {
    const made = widths.map((width, i) => value(['B', width], `${i}`));
    const nodes = made.map((each, i) => node(ops[i] ?? 'tanh', [made[i - 1] ?? x], each));
    const back = made
      .filter((_, i) => !unread.includes(i))
      .map((each) => node('neg', [each], value(each.type.shape, 'd'), 'backward'));
    return {
      made,
      graph: { inputs: [{ role: 'input' as const, name: 'x', value: x }], nodes: [...nodes, ...back], outputs: [] },
    };
  };

  it.each<
    readonly [string, number, readonly number[], Readonly<Record<number, string>>, readonly number[], readonly number[]]
  >([
    ['one part keeps nothing', 1, [8, 8, 1, 8, 8], {}, [], []],
    ['the least in the middle', 2, [8, 8, 1, 8, 8], {}, [], [2]],
    ['the first of equals', 3, [8, 8, 1, 8, 8], {}, [], [0, 2]],
    ['a place where three quarters are held is no longer near', 2, [2, 3, 1, 2], {}, [], [0]],
    ['nothing where no place is near', 2, [1, 40, 1], {}, [], []],
    ['what is not read back does not count', 2, [8, 2, 8, 1, 8, 8], {}, [0, 1], [3]],
    ['calls keep for themselves', 1, [8, 8, 1, 8, 8], { 3: 'call_function' }, [], [3]],
  ])('%s', (_, parts, widths, ops, unread, wanted) => {
    const { made, graph } = line(widths, ops, unread);
    const kept = keptValues(graph, parts, rows);
    expect(made.flatMap((each, i) => (kept.has(each) ? [i] : []))).toEqual(wanted);
    expect(kept.size).toBe(wanted.length);
  });

  it('gradients and what updates read are kept', () => {
    const { made, graph } = line([8, 8, 8]);
    const [first, , last] = made;
    if (first === undefined || last === undefined) throw new Error('three values');
    const update = node('neg', [last], value(['B', 8], 'u'), 'update');
    const outputs: Graph['outputs'] = [{ role: 'grad', name: 'g', value: first }];
    expect(keptValues({ ...graph, nodes: [...graph.nodes, update], outputs }, 1, rows)).toEqual(new Set([first, last]));
  });
});
