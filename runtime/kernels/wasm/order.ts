/** The order of the numbers along an axis, the smallest first; of equals the first, and what is no number last. */
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse } from '../layout.ts';
import { branchIf, loop, when } from './assembler/function.ts';
import type { FunctionBuilder, Local } from './assembler/function.ts';
import { i32 } from './assembler/instructions.ts';
import type { Code, I32 } from './assembler/instructions.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { shared } from './ranges.ts';

type ArgSort = Extract<Instruction, { kind: 'argsort' }>;

export const argSortKernel = (instruction: ArgSort): Kernel => ({
  parameters: [view(instruction.x), view(instruction.out)],
  build: (f) => build(f, instruction),
});

function build(f: FunctionBuilder, { x, axis, out }: ArgSort): Code {
  if (out.shape.includes(0)) return [];
  const kept = (of: readonly number[]) => of.filter((_, i) => i !== axis);
  const axes = collapse(axesFrom(kept(x.shape), [kept(x.strides), kept(out.strides)]));
  const steps = { numbers: 4 * (x.strides[axis] ?? 1), places: 4 * (out.strides[axis] ?? 1) };
  return shared(
    f,
    axes,
    1,
    f.parameters.map((p) => p.get),
    ([from = i32.const(0), to = i32.const(0)]) => sortLine(f, from, to, x.shape[axis] ?? 1, steps),
  );
}

/**
 * Heapsort of the places, in their own memory: no two are equal, since of equal numbers the first counts as smaller, so
 * that there is one result whatever the algorithm.
 */
function sortLine(
  f: FunctionBuilder,
  from: I32,
  to: I32,
  n: number,
  steps: { readonly numbers: number; readonly places: number },
): Code {
  const locals = { start: f.local('i32'), end: f.local('i32'), root: f.local('i32'), child: f.local('i32') };
  const { start, end, root, child } = locals;
  const [upper, lower, next] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [a, b, bits] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const placeAt = (i: I32): I32 => i32.add(to, i32.mul(i, i32.const(steps.places)));
  const keyOf = (place: I32, into: Local<'i32'>): Code =>
    orderOf(bits, i32.load(i32.add(from, i32.mul(place, i32.const(steps.numbers)))), into);
  /** Whether one place comes before another, with the key of each. */
  const before = (one: I32, other: I32): I32 =>
    i32.or(i32.ltS(a.get, b.get), i32.and(i32.eq(a.get, b.get), i32.ltS(one, other)));
  const sift: Code = loop([
    ...child.set(i32.add(i32.shl(root.get, i32.const(1)), i32.const(1))),
    ...when(i32.ltS(child.get, end.get), [
      ...lower.set(i32.load(placeAt(child.get))),
      ...when(i32.ltS(i32.add(child.get, i32.const(1)), end.get), [
        ...next.set(i32.load(placeAt(i32.add(child.get, i32.const(1))))),
        ...keyOf(lower.get, a),
        ...keyOf(next.get, b),
        ...when(before(lower.get, next.get), [...child.set(i32.add(child.get, i32.const(1))), ...lower.set(next.get)]),
      ]),
      ...upper.set(i32.load(placeAt(root.get))),
      ...keyOf(upper.get, a),
      ...keyOf(lower.get, b),
      ...when(before(upper.get, lower.get), [
        ...i32.store(placeAt(root.get), lower.get),
        ...i32.store(placeAt(child.get), upper.get),
        ...root.set(child.get),
        ...branchIf(2, i32.const(1)),
      ]),
    ]),
  ]);
  return [
    ...f.times(n, (i) => i32.store(placeAt(i), i)),
    ...start.set(i32.const(n >> 1)),
    ...end.set(i32.const(n)),
    // First a heap is made, from its last parent up; then the greatest goes to the end, one after the other.
    ...loop(
      when(i32.gtS(end.get, i32.const(1)), [
        ...root.set(i32.const(0)),
        ...when(i32.gtS(start.get, i32.const(0)), [
          ...start.set(i32.sub(start.get, i32.const(1))),
          ...root.set(start.get),
          ...sift,
          ...branchIf(2, i32.const(1)),
        ]),
        ...end.set(i32.sub(end.get, i32.const(1))),
        ...upper.set(i32.load(placeAt(i32.const(0)))),
        ...lower.set(i32.load(placeAt(end.get))),
        ...i32.store(placeAt(i32.const(0)), lower.get),
        ...i32.store(placeAt(end.get), upper.get),
        ...sift,
        ...branchIf(1, i32.const(1)),
      ]),
    ),
  ];
}

const INFINITY = 0x7f800000;
const WITHOUT_SIGN = 0x7fffffff;

/** An integer for the bits of a float, in the order of the floats: −0 is 0, and what is no number is the greatest. */
function orderOf(bits: Local<'i32'>, of: I32, into: Local<'i32'>): Code {
  const negative = i32.and(i32.shrS(bits.get, i32.const(31)), i32.const(WITHOUT_SIGN));
  const isNumber = i32.eqz(i32.gtS(i32.and(bits.get, i32.const(WITHOUT_SIGN)), i32.const(INFINITY)));
  const ofNumber = i32.select(i32.xor(bits.get, negative), i32.const(0), i32.and(bits.get, i32.const(WITHOUT_SIGN)));
  return [...bits.set(of), ...into.set(i32.select(ofNumber, i32.const(WITHOUT_SIGN), isNumber))];
}
