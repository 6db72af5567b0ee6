/** Nests expressions: a value that is used once stands where it is used, others get a name of their own. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Node, Value } from '../../ir/types.ts';
import { definitions } from '../../ir/uses.ts';
import type { Line } from './layout.ts';
import { WIDTH } from './layout.ts';

/** The text of an expression, and how tightly its outermost operator binds (precedence.ts). */
export interface Text {
  readonly text: string;
  readonly level: number;
  /** A comparison: a boolean to TypeScript, 1 or 0 to the language. */
  readonly boolean?: boolean;
}

export interface Nesting {
  readonly nodes: readonly Node[];
  /** What must be written: each counts as one use. */
  readonly roots: readonly Value[];
  /** The text of what no node here makes: inputs and literals. */
  readonly leaf: (value: Value) => Text | undefined;
  readonly write: (node: Node, args: readonly Text[]) => Text;
  readonly name: (value: Value) => string;
  /** The longest expression that is not split. */
  readonly longest: number;
  /** The comment beside a value that gets a name. */
  readonly comment?: (value: Value, node: Node) => string | undefined;
  /** Roots that get a name whatever their length. */
  readonly named?: ReadonlySet<Value>;
}

/** How tightly a call binds, and what is one word. */
export const CALL = 10;
const ATOM = 11;
export const atom = (text: string): Text => ({ text, level: ATOM });

/** Lines `const name = …;` for what is used twice or would be too long, and the text of each root. */
export function nest(nesting: Nesting): { readonly lines: readonly Line[]; readonly roots: readonly Text[] } {
  const lines: Line[] = [];
  const texts = new Map<Value, Text>();
  const pending = new Set<Value>();
  const uses = countUses(nesting);
  const makers = definitions(nesting);

  const textOf = (value: Value): Text => {
    const text = texts.get(value) ?? nesting.leaf(value);
    if (text === undefined) throw new InternalError(`${value.word ?? 'a value'} is used before it is made`);
    return text;
  };
  const bind = (value: Value, node: Node): void => {
    const text = textOf(value);
    const name = nesting.name(value);
    const comment = nesting.comment?.(value, node);
    const code = declaration(name, text);
    lines.push({ code, ...(comment === undefined ? {} : { comment }) });
    texts.set(value, atom(name));
    pending.delete(value);
  };
  const longestPending = (inputs: readonly Value[]): Value | undefined =>
    inputs
      .filter((input) => pending.has(input))
      .reduce<Value | undefined>(
        (best, input) => (best === undefined || textOf(input).text.length > textOf(best).text.length ? input : best),
        undefined,
      );

  for (const node of nesting.nodes) {
    const [output] = node.outputs;
    if (output === undefined || !uses.has(output) || nesting.leaf(output) !== undefined) continue;
    let text = nesting.write(node, node.inputs.map(textOf));
    while (text.text.length > nesting.longest) {
      const part = longestPending(node.inputs);
      const maker = part === undefined ? undefined : makers.get(part);
      if (part === undefined || maker === undefined) break;
      bind(part, maker);
      text = nesting.write(node, node.inputs.map(textOf));
    }
    texts.set(output, text);
    if (text.level === ATOM) continue;
    if ((uses.get(output) ?? 0) > 1 || nesting.named?.has(output) === true) bind(output, node);
    else pending.add(output);
  }
  return { lines, roots: nesting.roots.map(textOf) };
}

/** `const name = …;`; a long sum, product or choice stands on the line below, as prettier has it. */
function declaration(name: string, { text, level, boolean }: Text): string {
  // A comparison is a number from here on: of `0 | 1` TypeScript would rule out in one branch what the other has.
  const [declared, expression] = boolean === true ? [`${name}: number`, `${text} ? 1 : 0`] : [name, text];
  const line = `const ${declared} = ${expression};`;
  return line.length + 2 <= WIDTH || level >= CALL ? line : `const ${declared} =\n    ${expression};`;
}

/** How often each value is read on the way to the roots. */
function countUses({ nodes, roots }: Nesting): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>();
  const use = (value: Value): void => void uses.set(value, (uses.get(value) ?? 0) + 1);
  roots.forEach(use);
  for (const node of nodes.toReversed()) if (node.outputs.some((output) => uses.has(output))) node.inputs.forEach(use);
  return uses;
}
