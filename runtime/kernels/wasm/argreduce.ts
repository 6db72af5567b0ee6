/** The index of the greatest or smallest element along an axis, the first of equals. */
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse } from '../layout.ts';
import { f32, i32 } from './assembler/instructions.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { when } from './assembler/function.ts';
import type { Code } from './assembler/instructions.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { shared } from './ranges.ts';

type ArgReduceInstruction = Extract<Instruction, { kind: 'argreduce' }>;

export const argReduceKernel = (instruction: ArgReduceInstruction): Kernel => ({
  parameters: [view(instruction.x), view(instruction.out)],
  build: (f) => build(f, instruction),
});

function build(f: FunctionBuilder, { reduce, x, axis, out }: ArgReduceInstruction): Code {
  if (out.shape.includes(0)) return [];
  const n = x.shape[axis] ?? 1;
  const step = 4 * (x.strides[axis] ?? 1);
  const kept = (of: readonly number[]) => of.filter((_, i) => i !== axis);
  const axes = collapse(axesFrom(kept(x.shape), [kept(x.strides), out.strides]));
  const best = f.local('f32');
  const index = f.local('i32');
  const value = f.local('f32');
  return shared(
    f,
    axes,
    1,
    f.parameters.map((p) => p.get),
    ([from = i32.const(0), to = i32.const(0)]) => [
      ...best.set(f32.load(from)),
      ...index.set(i32.const(0)),
      ...f.times(n, (i) => [
        ...value.set(f32.load(i32.add(from, i32.mul(i, i32.const(step))))),
        ...when(reduce === 'max' ? f32.gt(value.get, best.get) : f32.lt(value.get, best.get), [
          ...best.set(value.get),
          ...index.set(i),
        ]),
      ]),
      ...i32.store(to, index.get),
    ],
  );
}
