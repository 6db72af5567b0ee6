/** Sums of all up to each place along an axis, one after the other. */
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse } from '../layout.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { f32, i32 } from './assembler/instructions.ts';
import type { Code } from './assembler/instructions.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { shared } from './ranges.ts';

type CumSum = Extract<Instruction, { kind: 'cumsum' }>;

export const cumSumKernel = (instruction: CumSum): Kernel => ({
  parameters: [view(instruction.x), view(instruction.out)],
  build: (f) => build(f, instruction),
});

function build(f: FunctionBuilder, { x, axis, reverse, out }: CumSum): Code {
  if (out.shape.includes(0)) return [];
  const n = x.shape[axis] ?? 1;
  const kept = (of: readonly number[]) => of.filter((_, i) => i !== axis);
  const axes = collapse(axesFrom(kept(x.shape), [kept(x.strides), kept(out.strides)]));
  const [step, place] = [4 * (x.strides[axis] ?? 1), 4 * (out.strides[axis] ?? 1)];
  const sum = f.local('f32');
  return shared(
    f,
    axes,
    1,
    f.parameters.map((p) => p.get),
    ([from = i32.const(0), to = i32.const(0)]) => [
      ...sum.set(f32.const(0)),
      ...f.times(n, (i) => {
        const at = reverse ? i32.sub(i32.const(n - 1), i) : i;
        return [
          ...sum.set(f32.add(sum.get, f32.load(i32.add(from, i32.mul(at, i32.const(step)))))),
          ...f32.store(i32.add(to, i32.mul(at, i32.const(place))), sum.get),
        ];
      }),
    ],
  );
}
