/** How the inputs and outputs of a loop are laid out, and what depends on what through its turns. */
import type { Attrs, Graph, Node, Value } from '../../ir/types.ts';
import { definitions } from '../../ir/uses.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { flagAttr, numberAttr } from './attributes.ts';

/**
 * The inputs of a loop are the first values of what it carries, then its sequences, then what its body reads from
 * outside. Those of the body are the same by position: what is carried, one position of each sequence, the values from
 * outside. The body gives what is carried on, then what is stacked; the loop the last of the former and all of the
 * latter. Sequences and stacked values have their positions in front.
 */
export interface Loop {
  /** How many values are carried. */
  readonly carried: number;
  /** How many sequences there are. */
  readonly over: number;
  readonly steps: number;
  /** Whether it runs from the last position to the first. */
  readonly reverse: boolean;
  readonly body: Graph;
}

/** What kind of input of a loop stands at a position. */
export type LoopInput = 'carried' | 'sequence' | 'outside';

export function loopOf({ attrs, bodies }: Pick<Node, 'attrs' | 'bodies'>): Loop {
  const [body] = bodies;
  if (body === undefined) throw new InternalError('a loop without a body');
  return {
    carried: numberAttr(attrs, 'carried'),
    over: numberAttr(attrs, 'over'),
    steps: numberAttr(attrs, 'steps'),
    reverse: flagAttr(attrs, 'reverse'),
    body,
  };
}

/** The attributes that say so. */
export const loopAttrs = ({ carried, over, steps, reverse }: Omit<Loop, 'body'>): Attrs => ({
  carried,
  over,
  steps,
  ...(reverse ? { reverse } : {}),
});

export function kindOf({ carried, over }: Pick<Loop, 'carried' | 'over'>, position: number): LoopInput {
  if (position < carried) return 'carried';
  return position < carried + over ? 'sequence' : 'outside';
}

/** The inputs of a loop's body by position on which one of its outputs depends, in this turn or through earlier ones. */
export function inputsBehind(
  { body, carried }: Pick<Loop, 'body' | 'carried'>,
  outputs: readonly number[],
  sourcesOf: (node: Node, output: Value) => readonly Value[],
): ReadonlySet<number> {
  const makers = definitions(body);
  const positions = new Map(body.inputs.map(({ value }, i) => [value, i]));
  const found = new Set<number>();
  const seen = new Set<Value>();
  const open = outputs.flatMap((i) => body.outputs[i]?.value ?? []);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const position = positions.get(value);
    if (position !== undefined) {
      found.add(position);
      const before = position < carried ? body.outputs[position] : undefined;
      if (before !== undefined) open.push(before.value);
    }
    const maker = makers.get(value);
    if (maker !== undefined) open.push(...sourcesOf(maker, value));
  }
  return found;
}
