/** The derivative of an operation that acts on each element alone, as its rule builds it, in the language's notation. */
import { prefixTightness, tightness } from '../../grammar/operators.ts';
import { formatNumber } from '../diagnostics/words.ts';
import { Builder } from '../ir/builder.ts';
import { constantOf, isIdentity } from '../ir/traits.ts';
import type { Origin, Value } from '../ir/types.ts';
import type { Op } from '../ops/define.ts';
import { pullback } from '../passes/pullback.ts';
import { binaryOperators, prefixOperators } from '../language/operators.ts';

const nowhere: Origin = { source: { file: '', text: '' }, span: { start: 0, end: 0 }, line: 0, what: '' };

/** What each input gets of `dy`, the gradient of the result y: `dx = dy * cos(x)`. Empty for other operations. */
export function derivativeOf(op: Op): readonly string[] {
  if (!op.elementwise || op.vjp === 'none') return [];
  const b = new Builder(nowhere);
  const inputs = op.inputs.map((word): Value => ({ type: { dtype: 'f32', shape: ['B'] }, word }));
  const y = b.apply(op.name, inputs);
  const dy: Value = { type: y.type, word: 'dy' };
  const { nodes, cotangents } = pullback(b, [...b.nodes], [[y, dy]], inputs);
  const words = new Map<Value, string>([...inputs.map((x) => [x, x.word ?? ''] as const), [y, 'y'], [dy, 'dy']]);
  const makers = new Map(
    [...nodes, ...b.nodes].flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );

  const write = (value: Value): Text => {
    const word = words.get(value);
    if (word !== undefined) return { text: word, level: tightest };
    const node = makers.get(value);
    if (node === undefined) return { text: '…', level: tightest };
    const number = constantOf(node);
    if (number !== undefined)
      return { text: formatNumber(number), level: number < 0 ? prefixTightness('-') : tightest };
    const args = node.inputs.map(write);
    const [x, second] = args;
    if (x !== undefined && isIdentity(node)) return x;
    const operator = binaryOperators.get(node.op);
    if (operator !== undefined && x !== undefined && second !== undefined) {
      const level = tightness(operator);
      const rightmost = operator === '^' ? level : level + 1;
      const spaced = operator === '^' ? operator : ` ${operator} `;
      const left = within(x, operator === '^' ? level + 1 : level);
      return { text: left + spaced + within(second, rightmost), level };
    }
    const prefix = prefixOperators.get(node.op);
    if (prefix !== undefined && x !== undefined) {
      const level = prefixTightness(prefix);
      return { text: (prefix === '-' ? prefix : `${prefix} `) + within(x, level), level };
    }
    return { text: `${node.op}(${args.map(({ text }) => text).join(', ')})`, level: tightest };
  };
  return inputs.flatMap((input, i) => {
    const cotangent = cotangents[i];
    return cotangent === undefined || cotangent === null ? [] : [`d${input.word ?? ''} = ${write(cotangent).text}`];
  });
}

/** An expression, and how tightly its outermost operator binds. */
interface Text {
  readonly text: string;
  readonly level: number;
}

const tightest = 100;

const within = ({ text, level }: Text, least: number): string => (level < least ? `(${text})` : text);
