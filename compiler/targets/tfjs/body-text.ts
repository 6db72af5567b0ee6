/** The text of a kernel's body: a function over symbols. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Node, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { constantOf } from './host-code.ts';
import { WIDTH, call, layLines, list, render } from './layout.ts';
import type { Body } from './map-body.ts';
import type { Scope } from './names.ts';
import { literal } from './names.ts';
import type { Text } from './nesting.ts';
import { atom, nest } from './nesting.ts';

const LONGEST = 96;

/** Writes a body as an arrow function where it is one short expression, else as a function with named parts. */
export function writeBody(body: Body, name: string, around: Scope): string {
  const scope = around.inner();
  const word = (value: Value): string => body.words.get(value) ?? value.name;
  const parameters = new Map(parametersOf(body).map((value) => [value, scope.take(word(value))]));
  const given = new Set(parameters.values());
  const literals = literalsOf(body);
  const results = body.graph.outputs.map((output) => output.value);
  const { lines, roots } = nest({
    nodes: body.graph.nodes,
    roots: results,
    leaf: (value) => {
      const number = literals.get(value);
      const text = number === undefined ? parameters.get(value) : literal(number);
      return text === undefined ? undefined : atom(text);
    },
    write: scalarText,
    name: (value) => scope.take(given.has(word(value)) ? `new_${word(value)}` : word(value)),
    longest: LONGEST,
    named: new Set(results.length > 1 ? results : []),
  });
  const texts = roots.map(({ text }, i) => {
    const result = results[i];
    return result !== undefined && literals.has(result) ? `literal(${text})` : text;
  });
  const [single = ''] = texts;
  const isSingle = texts.length === 1;
  const doc = `/** ${body.comment}. */\n`;
  const typed = [...parameters.values()].map((parameter) => `${parameter}: Sym`);
  const arrow = `const ${name} = (${typed.join(', ')}) => ${single};`;
  if (isSingle && lines.length === 0 && arrow.length <= WIDTH) return doc + arrow;
  const end = ['return ', ...(isSingle ? [single] : [list(texts), ' as const']), ';'];
  const head = render([call(`function ${name}`, typed), ' {'], 0, 0);
  return `${doc}${head}\n${layLines([...lines, { code: end }])}\n}`;
}

function scalarText(node: Node, args: readonly Text[]): Text {
  const [x] = args;
  if (isIdentity(node) && x !== undefined) return x;
  return { text: `${primitiveOf(node)}(${args.map(({ text }) => text).join(', ')})`, level: CALL };
}

const CALL = 10;

/** The values that a body is given as symbols. */
export const parametersOf = ({ graph, literals }: Body): readonly Value[] =>
  graph.inputs.map((input) => input.value).filter((value) => !literals.has(value));

/** Every value of a body that is a known number. */
export function literalsOf(body: Body): ReadonlyMap<Value, number> {
  const literals = new Map(body.literals);
  for (const node of body.graph.nodes) {
    const [from] = node.inputs;
    const passed = isIdentity(node) && from !== undefined ? literals.get(from) : undefined;
    const number = constantOf(node) ?? passed;
    for (const output of node.outputs) if (number !== undefined) literals.set(output, number);
  }
  return literals;
}

/** Ops that change nothing within a body, where every scalar is a number. */
export const isIdentity = (node: Node): boolean => node.op === 'stop_gradient' || node.op === 'cast';

/** The function of the runtime that a node of a body calls. */
export function primitiveOf(node: Node): string {
  const lowering = registry.get(node.op)?.lower;
  if (lowering?.as === 'scalar') return lowering.primitive;
  if (lowering?.as === 'reduction') return lowering.row;
  if (node.op === 'arange') return 'column';
  throw new InternalError(`${node.op} stands in the body of a map`);
}
