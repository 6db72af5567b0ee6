/** Which variables blocks of vector code take: engines spend time and room on each that a function has. */
import { expect, it } from 'vitest';
import { FunctionBuilder } from '../../runtime/kernels/wasm/assembler/function.ts';
import { v128 } from '../../runtime/kernels/wasm/assembler/instructions.ts';
import { Emitter } from '../../runtime/kernels/wasm/emitter.ts';

/** The variables that blocks take for so many values each. */
const taken = (f: FunctionBuilder, values: number, place?: 'block' | 'hoisted'): readonly string[] => {
  const emitter = new Emitter(f, place);
  const variables = Array.from({ length: values }, (_, i) => emitter.let(v128.floats(i)).code.join());
  emitter.end();
  return variables;
};

it('a block takes again what an earlier one has given back, and more where that is not enough', () => {
  const f = new FunctionBuilder(0);
  const first = taken(f, 3);
  expect(new Set(first).size).toBe(3);
  expect(taken(f, 2).every((variable) => first.includes(variable))).toBe(true);
  const third = taken(f, 5);
  expect(new Set(third).size).toBe(5);
  expect(new Set([...first, ...third]).size).toBe(5);
});

it('two blocks at a time share none', () => {
  const f = new FunctionBuilder(0);
  const [a, b] = [new Emitter(f), new Emitter(f)];
  expect(a.let(v128.floats(1)).code).not.toEqual(b.let(v128.floats(2)).code);
});

it('hoisted code, which stands before blocks that were built earlier, takes none of theirs', () => {
  const f = new FunctionBuilder(0);
  const first = taken(f, 3);
  expect(taken(f, 2, 'hoisted').filter((variable) => first.includes(variable))).toEqual([]);
});
