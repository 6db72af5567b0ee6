/** The sums of pieces joined in their order: bias and activation come last, as they do for what is not cut. */
import type { Axis } from '../layout.ts';
import type { Sym } from '../scalar/symbol.ts';
import { f32x4, i32 } from './assembler/instructions.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import type { Code, I32 } from './assembler/instructions.ts';
import { Emitter } from './emitter.ts';
import { finished } from './finish.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { shared, tiles, unitsOf } from './ranges.ts';

interface Joined {
  /** Of rows: strides in the sums of a piece, in the result and in the bias. */
  readonly axes: readonly Axis[];
  /** Neighbours in each. */
  readonly columns: number;
  /** Pieces, and elements from one to the next. */
  readonly count: number;
  readonly apart: number;
  readonly act: Sym | undefined;
}

/** Over the addresses of the first piece, the result and perhaps the bias. */
export const join = (
  f: FunctionBuilder,
  { axes, columns, count, apart, act }: Joined,
  addresses: readonly I32[],
): Code =>
  shared(f, axes, unitsOf(columns, 4), addresses, ([from = i32.const(0), to = i32.const(0), bias], range) =>
    tiles(f, columns, { height: 4, unit: 4 }, range, (index, lanes) => {
      const e = new Emitter(f);
      const offset = i32.shl(index, i32.const(4));
      const source = i32.add(from, offset);
      let sum = e.let(loadLanes(source, lanes));
      for (let piece = 1; piece < count; piece++) {
        sum = e.let(f32x4.add(sum, loadLanes(source, lanes, 4 * apart * piece)));
      }
      const added = bias === undefined ? undefined : loadLanes(i32.add(bias, offset), lanes);
      e.add(storeLanes(i32.add(to, offset), finished(e, sum, added, act), lanes));
      return e.end();
    }),
  );
