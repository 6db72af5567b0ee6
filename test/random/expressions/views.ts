/** The same elements elsewhere: other shapes and orders, parts of a value, several side by side. */
import { bare, sameShape, sizeOf } from '../draft.ts';
import type { Draft, Shape, Val } from '../draft.ts';
import { listText, made, moved, numeric } from './values.ts';

export const paddingModes = ['constant', 'reflect', 'symmetric', 'edge', 'wrap'];

export function view(d: Draft, depth: number): Val | undefined {
  const x = d.operand(depth);
  return viewOf(d, x);
}

/** The same elements elsewhere: numbers or integers. */
export function viewOf(d: Draft, x: Val): Val | undefined {
  const { shape } = x;
  const rank = shape.length;
  switch (d.random.pick(['reshape', 'reshape', 'transpose', 'index', 'index', 'slice', 'broadcast', 'pad', 'unit'])) {
    case 'reshape':
      return reshaped(d, x, otherShape(d, shape));
    case 'unit': {
      const at = d.random.whole(0, rank);
      return reshaped(d, x, shape.toSpliced(at, 0, 1));
    }
    case 'transpose': {
      if (rank < 2) return undefined;
      if (d.random.chance(0.4)) return moved(x, `transpose(${bare(x.text)})`, shape.toReversed());
      const order = d.random.shuffled([...shape.keys()]);
      return moved(
        x,
        `transpose(${bare(x.text)}, ${listText(order)})`,
        order.map((axis) => shape[axis] ?? 1),
      );
    }
    case 'index':
    case 'slice':
      return sliced(d, x);
    case 'broadcast': {
      const lead = d.random.chance(0.5) ? [d.random.whole(1, 3)] : [];
      const sizes = [
        ...lead,
        ...shape.map((size) => (size === 1 && d.random.chance(0.6) ? d.random.whole(2, 3) : size)),
      ];
      return sizes.length === 0 ? undefined : moved(x, `broadcast(${bare(x.text)}, ${listText(sizes)})`, sizes);
    }
    default: {
      if (rank === 0 || x.dtype === 'i32') return undefined;
      const around = shape.map(() => [d.random.whole(0, 1), d.random.whole(0, 1)]);
      const sizes = shape.map((size, axis) => size + (around[axis] ?? []).reduce((sum, n) => sum + n, 0));
      const low = Math.min(0, x.low);
      // What an axis of two places and more can be padded with by one place.
      const mode = d.random.chance(0.4) && shape.every((size) => size > 1) ? d.random.pick(paddingModes) : 'constant';
      const written = mode === 'constant' ? '' : `, mode=${mode}`;
      return {
        ...moved(x, `pad(${bare(x.text)}, ${listText(around.map(listText))}${written})`, sizes),
        low,
        high: Math.max(0, x.high),
      };
    }
  }
}

function reshaped(d: Draft, x: Val, shape: Shape): Val {
  const written: (number | string)[] = [...shape];
  if (shape.length > 0 && d.random.chance(0.3)) written[d.random.whole(0, shape.length - 1)] = -1;
  return moved(x, `reshape(${bare(x.text)}, ${listText(written)})`, shape);
}

/** Another shape of so many elements. */
function otherShape(d: Draft, shape: Shape): Shape {
  const factors: number[] = [];
  let rest = sizeOf(shape);
  for (let tries = 0; tries < 3 && rest > 1; tries++) {
    const divisors = [1, 2, 3, 4, 6].filter((n) => rest % n === 0);
    const factor = d.random.pick(divisors);
    factors.push(factor);
    rest /= factor;
  }
  return rest > 1 || factors.length === 0 ? [...factors, rest] : factors;
}

function sliced(d: Draft, x: Val): Val | undefined {
  if (x.shape.length === 0) return undefined;
  const count = d.random.whole(1, x.shape.length);
  const left: number[] = [];
  const steps = x.shape.map((size, axis) => {
    if (axis >= count) {
      left.push(size);
      return undefined;
    }
    if (d.random.chance(0.45))
      return String(d.random.chance(0.3) ? -d.random.whole(1, size) : d.random.whole(0, size - 1));
    const start = d.random.whole(0, size - 1);
    const end = d.random.whole(start + 1, size);
    if (d.random.chance(0.25)) {
      // From the first to the last of them, or from the last to the first.
      const by = d.random.whole(1, 3);
      left.push(Math.ceil((end - start) / by));
      const isTurned = d.random.chance(0.5);
      return isTurned ? `${end - 1}:${start === 0 ? '' : start - 1}:-${by}` : `${start}:${end}:${by}`;
    }
    left.push(end - start);
    const open = d.random.chance(0.3);
    return `${start === 0 && open ? '' : start}:${end === size && open ? '' : end === size ? end : end - size}`;
  });
  return moved(x, `${x.text}[${steps.filter((step) => step !== undefined).join(', ')}]`, left);
}

/** Values of one shape, stacked or in a row. */
export function joined(d: Draft, depth: number): Val | undefined {
  const x = d.operand(depth);
  const stack = d.random.chance(0.5);
  if (!stack && x.shape.length === 0) return undefined;
  const alike = numeric(d).filter(({ shape }) => sameShape(shape, x.shape));
  const others = Array.from({ length: d.random.whole(1, 2) }, () => {
    const tries = Array.from({ length: 3 }, () => d.operand(depth - 1));
    return tries.find(({ shape }) => sameShape(shape, x.shape)) ?? (alike.length > 0 ? d.random.pick(alike) : x);
  });
  const all = d.random.shuffled([x, ...others]);
  const bounds = { low: Math.min(...all.map(({ low }) => low)), high: Math.max(...all.map(({ high }) => high)) };
  const items = all.map(({ text }) => bare(text)).join(', ');
  const rank = x.shape.length;
  if (stack) {
    const axis = d.random.whole(0, rank);
    const written = d.random.chance(0.3) ? '' : `, axis=${d.random.chance(0.5) ? axis : axis - rank - 1}`;
    const at = written === '' ? 0 : axis;
    return made({
      text: `stack([${items}]${written})`,
      shape: x.shape.toSpliced(at, 0, all.length),
      from: all,
      ...bounds,
    });
  }
  const axis = d.random.whole(0, rank - 1);
  const shape = x.shape.map((size, at) => (at === axis ? size * all.length : size));
  const written =
    axis === rank - 1 && d.random.chance(0.5) ? '' : `, axis=${d.random.chance(0.5) ? axis : axis - rank}`;
  return made({ text: `concat([${items}]${written})`, shape, from: all, ...bounds });
}
