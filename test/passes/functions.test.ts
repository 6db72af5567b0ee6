/** A function that is called means what it would mean in the place of the call: its values, and its derivatives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimizations } from '../../compiler/compile.ts';
import type { Graph } from '../../compiler/ir/types.ts';
import { isCall } from '../../compiler/ir/traits.ts';
import { verify } from '../../compiler/ir/verify.ts';
import { differentiate } from '../../compiler/passes/differentiate.ts';
import { functionsOf, inlineCalls, overFunctions } from '../../compiler/passes/functions.ts';
import { everything } from '../amounts.ts';
import { expectEqualMeaning, run, expectClose } from './agreement.ts';
import { outlined } from './functions.ts';
import { Sketch } from './models.ts';
import { generator, randomGraph, randomInputs } from './random-graph.ts';

const RUNS = everything ? 1000 : 80;

/** A random graph, and the same one with two parts of it as functions, of which one may hold the other. */
function twins(seed: number, smooth: boolean): { readonly plain: Graph; readonly calling: Graph } {
  const plain = randomGraph(seed, { smooth });
  const random = generator(seed + 77);
  const within = (graph: Graph): Graph => {
    const from = Math.floor(random() * (graph.nodes.length - 2));
    return outlined(graph, from, from + 1 + Math.floor(random() * (graph.nodes.length - from - 2)));
  };
  return { plain, calling: within(within(plain)) };
}

const parametersOf = (graph: Graph): readonly string[] =>
  graph.inputs.filter(({ role }) => role === 'parameter').map(({ name }) => name);

const optimized = (graph: Graph): Graph =>
  optimizations.reduce((now, [name, pass]) => {
    const next = pass(now);
    verify(next, name);
    return next;
  }, graph);

const property = (check: (seed: number) => void, seed: number): void =>
  fc.assert(fc.property(fc.integer(), check), { numRuns: RUNS, seed });

describe('functions', () => {
  it('mean what their inlined bodies mean', { timeout: 3_600_000 }, () => {
    property((seed) => {
      const { plain, calling } = twins(seed, false);
      verify(calling, 'outlined');
      expectEqualMeaning(plain, calling, seed);
      const inlined = inlineCalls(calling);
      verify(inlined, 'inline');
      expect(inlined.nodes.some(isCall)).toBe(false);
      expectEqualMeaning(plain, inlined, seed);
    }, 1);
  });

  it('have the derivatives of their inlined bodies, before the passes and after', { timeout: 3_600_000 }, () => {
    property((seed) => {
      const { plain, calling } = twins(seed, false);
      const [wanted, joint] = [plain, calling].map((graph) => differentiate(graph, parametersOf(graph)));
      if (wanted === undefined || joint === undefined) throw new Error('nothing was differentiated');
      verify(joint, 'differentiate');
      expectEqualMeaning(wanted, joint, seed);
      expectEqualMeaning(wanted, inlineCalls(joint), seed);
      const after = optimized(overFunctions(optimized)(joint));
      verify(after, 'tidy');
      expectEqualMeaning(wanted, after, seed);
    }, 2);
  });

  it('are differentiated once for all their calls', () => {
    const rounds = (count: number): Graph => {
      const s = new Sketch();
      const body = new Sketch();
      const [x, w] = [body.input('input', 'x', ['B', 4]), body.input('parameter', 'kernel', [4, 4])];
      const y = body.op('tanh', [body.op('matmul', [x, w])]);
      const step = body.graph([{ role: 'value', name: 'y', value: y }]);
      let h = s.input('input', 'x', ['B', 4]);
      for (let i = 0; i < count; i++) {
        const kernel = s.input('parameter', `${i}.kernel`, [4, 4]);
        h = s.b.apply('call_function', [h, kernel], { function: 'step', at: `${i}` }, 'h', [step]);
      }
      const loss = s.op('sum', [h], { axis: 'all', keepdims: false });
      return s.graph([{ role: 'loss', name: 'loss', value: loss }]);
    };
    const graph = rounds(5);
    const joint = differentiate(graph, parametersOf(graph));
    verify(joint, 'differentiate');
    // The first round is not asked for the cotangent of the batch.
    expect(functionsOf(joint)).toHaveLength(2);
    const inlined = differentiate(inlineCalls(graph), parametersOf(graph));
    const inputs = randomInputs(graph, 3);
    expectClose(run(joint, inputs), run(inlined, inputs));
  });
});
