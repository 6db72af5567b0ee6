/** What a trained model does: `predict`, `evaluate`, and `figures` over an evaluation's totals. */
import { InternalError } from '../../diagnostics/types.ts';
import { endOf } from '../../ir/traits.ts';
import type { Value } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import { frameOf } from './frame.ts';
import { FunctionCode } from './function-code.ts';
import { constantText, constantsOf, hostText, isNumber, isTotal } from './host-code.ts';
import type { Line } from './layout.ts';
import { layLines, object } from './layout.ts';
import { Scope, entry, member } from './names.ts';
import type { Text } from './nesting.ts';
import { atom, nest } from './nesting.ts';
import { batchParameter, head, parameter } from './signature.ts';
import { numberWord } from './words.ts';
import { outputs, text } from './training.ts';

export function writePredict(facts: Facts): { readonly text: string; readonly ports: readonly string[] } {
  const plan = facts.program.inference;
  const frame = frameOf(facts, plan, ['predict'], ['p', 'n']);
  const memory = { object: 'p', keys: facts.memory };
  const code = new FunctionCode(facts, frame, { parameter: memory, state: memory });
  const results = outputs(plan, 'predict');
  code.steps(plan.nodes);
  const result = object(results.map(({ name, value }) => entry(name, code.ref(value))));
  const ports = [...frame.ports.keys()].filter((port) => code.ports.has(port));
  const type = `Pick<Batch, ${ports.map((port) => `'${port}'`).join(' | ')}>`;
  const parameters = [
    parameter('k', 'K', true),
    parameter('p', 'P', code.objects.has('p')),
    batchParameter(code.ports, frame, type),
    parameter('n', 'N', code.objects.has('n')),
  ];
  return { text: text(facts, frame, 'predict', code, parameters, result), ports };
}

export interface Evaluation {
  readonly evaluate: string;
  readonly figures: string;
  /** What `evaluate` hands over as rows, for their moments. */
  readonly moments: readonly string[];
}

/** `evaluate` and `figures`: the device's part of the evaluation graph, and what the host makes of its totals. */
export function writeEvaluation(facts: Facts): Evaluation {
  const plan = facts.program.evaluation;
  const frame = frameOf(facts, plan, [], ['p', 'n']);
  const memory = { object: 'p', keys: facts.memory };
  const code = new FunctionCode(facts, frame, { parameter: memory, state: memory });
  code.steps(plan.nodes);
  const ends = plan.nodes.filter(isTotal);
  const names = new Map(ends.flatMap(({ outputs }) => outputs).map((total) => [total, code.ref(total)]));
  const moments = new Map(
    ends.flatMap((node) => {
      const end = endOf(node);
      return end === undefined ? [] : node.outputs.map((output) => [output, end] as const);
    }),
  );
  const parameters = [
    parameter('k', 'K', true),
    parameter('p', 'P', code.objects.has('p')),
    parameter('n', 'N', code.objects.has('n')),
    batchParameter(code.ports, frame, 'Batch'),
  ];
  return {
    evaluate: text(facts, frame, 'evaluate', code, parameters, object([...names.values()])),
    figures: writeFigures(facts, names, moments),
    moments: [...moments.keys()].map((value) => code.ref(value)),
  };
}

function writeFigures(facts: Facts, totals: ReadonlyMap<Value, string>, moments: ReadonlyMap<Value, string>): string {
  const plan = facts.program.evaluation;
  const nodes = plan.nodes.filter((node) => !isTotal(node));
  const host = nodes.filter((node) => node.outputs.every((output) => output.type.dtype === 'f64'));
  const constants = constantsOf(host);
  const rows = new Set(
    plan.inputs.filter(({ role, name }) => role === 'host' && name === 'rows').map(({ value }) => value),
  );
  const scope = new Scope(['host', 'total', 'rows']);
  const used = new Set<string>();
  const leaf = (value: Value): Text | undefined => {
    const constant = constants.get(value);
    if (constant !== undefined) return constantText(constant);
    if (rows.has(value)) {
      used.add('rows');
      return atom('rows');
    }
    const total = totals.get(value);
    if (total === undefined) return undefined;
    used.add('total');
    const end = moments.get(value);
    const text = end === undefined ? member('total', total) : `host.${end}(${member('total', total)}, rows)`;
    if (end !== undefined) used.add('rows');
    return isNumber(value) ? { text: `host.number(${text})`, level: 10 } : { text, level: 10 };
  };
  const metrics = outputs(plan, 'metric');
  if (metrics.length === 0) throw new InternalError('the evaluation graph has no loss');
  const nested = nest({
    nodes: host,
    roots: metrics.map(({ value }) => value),
    leaf,
    write: hostText,
    name: (value, node) => scope.take(numberWord(value, node)),
    longest: 96,
  });
  const entries = metrics.map(({ name }, i) => entry(name, nested.roots[i]?.text ?? ''));
  const lines: readonly Line[] = [...nested.lines, { code: ['return ', object(entries), ';'] }];
  const needed = [
    { binding: 'total', type: 'Totals<typeof evaluate>', used: used.size > 0 },
    { binding: '{ rows }', type: '{ readonly rows: number }', used: used.has('rows') },
  ];
  return `/** Loss and metrics, from the totals over all rows. */\n${head('figures', needed)}\n${layLines(lines)}\n}`;
}
