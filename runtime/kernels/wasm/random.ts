/** Threefry-2x32-20 on vectors: four blocks, which are eight numbers, at a time (conventions 5). */
import { sizeOf } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { streamKey } from '../../random/threefry.ts';
import { logarithm } from '../scalar/log.ts';
import { sinusoid } from '../scalar/sin.ts';
import type { FunctionBuilder, Local } from './assembler/function.ts';
import { f32x4, i32, i32x4, v128 } from './assembler/instructions.ts';
import type { Code, I32, V128 } from './assembler/instructions.ts';
import { Emitter } from './emitter.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { storeLanes } from './lanes.ts';
import { share, tiles, unitsOf } from './ranges.ts';

type RandomInstruction = Extract<Instruction, { kind: 'random' }>;

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

export const randomKernel = (instruction: RandomInstruction): Kernel => ({
  parameters: [view(instruction.out), { kind: 'random' }],
  build: (f) => build(f, instruction),
});

function build(f: FunctionBuilder, { distribution, stream, out }: RandomInstruction): Code {
  const [to = i32.const(0), settings = i32.const(0)] = f.parameters.map((p) => p.get);
  const name = streamKey(stream) | 0;
  const seed = f.local('i32');
  const counter = f.local('v128');
  const keys = [f.local('v128'), f.local('v128'), f.local('v128')] as const;
  const begin = [
    ...seed.set(i32.load(settings)),
    ...counter.set(i32x4.splat(i32.load(settings, 4))),
    ...keys[0].set(i32x4.splat(seed.get)),
    ...keys[1].set(i32x4.splat(i32.const(name))),
    ...keys[2].set(i32x4.splat(i32.xor(seed.get, i32.const(parity ^ name)))),
  ];
  const size = sizeOf(out.shape);
  const eight = (block: I32, count: number): Code => {
    const e = new Emitter(f);
    const first = e.let(i32x4.add(i32x4.splat(i32.shl(block, i32.const(2))), v128.integers(0, 1, 2, 3)));
    const [a, b] = threefry(e, keys, counter.get, first);
    const [even, odd] = distribution === 'uniform' ? [fraction(e, a), fraction(e, b)] : boxMuller(e, a, b);
    const address = i32.add(to, i32.shl(block, i32.const(5)));
    e.add(storeLanes(address, e.let(v128.shuffle(even, odd, [0, 4, 1, 5])), Math.min(4, count)));
    if (count > 4) e.add(storeLanes(address, e.let(v128.shuffle(even, odd, [2, 6, 3, 7])), count - 4, 16));
    return e.end();
  };
  const blocks = share(f, unitsOf(size, 8), (from, to) => tiles(f, size, { height: 8, unit: 8 }, { from, to }, eight));
  return [...begin, ...blocks];
}

function threefry(e: Emitter, keys: readonly Local<'v128'>[], c0: V128, c1: V128): readonly [V128, V128] {
  const key = (i: number): V128 => keys[i % 3]?.get ?? c0;
  let a = e.let(i32x4.add(c0, key(0)));
  let b = e.let(i32x4.add(c1, key(1)));
  for (let round = 0; round < 20; round++) {
    const by = rotations[round % 8] ?? 0;
    a = e.let(i32x4.add(a, b));
    b = e.let(v128.xor(v128.or(i32x4.shl(b, i32.const(by)), i32x4.shrU(b, i32.const(32 - by))), a));
    if (round % 4 === 3) {
      const turn = (round + 1) / 4;
      a = e.let(i32x4.add(a, key(turn)));
      b = e.let(i32x4.add(i32x4.add(b, key(turn + 1)), e.constant(i32x4.splat(i32.const(turn)))));
    }
  }
  return [a, b];
}

/** The top 24 bits as a number in [0, 1). */
const fraction = (e: Emitter, word: V128): V128 =>
  e.let(f32x4.mul(f32x4.fromIntegers(i32x4.shrU(word, i32.const(8))), e.floats(2 ** -24)));

/** √(−2 ln(1 − u))·cos 2πv and ·sin 2πv. */
function boxMuller(e: Emitter, a: V128, b: V128): readonly [V128, V128] {
  const log = logarithm(e, e.let(f32x4.sub(e.floats(1), fraction(e, a))));
  const radius = e.let(f32x4.sqrt(f32x4.mul(e.floats(-2), log)));
  const angle = e.let(f32x4.mul(e.floats(2 * Math.PI), fraction(e, b)));
  return [e.let(f32x4.mul(radius, sinusoid(e, angle, 1))), e.let(f32x4.mul(radius, sinusoid(e, angle, 0)))];
}
