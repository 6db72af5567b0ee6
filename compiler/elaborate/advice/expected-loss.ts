/** The loss of a model that knows nothing, where that is a constant: ln K for K classes. */
import type { Value } from '../../ir/types.ts';
import type { Tensor } from '../../ops/define.ts';
import { evaluateGraph, noDraw } from '../../targets/reference/evaluate.ts';
import { cutName } from '../../ir/graph-build.ts';
import type { Session } from '../frame/spec.ts';

/**
 * The losses with all logits zero, at two classes: where both agree the loss does not depend on the target, and is
 * what an untrained model should score. Undefined for losses of other targets, and for those that read more.
 */
export function expectedLoss({ spec, frame }: Session): number | undefined {
  const targets = spec.ports.filter((port) => port.role === 'target');
  if (targets.length === 0 || targets.some((port) => port.classes === undefined)) return undefined;
  const { logits } = frame.run;
  const cuts = new Set([...logits].map((_, i) => cutName(i)));
  const graph = frame.run.graph.finish(
    spec.losses.map(({ weighted }, i) => ({ role: 'part', name: String(i), value: weighted })),
    logits,
  );
  const readsMore = graph.inputs.some(({ role, name }) => role !== 'target' && role !== 'host' && !cuts.has(name));
  if (readsMore || graph.nodes.some((node) => Object.hasOwn(node.attrs, 'stream'))) return undefined;
  const largest = Math.max(0, ...graph.nodes.flatMap((node) => node.outputs.map((output) => elements(output))));
  if (largest > 1e6) return undefined;
  const score = (label: (classes: number) => number): number => {
    const inputs = new Map<string, Tensor>();
    for (const { role, name, value } of graph.inputs) {
      const classes = role === 'target' ? targets.find((target) => target.name === name)?.classes : undefined;
      inputs.set(`${role}:${name}`, filled(value, role === 'host' ? 1 : classes === undefined ? 0 : label(classes)));
    }
    const results = evaluateGraph(graph, { inputs, batch: 1, draw: noDraw });
    return [...results.values()].reduce((sum, { data }) => sum + (data[0] ?? Number.NaN), 0);
  };
  const [first, last] = [score(() => 0), score((classes) => classes - 1)];
  if (!Number.isFinite(first) || Math.abs(first - last) > 1e-9 * Math.abs(first)) return undefined;
  // A sum of many terms is off in its last digits: one over K classes is ln K.
  const logarithms = targets.map(({ classes = 1 }) => Math.log(classes));
  return logarithms.find((logarithm) => Math.abs(first - logarithm) <= 1e-12 * logarithm) ?? first;
}

function elements({ type }: Value): number {
  return type.shape.reduce((product: number, size) => product * (size === 'B' ? 1 : size), 1);
}

function filled({ type }: Value, value: number): Tensor {
  const shape = type.shape.map((size) => (size === 'B' ? 1 : size));
  return { shape, data: new Float64Array(shape.reduce((product, size) => product * size, 1)).fill(value) };
}
