/** Wasm modules of kernels: one kernel alone, or a whole program behind one export. */
import { KernelError } from '../error.ts';
import type { Instruction, KernelCall } from '../instruction.ts';
import type { Recent } from '../recent.ts';
import type { Bytes } from './assembler/encode.ts';
import { FunctionBuilder, call } from './assembler/function.ts';
import type { Code } from './assembler/instructions.ts';
import { assemble } from './assembler/module.ts';
import type { ModuleFunction } from './assembler/module.ts';
import type { Kernel } from './kernel.ts';
import { kernelOf, signature } from './kernels.ts';
import type { Layout } from './layout.ts';
import { firstOf, scanLoop } from './loop.ts';
import type { AddressOf } from './loop.ts';

function codeOf(kernel: Kernel): Bytes {
  const f = new FunctionBuilder(kernel.parameters.length);
  return f.encode(kernel.build(f));
}

/** The export `kernel` takes the addresses of the kernel's parameters. */
export const kernelModule = (kernel: Kernel, shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble([{ parameters: kernel.parameters.length, code: codeOf(kernel), exportedAs: 'kernel' }], shared);

/** The kernel of each call: equal calls have the same one. */
export type KernelsOf = ReadonlyMap<KernelCall, { readonly kernel: Kernel; readonly text: string }>;

export const kernelsOf = (calls: readonly KernelCall[], relaxed: boolean): KernelsOf =>
  new Map(calls.map((call) => [call, { kernel: kernelOf(call, relaxed), text: signature(call, relaxed) }]));

/**
 * The export `run` takes the arena's address and the table's, and calls the kernels one after the other; a scan is a
 * loop. Equal kernels are one function, whose code is looked up among what was written before.
 */
export function programModule(
  instructions: readonly Instruction[],
  kernels: KernelsOf,
  written: Recent<Bytes>,
  shared: boolean,
  layout: Layout,
): Uint8Array<ArrayBuffer> {
  const functions: ModuleFunction[] = [];
  const known = new Map<string, number>();
  const functionOf = (text: string, kernel: Kernel): number => {
    const code = written.get(text) ?? codeOf(kernel);
    written.set(text, code);
    return functions.push({ parameters: kernel.parameters.length, code }) - 1;
  };
  const f = new FunctionBuilder(2);
  const [arena, table] = f.parameters;
  if (arena === undefined || table === undefined) throw new KernelError('a run without bases');
  const bases = { arena: arena.get, table: table.get };
  const called = (instruction: KernelCall, addressOf: AddressOf): Code => {
    const made = kernels.get(instruction);
    if (made === undefined) throw new KernelError(`no kernel was made for ${instruction.kind}`);
    const { kernel, text } = made;
    const index = known.get(text) ?? functionOf(text, kernel);
    known.set(text, index);
    const addresses = kernel.parameters.map((parameter) =>
      parameter.kind === 'view' ? firstOf(parameter.view, addressOf) : layout.placeOf(parameter, bases),
    );
    return call(index, addresses);
  };
  const code = (some: readonly Instruction[], addressOf: AddressOf): Code =>
    some.map((instruction) =>
      instruction.kind === 'scan'
        ? scanLoop(f, instruction, addressOf, (inside) => code(instruction.body, inside))
        : called(instruction, addressOf),
    );
  const run = code(instructions, (buffer) => layout.addressOf(buffer, bases));
  const main = { parameters: 2, code: f.encode(run), exportedAs: 'run' };
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
