/** Random expressions that have a type: every function of the language, over values of every shape. */
import { bare, mostElements, sizeOf } from './draft.ts';
import type { Draft, Val } from './draft.ts';
import { normalised, overBatch, reduction } from './expressions/axes.ts';
import { activation, arithmetic, binaryCall, mask, selection, stepwise, unary } from './expressions/elementwise.ts';
import { oneHot, rows } from './expressions/integers.ts';
import { einstein, product } from './expressions/products.ts';
import { counted, leaf, listText, made, someShape, tamed } from './expressions/values.ts';
import { joined, view } from './expressions/views.ts';

type Production = (d: Draft, depth: number) => Val | undefined;

/** Each kind of expression, with how often it is drawn. */
const productions: readonly (readonly [number, Production])[] = [
  [5, unary],
  [2, activation],
  [6, arithmetic],
  [2, binaryCall],
  [2, selection],
  [2, mask],
  [1, stepwise],
  [5, reduction],
  [6, view],
  [3, joined],
  [5, product],
  [2, rows],
  [2, oneHot],
  [1, counted],
  [2, overBatch],
  [1, filled],
  [1, normalised],
  [1, einstein],
  [1, random],
];

const drawn: readonly Production[] = productions.flatMap(([times, production]) =>
  Array.from({ length: times }, () => production),
);

/** Numbers of some shape. */
export function expression(d: Draft, depth: number): Val {
  if (depth > 0) {
    for (let tries = 0; tries < 4; tries++) {
      const value = d.random.pick(drawn)(d, depth);
      if (value !== undefined && sizeOf(value.shape) <= mostElements) return tamed(d, value, 8);
    }
  }
  return leaf(d);
}

function filled(d: Draft): Val {
  const shape = someShape(d, 2);
  const name = d.random.pick(['zeros', 'ones']);
  return made({ text: `${name}(${listText(shape)})`, shape, from: [], low: 0, high: 1 });
}

/** Drawn anew at each step: for each example, or shared. */
function random(d: Draft, depth: number): Val {
  const like = d.random.chance(0.6) ? d.operand(depth) : undefined;
  const shape = like?.shape ?? someShape(d, 2);
  const name = d.random.pick(['uniform', 'normal']);
  const text = `${name}(${like === undefined ? listText(shape) : `like=${bare(like.text)}`})`;
  return made({ text, shape, from: like === undefined ? [] : [like], low: -3, high: 3, flat: true });
}
