/** Loops over axes: axes that lie in memory one after the other for all operands become one. */
import type { FunctionBuilder } from './assembler/function.ts';
import { i32 } from './assembler/instructions.ts';
import type { Code, I32, Piece } from './assembler/instructions.ts';
import type { Axis } from '../layout.ts';

/** Runs the body for so many indices of one axis, from one of them on. */
export function along(
  f: FunctionBuilder,
  { size, strides }: Axis,
  from: number,
  addresses: readonly I32[],
  body: (addresses: readonly I32[]) => Code,
): Code {
  const start = addresses.map((address, i) => {
    const skipped = from * (strides[i] ?? 0);
    return skipped === 0 ? address : i32.add(address, i32.const(4 * skipped));
  });
  return nest(f, [{ size, strides }], start, body);
}

/** Runs the body for all indices of the axes, first axis outermost, with the operands' addresses at that place. */
export function nest(
  f: FunctionBuilder,
  axes: readonly Axis[],
  addresses: readonly I32[],
  body: (addresses: readonly I32[]) => Code,
): Code {
  const [outer, ...inner] = axes;
  if (outer === undefined) return body(addresses);
  return f.times(outer.size, (index) => {
    const code: Piece[] = [];
    const here = addresses.map((address, i) => {
      const stride = outer.strides[i] ?? 0;
      if (stride === 0) return address;
      const local = f.reuse('i32');
      code.push(local.set(i32.add(address, i32.mul(index, i32.const(4 * stride)))));
      return { local, at: local.get };
    });
    const inside = nest(
      f,
      inner,
      here.map((at) => ('at' in at ? at.at : at)),
      body,
    );
    here.forEach((at) => 'local' in at && f.release(at.local));
    return [...code, ...inside];
  });
}
