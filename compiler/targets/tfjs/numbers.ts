/** The numbers of a step that kernels take (`n.lr`): their names, and the function that computes them on the host. */
import { onDevice } from '../../ir/mapped.ts';
import { wordFor } from '../../ir/called.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { outsideOf, withBodies } from '../../ir/loops.ts';
import { isCall } from '../../ir/traits.ts';
import type { Node, Value } from '../../ir/types.ts';
import { constantText, constantsOf, hostText, isNumber } from './host-code.ts';
import type { Line } from './layout.ts';
import { call, layLines, object, render } from './layout.ts';
import { decimal } from './literals.ts';
import { Scope, entry } from './names.ts';
import { atom, nest } from './nesting.ts';
import type { Plan } from '../../ir/plan.ts';

/** What the runtime's clock gives. */
const CLOCK: Readonly<Record<string, string>> = {
  t: 't counts updates from 1.',
  T: 'T: all updates.',
  plateau: 'plateau: what its schedule has made of the rate.',
  B: 'B: the batch size.',
  micro: 'micro: batches in this update.',
};

export interface Numbers {
  /** The field of `n` by the value that it holds. */
  readonly fields: ReadonlyMap<Value, string>;
  readonly text: string;
}

interface Wanted {
  readonly value: Value;
  readonly word: string;
}

/** Collects what the device code of the plans takes from the host, equal expressions once. */
export function collectNumbers(plans: readonly Plan[], name = 'numbers'): Numbers {
  const nodes = plans.flatMap((plan) => withBodies(plan.nodes));
  const outside = outsideOf(nodes);
  const constants = constantsOf(nodes);
  const inputs = new Map(
    plans.flatMap((plan) =>
      plan.inputs.filter((input) => input.role === 'host').map((input) => [input.value, input.name] as const),
    ),
  );
  const meanings = meaningsOf(nodes, constants, inputs);
  const scope = new Scope();
  const fields = new Map<Value, string>();
  const byMeaning = new Map<string, Wanted>();
  const readers = nodes.filter((node) => onDevice(node) && !isCall(node));
  for (const value of readers.flatMap((node) => node.inputs)) {
    if (!isNumber(value) || constants.has(value) || fields.has(value)) continue;
    const meaning = meanings.get(outside(value));
    if (meaning === undefined) throw new InternalError(`${wordFor(value)} is no number of the host`);
    const number = outside(value);
    const known = byMeaning.get(meaning) ?? { value: number, word: scope.take(inputs.get(number) ?? wordFor(number)) };
    byMeaning.set(meaning, known);
    fields.set(value, known.word);
  }
  return { fields, text: write([...byMeaning.values()], nodes, constants, inputs, name) };
}

/** A text that is equal for values that compute the same from the clock. */
function meaningsOf(
  nodes: readonly Node[],
  constants: ReadonlyMap<Value, number>,
  inputs: ReadonlyMap<Value, string>,
): ReadonlyMap<Value, string> {
  const meanings = new Map<Value, string>([...inputs]);
  constants.forEach((value, output) => meanings.set(output, decimal(value)));
  for (const node of nodes) {
    const [output] = node.outputs;
    if (output === undefined || onDevice(node) || constants.has(output)) continue;
    const operands = node.inputs.map((input) => meanings.get(input));
    if (!operands.includes(undefined)) meanings.set(output, `${node.op}(${operands.join()})`);
  }
  return meanings;
}

function write(
  wanted: readonly Wanted[],
  nodes: readonly Node[],
  constants: ReadonlyMap<Value, number>,
  inputs: ReadonlyMap<Value, string>,
  name: string,
): string {
  const scope = new Scope(Object.keys(CLOCK));
  const used = new Set<string>();
  const words = new Map(wanted.map(({ value, word }) => [value, word]));
  const roots = wanted.map(({ value }) => value);
  const nested = nest({
    nodes: nodes.filter((node) => !onDevice(node)),
    roots,
    leaf: (value) => {
      const constant = constants.get(value);
      const input = inputs.get(value);
      if (input !== undefined) used.add(input);
      return constant === undefined ? (input === undefined ? undefined : atom(input)) : constantText(constant);
    },
    write: hostText,
    name: (value) => scope.take(words.get(value) ?? wordFor(value)),
    longest: 110,
    named: new Set(roots.filter((root) => !inputs.has(root))),
  });
  const clock = Object.keys(CLOCK).filter((name) => used.has(name));
  const lines: Line[] = [
    ...nested.lines,
    { code: ['return ', object(wanted.map(({ word }, i) => entry(word, nested.roots[i]?.text ?? word))), ';'] },
  ];
  const parameter = clock.length === 0 ? [] : [`{ ${clock.join(', ')} }: Clock`];
  return [
    [
      '/** The numbers of one step, computed on the host in double precision.',
      ...clock.map((name) => CLOCK[name]),
      '*/',
    ].join(' '),
    render([call(`export function ${name}`, parameter), ' {'], 0, 0),
    layLines(lines),
    '}',
  ].join('\n');
}
