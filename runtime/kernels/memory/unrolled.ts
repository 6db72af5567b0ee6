/** A program without scans: turns one after the other, each over the positions that it goes over. */
import { View } from '../buffer.ts';
import type { Buffer } from '../buffer.ts';
import { withViews } from '../instruction.ts';
import type { KernelCall, Instruction, Scan } from '../instruction.ts';

/** Where a part begins in a turn: so many elements behind the beginning of a buffer. */
interface Base {
  readonly buffer: Buffer;
  readonly offset: number;
}

type Parts = ReadonlyMap<Buffer, Base>;

const none: Parts = new Map();

/** The calls of all turns, in whose views no part stands any more. */
export const unrolled = (instructions: readonly Instruction[], parts = none): readonly KernelCall[] =>
  instructions.flatMap((instruction) => {
    if (instruction.kind === 'scan') return turns(instruction, parts);
    const moved = withViews(instruction, (view) => placed(view, parts));
    return moved.kind === 'scan' ? [] : [moved];
  });

/** A view of a part as one of the memory in which that lies. */
function placed(view: View, parts: Parts): View {
  const base = parts.get(view.buffer);
  if (base === undefined) return view;
  return new View(base.buffer, view.shape, { offset: base.offset + view.offset, strides: view.strides });
}

function turns(scan: Scan, outside: Parts): KernelCall[] {
  const { steps, reverse, over, carried, stacked, body } = scan;
  const copies = (pairs: readonly (readonly [View, View])[], parts: Parts): readonly KernelCall[] =>
    pairs
      .filter(([x, out]) => x.buffer !== out.buffer)
      .map(([x, out]) => ({ kind: 'broadcast', x: placed(x, parts), out: placed(out, parts) }));
  const each = Array.from({ length: steps }, (_, step): readonly KernelCall[] => {
    const position = reverse ? steps - 1 - step : step;
    const at = (whole: View): View => {
      const { buffer, offset, shape, strides } = placed(whole, outside);
      return new View(buffer, shape.slice(1), {
        offset: offset + position * (strides[0] ?? 0),
        strides: strides.slice(1),
      });
    };
    // What is stacked is made at its position, or elsewhere and then copied there.
    const inPlace = stacked.filter((stack) => stack.each.buffer.lifetime === 'part');
    const parts = new Map<Buffer, Base>([
      ...outside,
      ...over.map(({ view, at: part }) => [part.buffer, at(view)] as const),
      ...inPlace.map((stack) => [stack.each.buffer, at(stack.out)] as const),
    ]);
    const apart = stacked.filter((stack) => !inPlace.includes(stack));
    return [
      ...unrolled(body, parts),
      ...copies(
        apart.map((stack) => [stack.each, at(stack.out)]),
        parts,
      ),
      ...copies(
        carried.map((carry) => [carry.next, carry.at]),
        parts,
      ),
    ];
  });
  return [
    ...copies(
      carried.map(({ first, at }) => [first, at]),
      outside,
    ),
    ...each.flat(),
    ...copies(
      carried.map(({ at, last }) => [at, last]),
      outside,
    ),
  ];
}
