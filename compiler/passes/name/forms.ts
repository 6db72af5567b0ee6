/**
 * Values that nobody has called anything, after what they are made for: another form of a value that has a word (one that
 * is turned or repeated), terms of a sum, a part of a gradient.
 */
import { altered, asPart, calledAs, isCotangent, partCalled } from '../../ir/called.ts';
import type { Called, Part } from '../../ir/called.ts';
import { isFused } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { uses } from '../../ir/uses.ts';
import { registry } from '../../ops/index.ts';

export type Said = Called & { readonly word: string };

/** Only values that are read once. `results` are what the outputs of a body are made for outside. */
export function formsOf(graph: Graph, results: readonly (Said | undefined)[] = []): ReadonlyMap<Value, Said> {
  const reads = uses(graph);
  const forms = new Map<Value, Said>();
  const say = (value: Value | undefined, called: Said | undefined): void => {
    if (value === undefined || called === undefined || value.word !== undefined || value.type.dtype === 'f64') return;
    if (reads.get(value) === 1 && !forms.has(value)) forms.set(value, called);
  };
  const said = (value: Value | undefined): Said | undefined => {
    if (value?.word === undefined) return value && forms.get(value);
    return { ...calledAs(value), word: value.word };
  };
  graph.outputs.forEach(({ value }, i) => {
    say(value, results[i]);
  });
  for (const node of graph.nodes.toReversed()) {
    if (isFused(node)) {
      const inside = formsWithin(node, node.outputs.map(said));
      node.inputs.forEach((input, i) => {
        say(input, inside[i]);
      });
      continue;
    }
    const called = said(node.outputs[0]);
    const form = called === undefined ? undefined : formOf(node, called);
    if (form !== undefined) for (const input of node.inputs) say(input, form);
  }
  return forms;
}

/** What the inputs of a fused kernel are made for, by position. */
function formsWithin({ bodies: [body] }: Node, results: readonly (Said | undefined)[]): readonly (Said | undefined)[] {
  if (body === undefined) return [];
  const forms = formsOf(body, results);
  return body.inputs.map(({ value }) => forms.get(value));
}

/** A word as that of a part: terms of terms are terms. */
const once =
  (part: Part) =>
  (own: string): string =>
    own.endsWith(`_${part}`) ? own : asPart(part)(own);

/** What the input of a node is called where nobody has said it, if the result is called so. */
function formOf({ op, inputs }: Node, called: Said): Said | undefined {
  const own = (change: (own: string) => string): Said => ({
    ...partCalled(called, change),
    word: altered(called.word, change),
  });
  if (isCotangent(called) && registry.get(op)?.shows !== undefined && inputs.length === 1) return called;
  if (op === 'sum') return own(once('terms'));
  if (op === 'add' && isCotangent(called)) return own(once('part'));
  return undefined;
}
