/** What `predict` and `evaluate` both compute, which the file says once: the layers outside training. */
import { onDevice } from '../../ir/mapped.ts';
import { wordFor } from '../../ir/called.ts';
import { InternalError } from '../../diagnostics/types.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Program } from '../../ir/program.ts';
import { NodeKeys } from '../../ir/keys.ts';
import { isCall } from '../../ir/traits.ts';
import type { Graph, GraphOutput, Node, Value } from '../../ir/types.ts';
import { roundOf } from './chains.ts';

/** What a trained model does: a part that both have in common, and how each of the two goes on from there. */
export interface Use {
  /** Outputs: what one of the two reads of it. Undefined where it is too little for a function of its own. */
  readonly common: Plan | undefined;
  readonly inference: Rest;
  readonly evaluation: Rest;
  /** What phases are measured by, by its graphs: it begins with the common part where it holds all of it. */
  readonly ownEvaluations: ReadonlyMap<Graph, Rest>;
}

export interface Rest {
  readonly plan: Plan;
  /** The outputs of the common part by the values that they are here. */
  readonly takes: ReadonlyMap<Value, Value>;
}

/** Below so many lines a function of its own would make the file longer. */
const WORTH = 5;

/** Rounds of a repeat are one line. */
const linesOf = (nodes: Iterable<Node>): number =>
  new Set([...nodes].map((node) => (isCall(node) ? (roundOf(node)?.repeat ?? node) : node))).size;

/** Cuts out what the two have in common. Both need all of it, and nothing else goes before it. */
export function inCommon({
  inference,
  evaluation,
  ownEvaluations,
}: Pick<Program, 'inference' | 'evaluation' | 'ownEvaluations'>): Use {
  const first = new Map<string, Node>();
  const keys = new NodeKeys();
  const numbers = new Map<string, number>();
  const ids = new Map<Value, string>();
  const id = (value: Value): string => {
    const known = ids.get(value);
    if (known === undefined) throw new InternalError(`${wordFor(value)} is read before it is made`);
    return known;
  };
  const read = ({ inputs, nodes }: Plan, see: (node: Node, key: string) => void): void => {
    // Fusing copies what is cheap: of nodes that compute the same, each has a twin of its own.
    const copies = new Map<string, number>();
    for (const { role, name, value } of inputs) ids.set(value, `${role} ${name}`);
    for (const node of nodes) {
      const meaning = keys.of(node, id);
      const copy = copies.get(meaning) ?? 0;
      copies.set(meaning, copy + 1);
      const key = `${meaning} ${copy}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      node.outputs.forEach((output, i) => ids.set(output, `${number}.${i}`));
      if (onDevice(node)) see(node, key);
    }
  };
  read(inference, (node, key) => void first.set(key, node));
  /** The nodes of a plan that do what nodes of the inference do, by those. */
  const twinsIn = (plan: Plan): ReadonlyMap<Node, Node> => {
    const twins = new Map<Node, Node>();
    read(plan, (node, key) => {
      const twin = first.get(key);
      if (twin !== undefined) twins.set(twin, node);
    });
    return twins;
  };
  const twins = twinsIn(evaluation);
  const others = [...ownEvaluations].map(([graph, plan]) => [graph, plan, twinsIn(plan)] as const);
  if (linesOf(twins.keys()) < WORTH) {
    const wholes = new Map(others.map(([graph, plan]) => [graph, whole(plan)]));
    return { common: undefined, inference: whole(inference), evaluation: whole(evaluation), ownEvaluations: wholes };
  }
  const common = new Set(twins.keys());
  const rests = {
    inference: restOf(inference, new Map([...common].map((node) => [node, node]))),
    evaluation: restOf(evaluation, twins),
  };
  const own = others.map(([graph, plan, known]): readonly [Graph, Rest] => {
    const all = new Map([...known].filter(([node]) => common.has(node)));
    return [graph, all.size === common.size ? restOf(plan, all) : whole(plan)];
  });
  const all = [...Object.values(rests), ...own.map(([, rest]) => rest)];
  return { common: commonPart(inference, common, all), ...rests, ownEvaluations: new Map(own) };
}

const whole = (plan: Plan): Rest => ({ plan, takes: new Map() });

/** A plan without what is in common: its nodes by those of the common part that do the same. */
function restOf(plan: Plan, twins: ReadonlyMap<Node, Node>): Rest {
  const made = new Map<Value, Value>();
  for (const [node, twin] of twins) {
    node.outputs.forEach((output, i) => void made.set(twin.outputs[i] ?? output, output));
  }
  const own = new Set(twins.values());
  const nodes = plan.nodes.filter((node) => !own.has(node));
  const read = [...nodes.filter(onDevice).flatMap(({ inputs }) => inputs), ...plan.outputs.map(({ value }) => value)];
  const takes = read.flatMap((value): readonly (readonly [Value, Value])[] => {
    const common = made.get(value);
    return common === undefined ? [] : [[value, common]];
  });
  return { plan: { ...plan, nodes, steps: nodes }, takes: new Map(takes) };
}

function commonPart(inference: Plan, common: ReadonlySet<Node>, rests: readonly Rest[]): Plan {
  const nodes = inference.nodes.filter((node) => common.has(node));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const taken = new Set(rests.flatMap(({ takes }) => [...takes.values()]));
  const outputs = nodes.flatMap((node) => node.outputs).filter((value) => taken.has(value));
  return {
    inputs: inference.inputs.filter(({ value }) => read.has(value)),
    nodes,
    steps: nodes,
    outputs: outputs.map((value): GraphOutput => ({ role: 'value', name: wordFor(value), value })),
  };
}
