/** Runs one sample of an op: as a graph of its own, over inputs that are drawn from a fixed seed. */
import { Builder } from '../../compiler/ir/builder.ts';
import type { Graph, GraphInput, Node, Origin, Type, Value } from '../../compiler/ir/types.ts';
import { verify } from '../../compiler/ir/verify.ts';
import type { Op, Sample, SampleInput, Tensor } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { concrete, tabulate } from '../../compiler/ops/rules/index-space.ts';
import { evaluateGraph, key } from '../../compiler/targets/reference/evaluate.ts';
import { drawer } from '../../compiler/targets/reference/random.ts';

export const batch = 3;
export const origin: Origin = {
  source: { file: 'test.nn', text: 'x\n' },
  span: { start: 0, end: 1 },
  line: 1,
  what: 'test',
};

export interface Case {
  readonly title: string;
  readonly op: Op;
  readonly sample: Sample;
}

/** Every sample of every op. */
export const cases: readonly Case[] = [...registry.values()].flatMap((op) =>
  op.samples.map((sample, i) => ({ title: `${op.name}: ${sample.name ?? `sample ${i}`}`, op, sample })),
);

export type Uniform = () => number;

/** Numbers in [0, 1) that are the same in every run (Steele, Vigna: mulberry32). */
export function seeded(seed: number): Uniform {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function draw(input: SampleInput, uniform: Uniform): Tensor {
  const [low, high] = input.range ?? [-2, 2];
  const whole = input.whole === true;
  return tabulate(concrete(input.shape, batch), () =>
    whole ? low + Math.floor(uniform() * (high - low + 1)) : low + uniform() * (high - low),
  );
}

export function randomLike(type: Type, uniform: Uniform): Tensor {
  return draw({ shape: type.shape, range: [-1, 1] }, uniform);
}

/** A graph of one op over its sample's inputs, with a builder that stands after it. */
export interface Applied {
  readonly b: Builder;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly node: Node;
}

export function apply(op: Op, sample: Sample): Applied {
  const b = new Builder(origin);
  const inputs = sample.inputs.map((input, i): Value => {
    return { type: { dtype: input.dtype ?? 'f32', shape: input.shape }, word: `x${i}` };
  });
  const outputs = b.applyAll(op.name, inputs, sample.attrs ?? {});
  const node = b.nodes[0];
  if (node === undefined) throw new Error(`${op.name} built no node`);
  return { b, inputs, outputs, node };
}

/** Evaluates values over inputs, after the verifier has passed the graph that they make. */
export function evaluate(
  b: Builder,
  inputs: readonly Value[],
  given: readonly Tensor[],
  results: readonly Value[],
): readonly Tensor[] {
  const graph = graphOf(b, inputs, results);
  verify(graph, 'building the sample');
  const values = new Map(graph.inputs.flatMap((input, i) => pair(key(input), given[i])));
  const answers = evaluateGraph(graph, { inputs: values, batch, draw: drawer(1, 0) });
  return results.map((_, i) => answers.get(`value:y${i}`) ?? { shape: [], data: new Float64Array() });
}

function pair(name: string, tensor: Tensor | undefined): readonly (readonly [string, Tensor])[] {
  return tensor === undefined ? [] : [[name, tensor]];
}

/** Integers can only be the batch's. */
export function graphOf(b: Builder, inputs: readonly Value[], results: readonly Value[]): Graph {
  return {
    inputs: inputs.map((value, i): GraphInput => {
      return { role: value.type.dtype === 'i32' ? 'input' : 'slot', name: `x${i}`, value };
    }),
    nodes: b.nodes,
    outputs: results.map((value, i) => ({ role: 'value', name: `y${i}`, value })),
  };
}

export function dot(a: Tensor, b: Tensor): number {
  return a.data.reduce((sum, x, i) => sum + x * (b.data[i] ?? Number.NaN), 0);
}

/** x + h·v. */
export function moved(x: Tensor, h: number, v: Tensor | undefined): Tensor {
  return v === undefined
    ? x
    : { shape: x.shape, data: x.data.map((value, i) => value + h * (v.data[i] ?? Number.NaN)) };
}
