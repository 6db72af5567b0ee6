/** What the functions of one plan share: the names of its values, so that forward and backward speak of the same. */
import type { Plan } from '../../ir/plan.ts';
import { isView } from '../../ir/traits.ts';
import type { GraphInput, OutputRole, Value } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import { isTotal, onDevice } from './host-code.ts';
import type { Scope } from './names.ts';

export interface Frame {
  readonly scope: Scope;
  readonly inputs: ReadonlyMap<Value, GraphInput>;
  /** The local name of each port of the batch. */
  readonly ports: ReadonlyMap<string, string>;
  /** Names of values, as they get them. */
  readonly locals: Map<Value, string>;
  /** Values that lie in a table: what was written in place, and gradients once they are handed on. */
  readonly fields: Map<Value, { readonly object: string; readonly key: string }>;
  /** Values that some line reads. */
  readonly read: ReadonlySet<Value>;
  /** Values whose memory the caller owns: views of the batch and of the tables. */
  readonly lasting: ReadonlySet<Value>;
}

/** `returned` are the roles of outputs that the functions hand back, `taken` their parameters' names. */
export function frameOf(facts: Facts, plan: Plan, returned: readonly OutputRole[], taken: readonly string[]): Frame {
  const scope = facts.scope.inner(['k', 'B', 'batch', ...taken]);
  const ports = portsOf(facts, plan);
  const steps = plan.steps.filter(({ node }) => onDevice(node));
  const values = [
    ...steps.flatMap(({ node, into, frees }) => [...node.inputs, ...into, ...frees]),
    ...plan.outputs.filter(({ role }) => returned.includes(role)).map(({ value }) => value),
    ...steps.flatMap(({ node }) => (isTotal(node) ? node.outputs : [])),
  ];
  return {
    scope,
    inputs: new Map(plan.inputs.map((input) => [input.value, input])),
    ports: new Map(ports.map((port) => [port, scope.take(port)])),
    locals: new Map(),
    fields: new Map(),
    read: new Set(values.filter((value) => value !== undefined)),
    lasting: lastingValues(plan),
  };
}

/** The ports that a plan reads. What reads none may still want to know how many examples there are. */
function portsOf(facts: Facts, plan: Plan): readonly string[] {
  const read = plan.inputs.filter(({ role }) => role === 'input' || role === 'target').map(({ name }) => name);
  if (read.length > 0) return read;
  return facts.program.model.ports.filter(({ role }) => role === 'input').map(({ name }) => name);
}

function lastingValues(plan: Plan): ReadonlySet<Value> {
  const lasting = new Set(plan.inputs.map(({ value }) => value));
  for (const { node, into } of plan.steps) {
    const [from] = node.inputs;
    if (isView(node) && from !== undefined && lasting.has(from)) node.outputs.forEach((output) => lasting.add(output));
    node.outputs.forEach((output, i) => {
      const target = into[i];
      if (target !== undefined && lasting.has(target)) lasting.add(output);
    });
  }
  return lasting;
}
