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
  return f.times(outer.size, (index) => atIndex(f, outer, index, addresses, (here) => nest(f, inner, here, body)));
}

/** The body with the operands' addresses at one index of an axis. */
export function atIndex(
  f: FunctionBuilder,
  { strides }: Axis,
  index: I32,
  addresses: readonly I32[],
  body: (addresses: readonly I32[]) => Code,
): Code {
  const code: Piece[] = [];
  const here = addresses.map((address, i) => {
    const stride = strides[i] ?? 0;
    if (stride === 0) return address;
    const local = f.reuse('i32');
    code.push(local.set(i32.add(address, i32.mul(index, i32.const(4 * stride)))));
    return { local, at: local.get };
  });
  const inside = body(here.map((at) => ('at' in at ? at.at : at)));
  here.forEach((at) => 'local' in at && f.release(at.local));
  return [...code, ...inside];
}
