/** A loop in the making: its inputs and results with what they are inside, which passes add to and take from. */
import type { GraphInput, GraphOutput, Node, Value } from '../../ir/types.ts';
import { kindOf, loopAttrs, loopOf } from '../../ops/rules/loop.ts';

/** A value of the graph, and what it is in the body. */
export interface Port {
  readonly outer: Value;
  readonly inner: Value;
}

export interface Parts {
  readonly steps: number;
  readonly reverse: boolean;
  /** What is carried: its first value, what it is in a turn, the next one, and the last. */
  readonly carried: readonly {
    readonly first: Value;
    readonly inner: Value;
    readonly next: Value;
    readonly last: Value;
  }[];
  readonly sequences: readonly Port[];
  readonly outside: readonly Port[];
  readonly stacked: readonly Port[];
  readonly nodes: readonly Node[];
}

export function partsOf(node: Node): Parts {
  const loop = loopOf(node);
  const { body, steps, reverse } = loop;
  const ports = (kind: ReturnType<typeof kindOf>): readonly Port[] =>
    body.inputs.flatMap(({ value }, i) => {
      const outer = node.inputs[i];
      return kindOf(loop, i) === kind && outer !== undefined ? [{ outer, inner: value }] : [];
    });
  const results = body.outputs.flatMap(({ value }, i): readonly Port[] => {
    const outer = node.outputs[i];
    return outer === undefined ? [] : [{ outer, inner: value }];
  });
  const carried = ports('carried').flatMap(({ outer, inner }, i) => {
    const result = results[i];
    return result === undefined ? [] : [{ first: outer, inner, next: result.inner, last: result.outer }];
  });
  return {
    steps,
    reverse,
    carried,
    sequences: ports('sequence'),
    outside: ports('outside'),
    stacked: results.slice(carried.length),
    nodes: body.nodes,
  };
}

/** The loop of these parts, in the place of another. */
export function loopOfParts(node: Node, { steps, reverse, carried, sequences, outside, stacked, nodes }: Parts): Node {
  const given = [...carried.map(({ inner }) => inner), ...[...sequences, ...outside].map(({ inner }) => inner)];
  const results = [...carried.map(({ next }) => next), ...stacked.map(({ inner }) => inner)];
  return {
    ...node,
    inputs: [...carried.map(({ first }) => first), ...[...sequences, ...outside].map(({ outer }) => outer)],
    outputs: [...carried.map(({ last }) => last), ...stacked.map(({ outer }) => outer)],
    attrs: loopAttrs({ carried: carried.length, over: sequences.length, steps, reverse }),
    bodies: [
      {
        inputs: given.map((value, i): GraphInput => ({
          role: value.type.dtype === 'f64' ? 'host' : 'input',
          name: String(i),
          value,
        })),
        nodes,
        outputs: results.map((value, i): GraphOutput => ({ role: 'value', name: String(i), value })),
      },
    ],
  };
}
