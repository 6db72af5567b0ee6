/** Whether this engine has relaxed SIMD, whose multiply-and-add rounds once. */
import { FunctionBuilder } from './assembler/function.ts';
import { f32x4, i32, v128 } from './assembler/instructions.ts';
import { assemble } from './assembler/module.ts';

export function hasRelaxedSimd(): boolean {
  const f = new FunctionBuilder(0);
  const one = v128.floats(1);
  const code = f.encode(v128.store(i32.const(0), f32x4.relaxedMadd(one, one, one)));
  return WebAssembly.validate(assemble([{ parameters: f.arity, code }], false));
}
