/** Wasm modules of kernels: one kernel alone, or a whole program behind one export. */
import type { Buffer } from '../buffer.ts';
import { KernelError } from '../error.ts';
import type { Instruction, KernelCall } from '../instruction.ts';
import { FunctionBuilder, call } from './assembler/function.ts';
import { i32 } from './assembler/instructions.ts';
import type { Code } from './assembler/instructions.ts';
import { assemble } from './assembler/module.ts';
import type { ModuleFunction } from './assembler/module.ts';
import type { Argument, Kernel } from './kernel.ts';
import { kernelOf, signature } from './kernels.ts';
import { firstOf, scanLoop } from './loop.ts';
import type { AddressOf } from './loop.ts';

function functionOf(kernel: Kernel, exportedAs?: string): ModuleFunction {
  const f = new FunctionBuilder(kernel.parameters.length);
  const code = f.encode(kernel.build(f));
  return { parameters: kernel.parameters.length, code, ...(exportedAs === undefined ? {} : { exportedAs }) };
}

/** The export `kernel` takes the addresses of the kernel's parameters. */
export const kernelModule = (kernel: Kernel, shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble([functionOf(kernel, 'kernel')], shared);

/** The kernel of each call: equal calls have the same one. */
export type KernelsOf = ReadonlyMap<KernelCall, { readonly kernel: Kernel; readonly text: string }>;

export const kernelsOf = (calls: readonly KernelCall[], relaxed: boolean): KernelsOf =>
  new Map(calls.map((call) => [call, { kernel: kernelOf(call, relaxed), text: signature(call) }]));

/** Where a program finds what does not move: buffers but positions of a scan, and what kernels take beside buffers. */
export interface Places {
  addressOf(buffer: Buffer): number;
  placeOf(argument: Exclude<Argument, { kind: 'view' }>): number;
}

/** The export `run` calls the kernels one after the other; a scan is a loop. Equal kernels are one function. */
export function programModule(
  instructions: readonly Instruction[],
  kernels: KernelsOf,
  shared: boolean,
  places: Places,
): Uint8Array<ArrayBuffer> {
  const functions: ModuleFunction[] = [];
  const known = new Map<string, number>();
  const f = new FunctionBuilder(0);
  const called = (instruction: KernelCall, addressOf: AddressOf): Code => {
    const made = kernels.get(instruction);
    if (made === undefined) throw new KernelError(`no kernel was made for ${instruction.kind}`);
    const { kernel, text } = made;
    const index = known.get(text) ?? functions.push(functionOf(kernel)) - 1;
    known.set(text, index);
    const addresses = kernel.parameters.map((parameter) =>
      parameter.kind === 'view' ? firstOf(parameter.view, addressOf) : i32.const(places.placeOf(parameter)),
    );
    return call(index, addresses);
  };
  const code = (some: readonly Instruction[], addressOf: AddressOf): Code =>
    some.map((instruction) =>
      instruction.kind === 'scan'
        ? scanLoop(f, instruction, addressOf, (inside) => code(instruction.body, inside))
        : called(instruction, addressOf),
    );
  const run = code(instructions, (buffer) => i32.const(places.addressOf(buffer)));
  const main = { parameters: 0, code: f.encode(run), exportedAs: 'run' };
  return assemble([...functions, main], shared);
}

/** The scratch memory that the kernels of a program need, of which one runs at a time. */
export const scratchBytes = (kernels: KernelsOf): number =>
  Math.max(
    0,
    ...[...kernels.values()].flatMap(({ kernel }) =>
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
