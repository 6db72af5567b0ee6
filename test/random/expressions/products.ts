/** Matrix products and sums of Einstein. */
import { bare, broadcastShape, mostElements, sizeOf } from '../draft.ts';
import type { Draft, Shape, Val } from '../draft.ts';
import { extent, made, moved, numeric, tamed } from './values.ts';

export function product(d: Draft, depth: number): Val | undefined {
  const known = numeric(d).filter(({ shape }) => shape.length > 0);
  const a = tamed(d, d.operand(depth), 2);
  const inner = a.shape.at(-1);
  if (inner === undefined) return undefined;
  const direct = [...known, ...known.flatMap(transposed)].filter(
    (b) => (b.shape.length < 2 ? b.shape[0] : b.shape.at(-2)) === inner,
  );
  const weights = direct.filter(({ perExample }) => !perExample);
  const choice = weights.length > 0 && d.random.chance(0.6) ? weights : direct;
  const b = tamed(d, choice.length > 0 ? d.random.pick(choice) : a, 2);
  const shape = productShape(a.shape, b.shape);
  if (shape === undefined || sizeOf(shape) > mostElements) return undefined;
  const bound = extent(a) * extent(b) * inner;
  const text = d.random.chance(0.85) ? `(${a.text} @ ${b.text})` : `matmul(${bare(a.text)}, ${bare(b.text)})`;
  return tamed(d, made({ text, shape, from: [a, b], low: -bound, high: bound }));
}

function transposed(x: Val): readonly Val[] {
  if (x.shape.length !== 2) return [];
  return [moved(x, `transpose(${bare(x.text)})`, x.shape.toReversed())];
}

/** NumPy's rule for `a @ b`. */
function productShape(a: Shape, b: Shape): Shape | undefined {
  const [m, n] = [a.length === 1 ? [1, ...a] : a, b.length === 1 ? [...b, 1] : b];
  if (m.length === 0 || n.length === 0 || m.at(-1) !== n.at(-2)) return undefined;
  const lead = broadcastShape(m.slice(0, -2), n.slice(0, -2));
  if (lead === undefined) return undefined;
  return [...lead, ...(a.length === 1 ? [] : m.slice(-2, -1)), ...(b.length === 1 ? [] : n.slice(-1))];
}

/** A sum of Einstein over two values whose axes have random letters, of which the result keeps some. */
export function einstein(d: Draft, depth: number): Val | undefined {
  const [x, y] = [tamed(d, d.operand(depth), 1), tamed(d, d.operand(depth), 1)];
  const sizes = new Map<string, number>();
  const lettersOf = ({ shape }: Val): string =>
    shape
      .map((size) => {
        const known = [...sizes].filter(([, other]) => other === size).map(([letter]) => letter);
        const letter =
          known.length > 0 && d.random.chance(0.6) ? d.random.pick(known) : String.fromCodePoint(97 + sizes.size);
        sizes.set(letter, size);
        return letter;
      })
      .join('');
  const [a, b] = [lettersOf(x), lettersOf(y)];
  const output = d.random.shuffled(d.random.some([...sizes.keys()], 0.5));
  const shape = output.map((letter) => sizes.get(letter) ?? 1);
  if (sizes.size === 0 || sizeOf(shape) > mostElements) return undefined;
  const summed = [...sizes].reduce((all, [letter, size]) => (output.includes(letter) ? all : all * size), 1);
  const text = `einsum("${a},${b}->${output.join('')}", ${bare(x.text)}, ${bare(y.text)})`;
  return tamed(d, made({ text, shape, from: [x, y], low: -summed, high: summed }));
}
