/** Expressions along axes: reductions, what is normalised, what the library makes of a line of numbers, the batch. */
import { bare, sizeOf } from '../draft.ts';
import type { Draft, Shape, Val } from '../draft.ts';
import { extent, listText, made, positive, tamed } from './values.ts';

/** Axes of a reduction as they are written, and the shape that they leave. */
function axesOf(d: Draft, shape: Shape): { readonly args: string; readonly left: Shape; readonly count: number } {
  const rank = shape.length;
  const keep = d.random.chance(0.4);
  const kept = keep ? ', keepdims=true' : '';
  if (rank === 0 || d.random.chance(0.25)) {
    return { args: keep ? kept : '', left: keep ? shape.map(() => 1) : [], count: sizeOf(shape) };
  }
  const several = rank > 1 && d.random.chance(0.3);
  const axes = several ? d.random.some([...shape.keys()], 0.6) : [d.random.whole(0, rank - 1)];
  const chosen = axes.length > 0 ? axes : [0];
  const written = chosen.map((axis) => (d.random.chance(0.5) ? axis - rank : axis));
  const [only] = written;
  const left = shape.flatMap((size, axis) => (chosen.includes(axis) ? (keep ? [1] : []) : [size]));
  const count = sizeOf(shape.filter((_, axis) => chosen.includes(axis)));
  return { args: `, axis=${several ? listText(written) : String(only)}${kept}`, left, count };
}

export function reduction(d: Draft, depth: number): Val {
  const x = tamed(d, d.operand(depth), 2);
  const { args, left, count } = axesOf(d, x.shape);
  const bound = extent(x);
  const name = d.random.pick(['sum', 'sum', 'mean', 'max', 'min', 'logsumexp', 'norm', 'variance', 'std']);
  const call = (of: Val, low: number, high: number): Val =>
    tamed(d, made({ text: `${name}(${bare(of.text)}${args})`, shape: left, from: [of], low, high }));
  switch (name) {
    case 'sum':
      return call(x, -bound * count, bound * count);
    case 'norm': {
      const p = positive(d, x);
      return call(p, 0, p.high * Math.sqrt(count));
    }
    case 'logsumexp':
      return call(x, x.low, x.high + Math.log(count));
    case 'variance':
      return call(x, 0, bound ** 2);
    // Where all are equal it has a kink.
    case 'std':
      return count > 1 ? call(x, 0, bound) : x;
    default:
      return call(x, x.low, x.high);
  }
}

export function overBatch(d: Draft, depth: number): Val {
  const x = tamed(d, d.operand(depth), 2);
  if (d.random.chance(0.2)) {
    const high = (x.high - x.low) ** 2 / 4;
    return made({
      text: `batch_variance(${bare(x.text)})`,
      shape: x.shape,
      from: [x],
      low: 0,
      high,
      perExample: false,
    });
  }
  const mean = d.random.chance(0.7);
  const text = mean ? `batch_mean(${bare(x.text)})` : `(0.1 * batch_sum(${bare(x.text)}))`;
  return made({ text, shape: x.shape, from: [x], low: x.low, high: x.high, perExample: false });
}

export function normalised(d: Draft, depth: number): Val | undefined {
  const x = tamed(d, d.operand(depth));
  if (x.shape.length === 0) return undefined;
  const axis = d.random.whole(0, x.shape.length - 1);
  if (d.random.chance(0.3)) return ofLine(d, tamed(d, x, 1), axis);
  const name = d.random.pick(['softmax', 'log_softmax', 'l2_normalize']);
  const safe = name === 'l2_normalize' ? positive(d, x) : x;
  const written =
    axis === x.shape.length - 1 && d.random.chance(0.4)
      ? ''
      : `, axis=${d.random.chance(0.5) ? axis : axis - x.shape.length}`;
  return made({
    text: `${name}(${bare(safe.text)}${written})`,
    shape: x.shape,
    from: [safe],
    low: name === 'log_softmax' ? -8 : 0,
    high: 1,
  });
}

/** What the library makes of the numbers along an axis, of which none is greater than 1. */
function ofLine(d: Draft, x: Val, axis: number): Val {
  const last = x.shape.at(-1) ?? 1;
  const lead = x.shape.slice(0, -1);
  const k = d.random.whole(1, last);
  const ways: readonly (readonly [call: string, shape: Shape, bound: number])[] = [
    [`prod(X, axis=${axis - d.random.pick([0, x.shape.length])})`, x.shape.toSpliced(axis, 1), 1],
    [`cumprod(X, axis=${axis}, reverse=${d.random.chance(0.5)})`, x.shape, 1],
    ['median(X)', lead, 1],
    [`top_k(X, ${k})`, [...lead, k], 1],
    [`cummax(X, axis=${axis})`, x.shape, 1],
    [`cummin(X, axis=${axis}, reverse=true)`, x.shape, 1],
    [`cumsum(X, axis=${axis})`, x.shape, sizeOf(x.shape)],
    [`roll(X, ${d.random.whole(-2, 2)}, axis=${axis})`, x.shape, 1],
    [`sort(X, axis=${axis})`, x.shape, 1],
    [`repeated(expand_dims(X, ${axis}), ${axis}, 2)`, x.shape.toSpliced(axis, 0, 2), 1],
    [`split(X, ${x.shape[axis] ?? 1}, axis=${axis})[-1]`, x.shape.with(axis, 1), 1],
    [`take_along(X, argsort(X, axis=${axis}), axis=${axis})`, x.shape, 1],
    [`add_along(X, broadcast(arange(${last}) % 2, ${listText(x.shape)}), X)`, x.shape, last + 1],
    ['diag(X)', [...x.shape, last], 1],
    ...(x.shape.length > 1
      ? ([
          ['trace(X)', x.shape.slice(0, -2), last],
          ['lrn(X, 3, alpha=0.2)', x.shape, 1],
          [`resize(X, ${listText(lead.map((size) => size + 1))}, how=bicubic)`, [...lead.map((n) => n + 1), last], 2],
          [`resize(X, ${listText(lead.map((n) => n + 2))}, corners=true)`, [...lead.map((n) => n + 2), last], 1],
        ] as const)
      : []),
    ...(last > 1 ? [['diff(X)', [...lead, last - 1], 2] as const] : []),
    ...(x.shape.length > 1 ? [[`tril(X, k=${d.random.whole(-1, 1)})`, x.shape, 1] as const] : []),
    ...(x.shape.length > 1 && last % 2 === 0 ? [['rotary(X)', x.shape, 2] as const] : []),
  ];
  const [call, shape, bound] = d.random.pick(ways);
  return made({ text: call.replaceAll('X', bare(x.text)), shape, from: [x], low: -bound, high: bound });
}
