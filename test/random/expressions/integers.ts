/** Integers, and what they choose: rows of tables, places of ones. */
import { bare, broadcastShape, sameShape } from '../draft.ts';
import type { Draft, Val } from '../draft.ts';
import { mask } from './elementwise.ts';
import { integers, made, numeric } from './values.ts';
import { viewOf } from './views.ts';

/** Integers: those that come in, those that an argmax gives, choices and rows of them. */
function indices(d: Draft, count: number, depth: number): Val | undefined {
  const known = integers(d).filter(({ low, high }) => low >= 0 && high < count);
  if (known.length > 0 && d.random.chance(0.2)) return chosen(d, d.random.pick(known), known, count, depth);
  if (known.length > 0 && d.random.chance(0.6)) {
    const of = d.random.pick(known);
    return d.random.chance(0.3) ? (viewOf(d, of) ?? of) : of;
  }
  const x = d.operand(depth);
  const axis = x.shape.findIndex((size) => size <= count);
  return axis < 0 ? undefined : argument(d, x, axis);
}

/** One integer or another, or several side by side. */
function chosen(d: Draft, of: Val, known: readonly Val[], count: number, depth: number): Val {
  const { low, shape } = of;
  const alike = known.filter((each) => sameShape(each.shape, shape));
  const other = d.random.pick(alike);
  const high = Math.max(of.high, other.high);
  const join = { from: [of, other], low, high, dtype: 'i32' as const, flat: true };
  const items = `[${bare(of.text)}, ${bare(other.text)}]`;
  const last = shape.at(-1);
  switch (d.random.pick(['stack', 'concat', 'where', 'where'])) {
    case 'stack':
      return made({ ...join, text: `stack(${items})`, shape: [2, ...shape] });
    case 'concat':
      if (last !== undefined)
        return made({ ...join, text: `concat(${items})`, shape: [...shape.slice(0, -1), 2 * last] });
      break;
    default: {
      const condition = mask(d, depth - 1);
      if (condition === undefined || broadcastShape(condition.shape, shape)?.join() !== shape.join()) break;
      const limit = d.random.whole(0, Math.min(count - 1, 3));
      const rest = d.random.chance(0.5) ? bare(other.text) : String(limit);
      const text = `where(${bare(condition.text)}, ${bare(of.text)}, ${rest})`;
      return made({
        ...join,
        text,
        shape,
        high: Math.max(high, limit),
        perExample: condition.perExample || of.perExample || other.perExample,
      });
    }
  }
  return of;
}

function argument(d: Draft, x: Val, axis: number): Val {
  const size = x.shape[axis] ?? 1;
  return made({
    text: `${d.random.pick(['argmax', 'argmin'])}(${bare(x.text)}, axis=${d.random.chance(0.5) ? axis : axis - x.shape.length})`,
    shape: x.shape.toSpliced(axis, 1),
    from: [x],
    low: 0,
    high: size - 1,
    dtype: 'i32',
    flat: true,
  });
}

export function integer(d: Draft, depth: number): Val | undefined {
  return indices(d, 6, depth);
}

export function rows(d: Draft, depth: number): Val | undefined {
  const tables = numeric(d).filter(({ shape, perExample }) => !perExample && shape.length > 0);
  if (tables.length === 0) return undefined;
  const table = d.random.pick(tables);
  const ids = indices(d, table.shape[0] ?? 1, depth);
  if (ids === undefined) return undefined;
  return made({
    text: `gather(${bare(table.text)}, ${bare(ids.text)})`,
    shape: [...ids.shape, ...table.shape.slice(1)],
    from: [table, ids],
    low: table.low,
    high: table.high,
  });
}

export function oneHot(d: Draft, depth: number): Val | undefined {
  const ids = indices(d, 100, depth);
  if (ids === undefined) return undefined;
  const classes = d.random.whole(2, 4);
  return made({
    text: `one_hot(${bare(ids.text)}, ${classes})`,
    shape: [...ids.shape, classes],
    from: [ids],
    low: 0,
    high: 1,
    flat: true,
  });
}
