/** Wasm modules of kernels: one kernel alone, or a whole program behind one export. */
import type { Instruction } from '../instruction.ts';
import { FunctionBuilder, call } from './assembler/function.ts';
import { i32 } from './assembler/instructions.ts';
import type { Piece } from './assembler/instructions.ts';
import { assemble } from './assembler/module.ts';
import type { ModuleFunction } from './assembler/module.ts';
import type { Argument, Kernel } from './kernel.ts';
import { signature } from './kernels.ts';

function functionOf(kernel: Kernel, exportedAs?: string): ModuleFunction {
  const f = new FunctionBuilder(kernel.parameters.length);
  const code = f.encode(kernel.build(f));
  return { parameters: kernel.parameters.length, code, ...(exportedAs === undefined ? {} : { exportedAs }) };
}

/** The export `kernel` takes the addresses of the kernel's parameters. */
export const kernelModule = (kernel: Kernel, shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble([functionOf(kernel, 'kernel')], shared);

/** An instruction, and the kernel that was made for it. */
export interface Call {
  readonly instruction: Instruction;
  readonly kernel: Kernel;
}

/** The export `run` calls the kernels one after the other at fixed addresses. Equal kernels are one function. */
export function programModule(
  calls: readonly Call[],
  shared: boolean,
  addressOf: (argument: Argument) => number,
): Uint8Array<ArrayBuffer> {
  const functions: ModuleFunction[] = [];
  const known = new Map<string, number>();
  const run: Piece[] = [];
  for (const { instruction, kernel } of calls) {
    const text = signature(instruction);
    const index = known.get(text) ?? functions.push(functionOf(kernel)) - 1;
    known.set(text, index);
    const addresses = kernel.parameters.map((parameter) => i32.const(addressOf(parameter)));
    run.push(call(index, addresses));
  }
  const main = { parameters: 0, code: new FunctionBuilder(0).encode(run), exportedAs: 'run' };
  return assemble([...functions, main], shared);
}

/** The scratch memory that the kernels of a program need, of which one runs at a time. */
export const scratchBytes = (calls: readonly Call[]): number =>
  Math.max(
    0,
    ...calls.flatMap(({ kernel }) =>
      kernel.parameters.map((parameter) => (parameter.kind === 'scratch' ? parameter.bytes : 0)),
    ),
  );

/** A function of a wasm module, over addresses. */
export type WasmFunction = (...addresses: number[]) => unknown;

export const isFunction = (value: unknown): value is WasmFunction => typeof value === 'function';

/** An export that is a function. */
export function exported(instance: WebAssembly.Instance, name: string): WasmFunction {
  const fn = instance.exports[name];
  if (!isFunction(fn)) throw new TypeError(`the module exports no ${name}`);
  return fn;
}
