/** The index space of a map: points alone, or rows of a width. */
import type { Dim, Node, Shape, Value } from '../../ir/types.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';
import { partOf } from './parts.ts';

/**
 * `points`: every value has the shape `lead`, or `lead` with an axis of size 1 behind it. Such a map can still become
 * the row values of a wider one. `rows`: values are [...lead, width]; row values [...lead, 1], or [...lead] for short.
 */
export type Space =
  | { readonly kind: 'points'; readonly lead: Shape; readonly plain: boolean; readonly trailing: boolean }
  | { readonly kind: 'rows'; readonly lead: Shape; readonly width: Dim };

/** The space that a node needs alone. */
export function spaceOf(node: Node): Space {
  const shape = node.outputs[0]?.type.shape ?? [];
  if (partOf(node) === 'reduction') return rowsOf(node.inputs[0]?.type.shape ?? []);
  if (partOf(node) === 'view')
    return { kind: 'points', lead: shortest(node.inputs[0]?.type.shape ?? [], shape), plain: true, trailing: true };
  const trailing = shape.length >= 2 && shape[shape.length - 1] === 1;
  return { kind: 'points', lead: trailing ? shape.slice(0, -1) : shape, plain: !trailing, trailing };
}

const shortest = (a: Shape, b: Shape): Shape => (a.length < b.length ? a : b);

function rowsOf(shape: Shape): Space {
  return { kind: 'rows', lead: shape.slice(0, -1), width: shape[shape.length - 1] ?? 1 };
}

/** The space of a map that holds what two maps hold; undefined if there is none. */
export function joined(a: Space, b: Space): Space | undefined {
  if (a.kind === 'rows') return b.kind === 'rows' ? equalRows(a, b) : withPoints(a, b);
  if (b.kind === 'rows') return withPoints(b, a);
  if (sameShape(a.lead, b.lead)) {
    return { kind: 'points', lead: a.lead, plain: a.plain || b.plain, trailing: a.trailing || b.trailing };
  }
  const [narrow, wide] = a.lead.length < b.lead.length ? [a, b] : [b, a];
  if (narrow.lead.length < 1 || wide.trailing || !sameShape(narrow.lead, wide.lead.slice(0, -1))) return undefined;
  return rowsOf(wide.lead);
}

type Rows = Extract<Space, { kind: 'rows' }>;
type Points = Extract<Space, { kind: 'points' }>;

const equalRows = (a: Rows, b: Rows): Rows | undefined =>
  a.width === b.width && sameShape(a.lead, b.lead) ? a : undefined;

function withPoints(rows: Rows, points: Points): Rows | undefined {
  if (sameShape(points.lead, rows.lead)) return rows;
  return !points.trailing && sameShape(points.lead, [...rows.lead, rows.width]) ? rows : undefined;
}

/**
 * Whether a map can hand a value straight to one of its own nodes. NumPy aligns shapes at the right, so a row value
 * in its short form [...lead] would be spread along the wrong axis of a full one.
 */
export function flows(value: Value, to: Node): boolean {
  return partOf(to) !== 'elementwise' || value.type.shape.length === (to.outputs[0]?.type.shape.length ?? 0);
}

/** The shape over which the map runs. */
export function domainOf(space: Space): Shape {
  if (space.kind === 'rows') return [...space.lead, space.width];
  return space.trailing ? [...space.lead, 1] : space.lead;
}

/** Whether the node's values are row values in their short form, and stand for [...lead, 1] inside the map. */
export function isShort(space: Space, shape: Shape): boolean {
  return (space.kind === 'rows' || space.trailing) && sameShape(shape, space.lead);
}
