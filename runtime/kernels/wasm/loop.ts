/** The loop that a scan is in a program: positions move along, and what is carried is replaced when a turn is over. */
import { sizeOf } from '../buffer.ts';
import type { Buffer, View } from '../buffer.ts';
import type { Scan } from '../instruction.ts';
import type { FunctionBuilder, Local } from './assembler/function.ts';
import { i32 } from './assembler/instructions.ts';
import type { Code, I32 } from './assembler/instructions.ts';
import { copyShare } from './copy.ts';

/** The address of a buffer, constant or as it is in the turn. */
export type AddressOf = (buffer: Buffer) => I32;

/** The address of a view's first element. */
export const firstOf = ({ buffer, offset }: View, addressOf: AddressOf): I32 =>
  offset === 0 ? addressOf(buffer) : i32.add(addressOf(buffer), i32.const(4 * offset));

/** An address that goes through a value from position to position. */
interface Moving {
  readonly address: Local<'i32'>;
  readonly whole: View;
  /** From one position to the next. */
  readonly bytes: number;
}

/**
 * `body` gives the code of one turn, whose buffers are where the function says. All workers go through the turns; copies
 * are cut among them as kernels are.
 */
export function scanLoop(f: FunctionBuilder, scan: Scan, addressOf: AddressOf, body: (of: AddressOf) => Code): Code {
  const { steps, reverse, over, carried, stacked } = scan;
  const moving = (whole: View): Moving => ({
    address: f.reuse('i32'),
    whole,
    bytes: 4 * (whole.strides[0] ?? 0),
  });
  const positions = over.map(({ view, at }) => ({ part: at.buffer, place: moving(view) }));
  const results = stacked.map(({ each, out }) => ({ each, place: moving(out) }));
  const parts = new Map(
    [...positions, ...results.map(({ each, place }) => ({ part: each.buffer, place }))]
      .filter(({ part }) => part.lifetime === 'part')
      .map(({ part, place }) => [part, place.address.get]),
  );
  const inside: AddressOf = (buffer) => parts.get(buffer) ?? addressOf(buffer);
  const places = [...positions, ...results].map(({ place }) => place);
  const copy = (from: View, to: View): Code =>
    from.buffer === to.buffer ? [] : copyShare(f, sizeOf(from.shape), firstOf(from, inside), firstOf(to, inside));

  const begin = places.map(({ address, whole, bytes }) =>
    address.set(i32.add(firstOf(whole, addressOf), i32.const(reverse ? (steps - 1) * bytes : 0))),
  );
  const turn = [
    ...body(inside),
    ...results
      .filter(({ each }) => each.buffer.lifetime !== 'part')
      .map(({ each, place }) => copyShare(f, sizeOf(each.shape), inside(each.buffer), place.address.get)),
    ...carried.map(({ at, next }) => copy(next, at)),
    ...places.map(({ address, bytes }) => address.set(i32.add(address.get, i32.const(reverse ? -bytes : bytes)))),
  ];
  const code = [
    ...carried.map(({ first, at }) => copy(first, at)),
    ...begin,
    ...f.times(steps, () => turn),
    ...carried.map(({ at, last }) => copy(at, last)),
  ];
  places.forEach(({ address }) => f.release(address));
  return code;
}
