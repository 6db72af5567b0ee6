/** How far tensors are from what they should be (conventions 7): norm-wise, over a floor for gradients. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** By how much the worst tensor is off, relative to its own norm, and which it is. */
export interface Deviation {
  readonly worst: number;
  readonly name: string;
}

/** A difference of gradients below this share of the whole gradient's norm may be the rounding of what cancels. */
const floorShare = 1e-6;

/** Over all tensors that are wanted. What is absent or has another shape is infinitely far away. */
export function deviation(found: ReadonlyMap<string, Numbers>, wanted: ReadonlyMap<string, Numbers>): Deviation {
  const gradients = [...wanted].flatMap(([name, { data }]) => (name.startsWith('grad/') ? Array.from(data) : []));
  const floor = floorShare * norm(gradients);
  let result: Deviation = { worst: 0, name: '' };
  for (const [name, tensor] of wanted) {
    const other = found.get(name);
    const fits = other !== undefined && other.shape.join() === tensor.shape.join();
    const off = fits ? relative(other.data, tensor.data, name.startsWith('grad/') ? floor : 0) : Infinity;
    if (off > result.worst) result = { worst: off, name };
  }
  return result;
}

/** ‖found − wanted‖ / ‖wanted‖, 0 up to the floor; zero and the same infinity are met exactly. */
export function relative(found: ArrayLike<number>, wanted: ArrayLike<number>, floor = 0): number {
  const difference = norm(Array.from(wanted, (value, i) => (value === found[i] ? 0 : value - (found[i] ?? NaN))));
  if (Number.isNaN(difference)) return Infinity;
  return difference <= floor ? 0 : difference / norm(Array.from(wanted));
}

export const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
