/** What a trained model does: `predict`, `evaluate`, what they have in common, and `figures` over an evaluation's totals. */
import { wordFor } from '../../ir/called.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { endOf, isTotal } from '../../ir/traits.ts';
import type { Value } from '../../ir/types.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Facts } from './facts.ts';
import { shapeText } from './facts.ts';
import type { Frame } from './frame.ts';
import { frameOf } from './frame.ts';
import { FunctionCode } from './function-code.ts';
import { constantText, constantsOf, hostText, isNumber } from './host-code.ts';
import type { Rest } from './in-common.ts';
import type { Line } from './layout.ts';
import { call, layLines, object } from './layout.ts';
import { Scope, entry, member } from './names.ts';
import type { Text } from './nesting.ts';
import { atom, nest } from './nesting.ts';
import type { Parameter } from './signature.ts';
import { batchParameter, head, parameter } from './signature.ts';
import { outputs, text } from './training.ts';

/** The function of what `predict` and `evaluate` have in common, as both call it. */
export interface Infer {
  readonly text: string;
  /** The inputs that it reads, or takes the size of the batch from. */
  readonly ports: readonly string[];
  /** Writes the call, and names what it gives. */
  readonly call: (code: FunctionCode, takes: Rest['takes']) => void;
}

export function writeInfer(facts: Facts, plan: Plan): Infer {
  const frame = frameOf(facts, plan, ['value'], ['p', 'n']);
  const code = codeOf(facts, frame, plan);
  const words = new Map(plan.outputs.map(({ value }) => [value, code.ref(value)]));
  const [only = '', ...others] = words.values();
  const result = others.length === 0 ? only : object([...words.values()]);
  const ports = portsOf(frame, code);
  const { objects } = code;
  return {
    text: text(facts, frame, 'infer', code, inferenceHead(frame, code), result),
    ports,
    call: (caller, takes) => {
      const batch = object(caller.handOn(objects, ports));
      const args = ['k', 'p', batch, ...(objects.has('n') ? ['n'] : [])];
      const shapes = [...takes.values()].map(({ type }) => shapeText(type.shape)).join(', ');
      const locals = [...takes].map(([value, common]) => {
        const word = words.get(common) ?? wordFor(common);
        return { word, local: caller.receive(value, word) };
      });
      const bound =
        others.length === 0
          ? locals.map(({ local }) => local)
          : [object(locals.map(({ word, local }) => entry(word, local)))];
      caller.lines.push({ code: ['const ', ...bound, ' = ', call('infer', args), ';'], comment: shapes });
    },
  };
}

/** The code of a plan outside training. */
function codeOf(facts: Facts, frame: Frame, plan: Plan, begin: (code: FunctionCode) => void = () => {}): FunctionCode {
  const memory = { object: 'p', keys: facts.memory };
  const code = new FunctionCode(facts, frame, { parameter: memory, state: memory });
  begin(code);
  code.steps(plan.nodes);
  return code;
}

const portsOf = (frame: Frame, { ports }: FunctionCode): readonly string[] =>
  [...frame.ports.keys()].filter((port) => ports.has(port));

/** The parameters of what needs the inputs alone, and of them what it reads. */
function inferenceHead(frame: Frame, code: FunctionCode): readonly Parameter[] {
  const type = `Pick<Batch, ${portsOf(frame, code)
    .map((port) => `'${port}'`)
    .join(' | ')}>`;
  return [
    parameter('k', 'K', true),
    parameter('p', 'P', code.objects.has('p')),
    batchParameter(code.ports, frame, type),
    parameter('n', 'N', code.objects.has('n')),
  ];
}

export interface Prediction {
  readonly text: string;
  /** The inputs that it reads. */
  readonly ports: readonly string[];
}

export function writePredict(facts: Facts, { plan, takes }: Rest, infer: Infer | undefined): Prediction {
  const frame = frameOf(facts, plan, ['predict'], ['p', 'n'], infer?.ports);
  const code = codeOf(facts, frame, plan, (begun) => infer?.call(begun, takes));
  const result = object(outputs(plan, 'predict').map(({ name, value }) => entry(name, code.ref(value))));
  return {
    text: text(facts, frame, 'predict', code, inferenceHead(frame, code), result),
    ports: portsOf(frame, code),
  };
}

/** What the functions of an evaluation are called in the file. */
export interface EvaluationNames {
  readonly evaluate: string;
  readonly figures: string;
}

export interface Evaluation {
  readonly evaluate: string;
  readonly figures: string;
  readonly names: EvaluationNames;
  /** What `evaluate` hands over as rows, for their moments. */
  readonly moments: readonly string[];
}

/** `evaluate` and `figures`: the device's part of the evaluation graph, and what the host makes of its totals. */
export function writeEvaluation(
  facts: Facts,
  { plan, takes }: Rest,
  infer: Infer | undefined,
  names: EvaluationNames,
): Evaluation {
  const frame = frameOf(facts, plan, [], ['p', 'n'], infer?.ports);
  const code = codeOf(facts, frame, plan, (begun) => infer?.call(begun, takes));
  const ends = plan.nodes.filter(isTotal);
  const totals = new Map(ends.flatMap(({ outputs }) => outputs).map((total) => [total, code.ref(total)]));
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
    evaluate: text(facts, frame, 'evaluate', code, parameters, object([...totals.values()]), names.evaluate),
    figures: writeFigures(plan, names, totals, moments),
    names,
    moments: [...moments.keys()].map((value) => code.ref(value)),
  };
}

function writeFigures(
  plan: Plan,
  { evaluate, figures }: EvaluationNames,
  totals: ReadonlyMap<Value, string>,
  moments: ReadonlyMap<Value, string>,
): string {
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
    name: (value) => scope.take(wordFor(value)),
    longest: 96,
  });
  const entries = metrics.map(({ name }, i) => entry(name, nested.roots[i]?.text ?? ''));
  const lines: readonly Line[] = [...nested.lines, { code: ['return ', object(entries), ';'] }];
  const needed = [
    { binding: 'total', type: `Totals<typeof ${evaluate}>`, used: used.size > 0 },
    { binding: '{ rows }', type: '{ readonly rows: number }', used: used.has('rows') },
  ];
  return `/** Loss and metrics, from the totals over all rows. */\n${head(figures, needed)}\n${layLines(lines)}\n}`;
}
