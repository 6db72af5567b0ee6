/**
 * The gradients of a step whose optimizer takes them elsewhere (`at <- param + …`, as sam does): forward and backward at
 * the parameters, from there to the points at which the gradient is asked for, and forward once more. Losses, parts and
 * states of layers are those of the first time, and what depends on no parameter (masks of dropout) is there once.
 */
import { Builder } from '../ir/builder.ts';
import { altered, calledAs, partCalled } from '../ir/called.ts';
import { InternalError } from '../diagnostics/types.ts';
import { GRAD_NORM } from '../ir/model.ts';
import type { Update } from '../ir/model.ts';
import type { Graph, GraphInput, Value } from '../ir/types.ts';
import { filled } from '../ops/rules/filled.ts';
import { differentiate, withGradients } from './differentiate.ts';
import { inlineCalls } from './functions.ts';
import { pullback } from './pullback.ts';

/** A step with the gradients that its updates are given, as outputs `grad`. */
export function gradientsFor(forward: Graph, updates: readonly Update[]): Graph {
  return updates.some(({ at }) => at !== undefined)
    ? gradientsThere(inlineCalls(forward), updates)
    : differentiate(
        forward,
        updates.map(({ parameter }) => parameter),
      );
}

function gradientsThere(forward: Graph, updates: readonly Update[]): Graph {
  const loss = forward.outputs.find(({ role }) => role === 'loss')?.value;
  const [first] = updates;
  if (loss === undefined || first === undefined) throw new InternalError('a step without a loss or an update');
  const known = new Map(
    forward.inputs.flatMap(({ role, name, value }) => (role === 'parameter' ? [[name, value]] : [])),
  );
  const reached = updates.flatMap(({ parameter: name, at }) => {
    const parameter = known.get(name);
    return parameter === undefined ? [] : [{ name, at, parameter }];
  });
  const b = new Builder(first.origin, 'forward');
  const one = filled(b, 1, loss.type.shape);
  const { nodes, cotangents } = pullback(
    b,
    forward.nodes,
    [[loss, one]],
    reached.map(({ parameter }) => parameter),
  );
  const gradients = cotangents.filter((cotangent) => cotangent !== null);
  b.origin = first.origin;
  const norm = b.apply('global_norm', gradients, {}, GRAD_NORM);

  const inputs: GraphInput[] = [...forward.inputs];
  /** What takes the place of a value the second time. */
  const there = new Map<Value, Value>();
  for (const [i, { at, parameter }] of reached.entries()) {
    const grad = cotangents[i] ?? null;
    if (at !== undefined && grad !== null) there.set(parameter, pointOf(b, at, { parameter, grad, norm, inputs }));
  }
  const again = forward.nodes.flatMap((node) => {
    if (!node.inputs.some((input) => there.has(input))) return [];
    const outputs = node.outputs.map((output) => ({ type: output.type, ...partCalled(output, perturbed) }));
    const given = node.inputs.map((input) => there.get(input) ?? input);
    node.outputs.forEach((output, at) => there.set(output, outputs[at] ?? output));
    return [{ ...node, inputs: given, outputs }];
  });
  const twice = { inputs, nodes: [...nodes, ...b.nodes, ...again], outputs: forward.outputs };
  const points = new Map(reached.map(({ name, parameter }) => [name, there.get(parameter) ?? parameter]));
  return withGradients(twice, there.get(loss) ?? loss, points);
}

const perturbed = (own: string): string => `${own}_perturbed`;

interface Surroundings {
  readonly parameter: Value;
  readonly grad: Value;
  readonly norm: Value;
  /** Of the whole graph: numbers of the host are added. */
  readonly inputs: GraphInput[];
}

/** The point of one parameter: the nodes of its graph, in this place. */
function pointOf(b: Builder, at: Graph, { parameter, grad, norm, inputs }: Surroundings): Value {
  const now = new Map<Value, Value>();
  for (const { role, name, value } of at.inputs) {
    if (role === 'parameter') now.set(value, parameter);
    else if (role === 'grad') now.set(value, grad);
    else if (role === 'value') now.set(value, norm);
    else {
      const same = inputs.find((input) => input.role === role && input.name === name);
      if (same === undefined) inputs.push({ role, name, value });
      now.set(value, same?.value ?? value);
    }
  }
  const [point] = at.outputs;
  if (point === undefined) throw new InternalError('a point without a value');
  for (const node of at.nodes) {
    const outputs = node.outputs.map(({ type, word }) => ({ type, ...calledAs(word) }));
    if (node.outputs.includes(point.value))
      outputs.splice(0, 1, { type: point.value.type, ...calledAs(altered(parameter.word, perturbed)) });
    node.outputs.forEach((output, i) => now.set(output, outputs[i] ?? output));
    b.nodes.push({ ...node, inputs: node.inputs.map((input) => now.get(input) ?? input), outputs, section: 'forward' });
  }
  return now.get(point.value) ?? point.value;
}
