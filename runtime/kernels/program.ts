/** A recorded program: its instructions, the lives of its buffers, and what goes in and comes out. */
import { lasting, viewOf } from './buffer.ts';
import type { Buffer, View } from './buffer.ts';
import type { InputSpecs } from './device.ts';
import { atEndOfTurn } from './ends.ts';
import { KernelError } from './error.ts';
import { FrontEnd } from './front.ts';
import { callsIn, reads, writes } from './instruction.ts';
import type { Instruction } from './instruction.ts';
import type { K, Value } from './k.ts';

/** The moments from `first` to `last` in which a temporary buffer holds something. */
export interface Life {
  readonly buffer: Buffer;
  readonly first: number;
  readonly last: number;
}

export interface Program {
  readonly name: string;
  readonly instructions: readonly Instruction[];
  readonly inputs: ReadonlyMap<string, View>;
  readonly outputs: ReadonlyMap<string, View>;
  /** Memory of `allocate` that it reads and writes. */
  readonly lasting: readonly Buffer[];
  /** Temporary buffers in the order in which they are made. What is read after the run lives to the end. */
  readonly lives: readonly Life[];
  /** The host's numbers, by name. */
  readonly scalars: readonly string[];
}

/** What a program is made of. */
export type Recording = Pick<Program, 'name' | 'instructions' | 'inputs' | 'outputs'>;

/** The program of instructions that run one after the other. */
export function programOf({ name, instructions, inputs, outputs }: Recording): Program {
  return {
    name,
    instructions,
    inputs,
    outputs,
    lasting: lastingIn(instructions, inputs, outputs),
    lives: livesIn(instructions, [...outputs.values()]),
    scalars: scalarsIn(instructions),
  };
}

type Named<I extends InputSpecs> = { readonly [Name in keyof I]: Value };

const isNamed = <I extends InputSpecs>(values: object, specs: I): values is Named<I> =>
  Object.keys(specs).every((name) => Object.hasOwn(values, name));

/** Runs `build` against a `k` that keeps what it is asked for; every result has memory of its own. */
export function recordProgram<const I extends InputSpecs>(
  name: string,
  specs: I,
  build: (k: K, inputs: Named<I>) => Readonly<Record<string, Value>>,
): Program {
  const instructions: Instruction[] = [];
  const keep = (instruction: Instruction): void => void instructions.push(instruction);
  const k = new FrontEnd({ emit: keep, scans: keep });
  const inputs = new Map(Object.entries(specs).map(([input, { shape, dtype }]) => [input, lasting(shape, dtype)]));
  const values = Object.fromEntries(inputs);
  if (!isNamed(values, specs)) throw new KernelError(`${name}: inputs without names`);
  const results = build(k, values);
  const outputs = new Map(
    Object.entries(results).map(([output, value]) => [output, viewOf(value, `the result ${output} of ${name}`)]),
  );
  return programOf({ name, instructions, inputs, outputs });
}

/** What uses memory at once: a kernel call, or the beginning or the end of a scan or of its turn. */
export interface Moment {
  readonly instruction: Instruction;
  readonly views: readonly View[];
}

/**
 * All moments in their order, those of a body once. What a body reads of outside, what it carries and what it stacks
 * lives as long as the scan does; what it makes lives within the turn.
 */
export const momentsOf = (instructions: readonly Instruction[]): readonly Moment[] =>
  instructions.flatMap((instruction): readonly Moment[] => {
    const all = [...reads(instruction), ...writes(instruction)];
    if (instruction.kind !== 'scan') return [{ instruction, views: all }];
    const edge = { instruction, views: [...all, ...instruction.carried.map(({ at }) => at)] };
    return [edge, ...momentsOf(instruction.body), { instruction, views: atEndOfTurn(instruction) }, edge];
  });

function livesIn(instructions: readonly Instruction[], outputs: readonly View[]): Life[] {
  const lives = new Map<Buffer, Life>();
  const moments = momentsOf(instructions);
  moments.forEach(({ views }, now) => {
    for (const { buffer } of views) {
      if (buffer.lifetime === 'temporary')
        lives.set(buffer, { buffer, first: lives.get(buffer)?.first ?? now, last: now });
    }
  });
  for (const { buffer } of outputs) {
    const life = lives.get(buffer);
    if (life === undefined && buffer.lifetime === 'temporary') {
      throw new KernelError('a result that no kernel of this program wrote');
    }
    if (life !== undefined) lives.set(buffer, { ...life, last: moments.length });
  }
  return [...lives.values()];
}

/** The elements that are alive at each moment, up to the end of the last life. */
export function elementsAlive(lives: readonly Life[]): readonly number[] {
  const changes: number[] = [];
  for (const { buffer, first, last } of lives) {
    changes[first] = (changes[first] ?? 0) + buffer.elements;
    changes[last + 1] = (changes[last + 1] ?? 0) - buffer.elements;
  }
  let alive = 0;
  return Array.from({ length: changes.length }, (_, at) => (alive += changes[at] ?? 0));
}

/** The elements at the moment when most are alive. */
export const mostAlive = (lives: readonly Life[]): number =>
  elementsAlive(lives).reduce((most, elements) => Math.max(most, elements), 0);

function lastingIn(
  instructions: readonly Instruction[],
  inputs: ReadonlyMap<string, View>,
  outputs: ReadonlyMap<string, View>,
): Buffer[] {
  const own = new Set([...inputs.values()].map(({ buffer }) => buffer));
  const views = instructions.flatMap((instruction) => [...reads(instruction), ...writes(instruction)]);
  const buffers = new Set([...views, ...outputs.values()].map(({ buffer }) => buffer));
  return [...buffers].filter((buffer) => buffer.lifetime === 'lasting' && !own.has(buffer));
}

/** Throws if memory that the program was recorded with is gone. */
export function checkLasting({ name, lasting }: Program): void {
  if (lasting.some(({ released }) => released)) {
    throw new KernelError(`${name} was recorded with values whose memory was released`);
  }
}

function scalarsIn(instructions: readonly Instruction[]): string[] {
  const names = callsIn(instructions).flatMap((call) =>
    call.kind === 'map' ? call.inputs.flatMap((input) => ('scalar' in input ? [input.scalar] : [])) : [],
  );
  return [...new Set(names)];
}
