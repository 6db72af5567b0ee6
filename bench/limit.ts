/** What the machine could do at best: multiplications and additions on vectors that never leave the registers. */
import { FunctionBuilder, branchIf, loop } from '../runtime/kernels/wasm/assembler/function.ts';
import { f32x4, i32, v128 } from '../runtime/kernels/wasm/assembler/instructions.ts';
import { assemble } from '../runtime/kernels/wasm/assembler/module.ts';
import { exported } from '../runtime/kernels/wasm/compile.ts';

const turns = 200_000;
/** Enough in flight to hide the latency, and few enough for the registers. */
const sums = 14;

/** GFLOP/s of one core, the best of some tries. */
export function peak(relaxed: boolean): number {
  const f = new FunctionBuilder(1);
  const locals = Array.from({ length: sums }, () => f.local('v128'));
  const factor = f.floats(0.999);
  const i = f.local('i32');
  const body = [
    ...locals.flatMap((sum) => sum.set(v128.floats(1))),
    ...loop([
      ...locals.flatMap((sum) =>
        sum.set(relaxed ? f32x4.relaxedMadd(sum.get, factor, factor) : f32x4.add(f32x4.mul(sum.get, factor), factor)),
      ),
      ...i.set(i32.add(i.get, i32.const(1))),
      ...branchIf(0, i32.ltU(i.get, i32.const(turns))),
    ]),
    ...locals.flatMap((sum, at) => v128.store(i32.const(0), sum.get, 16 * at)),
  ];
  const memory = new WebAssembly.Memory({ initial: 1 });
  const code = f.encode(body);
  const module = new WebAssembly.Module(assemble([{ parameters: f.arity, code, exportedAs: 'run' }], false));
  const run = exported(new WebAssembly.Instance(module, { env: { memory } }), 'run');
  let best = Infinity;
  for (let i = 0; i < 100; i++) {
    const start = performance.now();
    run(0, 0, 1);
    best = Math.min(best, performance.now() - start);
  }
  return (8 * sums * turns) / best / 1e6;
}
