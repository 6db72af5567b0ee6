/** Wasm modules of kernels: one kernel alone, or a whole program behind one export. */
import { KernelError } from '../error.ts';
import type { Instruction, KernelCall } from '../instruction.ts';
import type { Recent } from '../recent.ts';
import { FunctionBuilder, call } from './assembler/function.ts';
import type { Code } from './assembler/instructions.ts';
import { assemble } from './assembler/module.ts';
import type { ModuleFunction } from './assembler/module.ts';
import { stagesOf } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { kernelOf, signature } from './kernels.ts';
import type { Addresses } from './addresses.ts';
import { firstOf, scanLoop } from './loop.ts';
import type { AddressOf } from './loop.ts';

/** The functions of a kernel, one for each stage. */
const functionsOf = (kernel: Kernel): readonly ModuleFunction[] =>
  stagesOf(kernel).map((build) => {
    const f = new FunctionBuilder(kernel.parameters.length);
    return { parameters: f.arity, code: f.encode(build(f)) };
  });

/** The exports `stage0` … take the addresses of the kernel's parameters, then which worker runs them, of how many. */
export const kernelModule = (kernel: Kernel, shared: boolean): Uint8Array<ArrayBuffer> =>
  assemble(
    functionsOf(kernel).map((stage, i) => ({ ...stage, exportedAs: `stage${i}` })),
    shared,
  );

/** The kernel of each call: equal calls have the same one. */
export type KernelsOf = ReadonlyMap<KernelCall, { readonly kernel: Kernel; readonly text: string }>;

export const kernelsOf = (calls: readonly KernelCall[], relaxed: boolean): KernelsOf =>
  new Map(calls.map((call) => [call, { kernel: kernelOf(call, relaxed), text: signature(call, relaxed) }]));

/**
 * The export `run` takes the arena's address and the table's, then which worker it is, of how many, and calls the kernels
 * one after the other, stage after stage; a scan is a loop. Equal kernels are the same functions, whose code is looked up
 * among what was written before. With more workers than one, each would wait for all others behind every call.
 */
export function programModule(
  instructions: readonly Instruction[],
  kernels: KernelsOf,
  written: Recent<readonly ModuleFunction[]>,
  shared: boolean,
  places: Addresses,
): Uint8Array<ArrayBuffer> {
  const functions: ModuleFunction[] = [];
  const known = new Map<string, readonly number[]>();
  const added = (text: string, kernel: Kernel): readonly number[] =>
    written.of(text, () => functionsOf(kernel)).map((stage) => functions.push(stage) - 1);
  const f = new FunctionBuilder(2);
  const [arena, table] = f.parameters;
  if (arena === undefined || table === undefined) throw new KernelError('a run without bases');
  const bases = { arena: arena.get, table: table.get, worker: f.worker };
  const called = (instruction: KernelCall, addressOf: AddressOf): Code => {
    const made = kernels.get(instruction);
    if (made === undefined) throw new KernelError(`no kernel was made for ${instruction.kind}`);
    const { kernel, text } = made;
    const stages = known.get(text) ?? added(text, kernel);
    known.set(text, stages);
    const addresses = kernel.parameters.map((parameter) =>
      parameter.kind === 'view' ? firstOf(parameter.view, addressOf) : places.placeOf(parameter, bases),
    );
    return stages.flatMap((index) => call(index, [...addresses, f.worker, f.workers]));
  };
  const code = (some: readonly Instruction[], addressOf: AddressOf): Code =>
    some.map((instruction) =>
      instruction.kind === 'scan'
        ? scanLoop(f, instruction, addressOf, (inside) => code(instruction.body, inside))
        : called(instruction, addressOf),
    );
  const run = code(instructions, (buffer) => places.addressOf(buffer, bases));
  const main = { parameters: f.arity, code: f.encode(run), exportedAs: 'run' };
  return assemble([...functions, main], shared);
}

/** Memory that kernels need for the time of a call, and of which one at a time has it: all that they share, or each its own. */
export const bytesOf = (kernels: KernelsOf, kind: 'partial' | 'scratch'): number =>
  Math.max(
    0,
    ...[...kernels.values()].flatMap(({ kernel }) =>
      kernel.parameters.map((parameter) => (parameter.kind === kind ? parameter.bytes : 0)),
    ),
  );

/** A function of a wasm module, over addresses and other integers. */
export type WasmFunction = (...integers: number[]) => unknown;

export const isFunction = (value: unknown): value is WasmFunction => typeof value === 'function';

/** An export that is a function. */
export function exported(instance: WebAssembly.Instance, name: string): WasmFunction {
  const fn = instance.exports[name];
  if (!isFunction(fn)) throw new TypeError(`the module exports no ${name}`);
  return fn;
}
