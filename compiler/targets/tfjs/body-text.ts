/** The text of a kernel's body: a function over symbols. */
import { primitiveOf } from '../../ir/mapped.ts';
import { wordFor } from '../../ir/called.ts';
import { constantOf, isIdentity } from '../../ir/traits.ts';
import type { Node, Value } from '../../ir/types.ts';
import type { Line } from './layout.ts';
import { WIDTH, call, layLines, list, render } from './layout.ts';
import type { Body } from './map-body.ts';
import type { Scope } from './names.ts';
import { singleLiteral } from './literals.ts';
import type { Text } from './nesting.ts';
import { CALL, atom, nest } from './nesting.ts';

const LONGEST = 96;

/** A body as code: its parameters, what is named on the way, and its results. */
export interface BodyText {
  readonly parameters: readonly string[];
  readonly lines: readonly Line[];
  readonly results: readonly string[];
}

export function bodyText(body: Body, around: Scope): BodyText {
  const scope = around.inner();
  const word = (value: Value): string => body.words.get(value) ?? wordFor(value);
  const parameters = new Map(parametersOf(body).map((value) => [value, scope.take(word(value))] as const));
  const given = new Set(parameters.values());
  const literals = literalsOf(body);
  const results = body.graph.outputs.map((output) => output.value);
  const { lines, roots } = nest({
    nodes: body.graph.nodes,
    roots: results,
    leaf: (value) => {
      const number = literals.get(value);
      const text = number === undefined ? parameters.get(value) : singleLiteral(number);
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
  return { parameters: [...parameters.values()], lines, results: texts };
}

/** A body as a function: an arrow where it is one short expression. */
export function functionText(name: string, comment: string, { parameters, lines, results }: BodyText): string {
  const [single = ''] = results;
  const isSingle = results.length === 1;
  const said = comment.split('\n');
  const doc =
    said.length === 1 ? `/** ${comment} */\n` : ['/**', ...said.map((line) => ` * ${line}`), ' */\n'].join('\n');
  const typed = parameters.map((parameter) => `${parameter}: Sym`);
  const arrow = `const ${name} = (${typed.join(', ')}) => ${single};`;
  if (isSingle && lines.length === 0 && arrow.length <= WIDTH) return doc + arrow;
  const end = ['return ', ...(isSingle ? [single] : [list(results), ' as const']), ';'];
  const head = render([call(`function ${name}`, typed), ' {'], 0, 0);
  return `${doc}${head}\n${layLines([...lines, { code: end }])}\n}`;
}

/** A body that stands where it is used; undefined where it is too long for that. */
export function inlineText({ parameters, lines, results }: BodyText): string | undefined {
  const text = `(${parameters.join(', ')}) => ${results.join('')}`;
  return lines.length === 0 && results.length === 1 && text.length <= INLINE ? text : undefined;
}

const INLINE = 64;

function scalarText(node: Node, args: readonly Text[]): Text {
  const [x] = args;
  if (isIdentity(node) && x !== undefined) return x;
  return { text: `${primitiveOf(node)}(${args.map(({ text }) => text).join(', ')})`, level: CALL };
}

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
