/** What passes do to loops: what leaves them, what is left of them, and that the values stay. */
import { describe, expect, it } from 'vitest';
import type { Graph, GraphOutput, Node, Value } from '../../compiler/ir/types.ts';
import { verify } from '../../compiler/ir/verify.ts';
import { loopAttrs, loopOf } from '../../compiler/ops/rules/loop.ts';
import { isLoop } from '../../compiler/ir/loops.ts';
import { changedBodies } from '../../compiler/passes/bodies.ts';
import { dropDead } from '../../compiler/passes/drop-dead.ts';
import { hoist, hoistNumbers } from '../../compiler/passes/loops/hoist.ts';
import { sink } from '../../compiler/passes/loops/sink.ts';
import { mergeDuplicates } from '../../compiler/passes/merge-duplicates.ts';
import { simplify } from '../../compiler/passes/simplify.ts';
import { expectEqualMeaning } from './agreement.ts';
import { Sketch } from './models.ts';

const STEPS = 4;

/** What a turn is given: two values of [B, 3] that are carried, a position of a [4, B, 3], one of a [4, 3], and more. */
interface Given {
  readonly h: Value;
  readonly sum: Value;
  readonly x: Value;
  readonly row: Value;
  readonly w: Value;
  readonly rate: Value;
}

interface Turn {
  readonly next: readonly [Value, Value];
  readonly stack?: readonly Value[];
}

/** A graph of one loop, all of whose results it gives. `sum` is [3, 3]. */
function looped(turn: (s: Sketch, given: Given) => Turn, reverse = false): Graph {
  const s = new Sketch('loop');
  const first = s.input('input', 'first', ['B', 3]);
  const start = s.input('parameter', 'start', [3, 3]);
  const xs = s.input('slot', 'xs', [STEPS, 'B', 3]);
  const rows = s.input('parameter', 'rows', [STEPS, 3]);
  const w = s.input('parameter', 'w', [3, 3]);
  const rate = s.input('host', 'rate', [], 'f64');
  const body = new Sketch('loop');
  const given = [first, start, { ...xs, type: { ...xs.type, shape: ['B', 3] as const } }]
    .concat([{ ...rows, type: { ...rows.type, shape: [3] as const } }, w, rate])
    .map(({ type, word = '' }, i) => body.named(type.dtype === 'f64' ? 'host' : 'input', `${i}`, word, type));
  const [h, sum, x, row, own, number] = given;
  if (h === undefined || sum === undefined || x === undefined || row === undefined || own === undefined)
    throw new Error();
  if (number === undefined) throw new Error();
  const { next, stack = [] } = turn(body, { h, sum, x, row, w: own, rate: number });
  const results = [...next, ...stack].map((value, i): GraphOutput => ({ role: 'value', name: `${i}`, value }));
  const attrs = loopAttrs({ carried: 2, over: 2, steps: STEPS, reverse });
  const made = s.b.applyAll('scan', [first, start, xs, rows, w, rate], attrs, undefined, [body.graph(results)]);
  return s.graph(made.map((value, i): GraphOutput => ({ role: 'value', name: `${i}`, value })));
}

const onlyLoop = ({ nodes }: Graph): Node => {
  const [loop] = nodes.filter(({ op }) => op === 'scan');
  if (loop === undefined) throw new Error('the loop is gone');
  return loop;
};

/** The ops around the loop and in it. */
const opsOf = (graph: Graph): readonly [readonly string[], readonly string[]] => [
  graph.nodes.map(({ op }) => op),
  loopOf(onlyLoop(graph)).body.nodes.map(({ op }) => op),
];

function changed(graph: Graph, pass: (graph: Graph) => Graph): Graph {
  const after = pass(graph);
  verify(graph, 'the sketch');
  verify(after, 'the pass');
  for (const seed of [1, 2, 3]) expectEqualMeaning(graph, after, seed);
  return after;
}

const tall = (s: Sketch, x: Value): Value => s.op('reshape', [x], { shape: ['B', 1, 3] });

describe.each([false, true])('with reverse %s', (reverse) => {
  it('a product of a position is one of the whole sequence, with what it alone is made of', () => {
    const graph = looped((s, { h, x, row, w, sum }) => {
      const z = s.op('matmul', [s.op('tanh', [s.op('mul', [x, row])]), w]);
      return { next: [s.op('sin', [s.op('add', [h, s.op('mul', [z, row])])]), sum] };
    }, reverse);
    expect(opsOf(changed(graph, hoist))).toEqual([
      ['reshape', 'mul', 'tanh', 'matmul', 'scan'],
      ['mul', 'add', 'sin'],
    ]);
  });

  it('what a position has fewer axes of lines up with what has more', () => {
    const graph = looped((s, { h, x, row, sum }) => {
      const more = s.op('add', [tall(s, x), row]);
      const z = s.op('matmul', [more, s.op('reshape', [row], { shape: [3, 1] })]);
      const y = s.op('matmul', [
        s.op('reshape', [row], { shape: [1, 3] }),
        s.op('transpose', [more], { permutation: [0, 2, 1] }),
      ]);
      return {
        next: [s.op('sin', [s.op('mul', [h, s.op('reshape', [s.op('add', [z, y])], { shape: ['B', 1] })])]), sum],
      };
    }, reverse);
    expect(opsOf(changed(graph, hoist))[1]).not.toContain('matmul');
  });

  it('what no turn changes is computed once, and constants stay', () => {
    const graph = looped((s, { h, w, rate, sum }) => {
      const scale = s.op('mul', [s.op('sub', [1, rate]), s.op('sum', [w], { axis: [0], keepdims: false })]);
      return { next: [s.op('sin', [s.op('add', [s.op('mul', [h, scale]), 1])]), sum] };
    }, reverse);
    expect(opsOf(changed(graph, hoist))).toEqual([
      ['const', 'sub', 'sum', 'mul', 'scan'],
      ['const', 'mul', 'const', 'add', 'sin'],
    ]);
    expect(opsOf(changed(graph, hoistNumbers))[1]).not.toContain('sub');
  });

  it('a sum of products that no turn reads is one product behind the loop, added to where it started', () => {
    const graph = looped((s, { h, x, w, sum }) => {
      const next = s.op('tanh', [s.op('add', [s.op('matmul', [h, w]), x])]);
      const product = s.op('matmul', [h, s.op('neg', [next])], { transposeA: true });
      return { next: [next, s.op('add', [sum, product])], stack: [next] };
    }, reverse);
    const after = changed(graph, (all) => simplify(sink(all)));
    expect(opsOf(after)).toEqual([
      ['scan', 'neg', 'rows_product', 'add'],
      ['matmul', 'add', 'tanh'],
    ]);
    expect(loopOf(onlyLoop(after))).toMatchObject({ carried: 1 });
  });

  it('a stacked product that no turn reads is made of what is stacked', () => {
    const graph = looped((s, { h, x, w, sum }) => {
      const next = s.op('tanh', [s.op('add', [h, x])]);
      return { next: [next, sum], stack: [s.op('matmul', [next, w], { transposeB: true })] };
    }, reverse);
    expect(opsOf(changed(graph, (all) => dropDead(sink(all))))).toEqual([
      ['scan', 'matmul'],
      ['add', 'tanh'],
    ]);
  });

  it('a sum that a turn reads stays', () => {
    const graph = looped((s, { h, x, sum }) => {
      const product = s.op('matmul', [h, x], { transposeA: true });
      const next = s.op('sin', [s.op('add', [h, s.op('sum', [sum], { axis: [0], keepdims: false })])]);
      return { next: [next, s.op('add', [sum, product])] };
    }, reverse);
    expect(changed(graph, sink)).toEqual(graph);
  });

  it('what nothing reads is dropped: results, what they carry, what those read', () => {
    const graph = looped(
      (s, { h, x, row, sum, w }) => ({
        next: [s.op('sin', [s.op('add', [h, row])]), s.op('mul', [sum, w])],
        stack: [s.op('neg', [x]), s.op('neg', [row])],
      }),
      reverse,
    );
    const some = { ...graph, outputs: graph.outputs.filter(({ name }) => name === '0' || name === '3') };
    const loop = onlyLoop(changed(some, dropDead));
    expect(loop.inputs.map(({ word }) => word)).toEqual(['first', 'rows']);
    expect([loop.outputs.length, loopOf(loop).carried, loopOf(loop).over]).toEqual([2, 1, 1]);
  });

  it('what is given or stacked twice is so once', () => {
    const graph = looped(
      (s, { h, x, sum, w }) => ({
        next: [s.op('sin', [s.op('add', [h, s.op('matmul', [x, w])])]), sum],
        stack: [x, h, x, h],
      }),
      reverse,
    );
    const loop = onlyLoop(graph);
    const [first, start, xs] = loop.inputs;
    if (first === undefined || start === undefined || xs === undefined) throw new Error();
    const [body] = loop.bodies;
    const [, , , rows] = body?.inputs ?? [];
    if (body === undefined || rows === undefined) throw new Error();
    // The same sequence under two names.
    const other = { ...rows, value: { ...rows.value, type: { ...rows.value.type, shape: ['B', 3] as const } } };
    const outputs = body.outputs.map((output, i) => (i === 4 ? { ...output, value: other.value } : output));
    const inputs = body.inputs.map((input) => (input === rows ? other : input));
    const twice: Node = {
      ...loop,
      inputs: loop.inputs.map((input, i) => (i === 3 ? xs : input)),
      bodies: [{ ...body, inputs, outputs }],
    };
    const doubled = { ...graph, nodes: graph.nodes.map((node) => (node === loop ? twice : node)) };
    const merged = onlyLoop(changed(doubled, mergeDuplicates));
    expect([loopOf(merged).over, merged.outputs.length]).toEqual([1, 4]);
  });
});

it('a loop of which nothing changes leaves the very graph', () => {
  const graph = looped((s, { h, sum, x }) => ({ next: [s.op('add', [h, x]), sum] }));
  expect(changedBodies(graph, isLoop, (body) => body)).toBe(graph);
});
