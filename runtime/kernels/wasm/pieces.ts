/**
 * Long sums of few results, cut into pieces that the shape alone decides: workers make the sums of pieces side by side, and
 * join them in their order. One worker does the same.
 */
import type { Axis } from '../layout.ts';

export interface Pieces {
  readonly count: number;
  /** From one piece to the next on the axis that is cut. */
  readonly size: number;
  /** The axes of one piece, and those of the last one. */
  readonly axes: readonly Axis[];
  readonly lastAxes: readonly Axis[];
  /** The axis that is cut, the outermost: steps that were neighbours in an operand still are. */
  readonly cut: Axis;
}

/** Pieces at most. */
const enough = 16;
/** Steps that a piece has at least, about. */
const shortest = 1024;

/**
 * How a sum over axes is cut; undefined if it is not, since workers have enough to do with so many units of work. Neither
 * may depend on how the operands lie. Pieces are of a multiple of `grain` on the axis that is cut, but for the last.
 */
export function piecesOf(axes: readonly Axis[], units: number, grain = 1): Pieces | undefined {
  const steps = axes.reduce((product, { size }) => product * size, 1);
  const most = Math.min(enough, Math.floor(steps / shortest));
  const [cut, ...inner] = axes;
  if (units >= enough || most < 2 || cut === undefined) return undefined;
  const size = Math.ceil(cut.size / most / grain) * grain;
  const count = Math.ceil(cut.size / size);
  const last = cut.size - size * (count - 1);
  if (count < 2) return undefined;
  const piece = (length: number) => [{ ...cut, size: length }, ...inner];
  return { count, size, axes: piece(size), lastAxes: piece(last), cut };
}
