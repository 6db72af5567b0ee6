/** What is said when a device has no room for what it should hold. */
import { UserError } from '../user-error.ts';
import { show, sizeOf } from './buffer.ts';
import type { Buffer } from './buffer.ts';
import { writes } from './instruction.ts';
import type { Instruction } from './instruction.ts';
import type { Shape } from './k.ts';
import { mostAlive } from './program.ts';
import type { Program } from './program.ts';

/** Bytes of a tensor on the device. */
export const bytesOf = (shape: Shape): number => 4 * sizeOf(shape);

/** What takes memory, in the words of its reader. */
export interface Piece {
  readonly name: string;
  readonly bytes: number;
}

export interface Shortage {
  /** Who needs the memory. */
  readonly who: string;
  readonly needed: number;
  readonly backend: string;
  /** Infinity where nobody knows. */
  readonly limit: number;
  /** What is held already. */
  readonly held: number;
  readonly pieces: readonly Piece[];
  readonly help: string;
}

/** How many of the largest are named. */
const named = 4;

/** NN5011, with the largest values and what to do. */
export function noRoom({ who, needed, backend, limit, held, pieces, help }: Shortage): UserError {
  const most = Number.isFinite(limit) ? `${backend} holds ${bytesText(limit)} at most` : `${backend} has not so much`;
  const taken = held > 0 ? `, of which ${bytesText(held)} are taken` : '';
  const lines = largest(pieces).map(({ name, bytes }) => `  ${name}: ${bytesText(bytes)}`);
  const list = lines.length === 0 ? '' : `; the largest values are\n${lines.join('\n')}`;
  return new UserError('NN5011', `${who} needs ${bytesText(needed)} of memory, but ${most}${taken}${list}`, help);
}

export const smallerBatch =
  'take a smaller batch (`train batch=…`); with `accumulate n` an update still sees n batches of rows';

/** The call of `k` that an instruction is, with what it gives, as the generated file shows it. */
export const callText = (instruction: Instruction): string =>
  `k.${instruction.kind} → ${writes(instruction)
    .map(({ shape }) => show(shape))
    .join(', ')}`;

/** Of a program: its temporaries by the call of `k` that makes them, and its inputs. */
export function piecesOf(program: Program): Piece[] {
  const makers = new Map<Buffer, string>();
  const name = (instructions: readonly Instruction[]): void => {
    for (const instruction of instructions) {
      for (const { buffer, shape } of writes(instruction)) {
        if (!makers.has(buffer)) makers.set(buffer, `k.${instruction.kind} → ${show(shape)}`);
      }
      if (instruction.kind === 'scan') name(instruction.body);
    }
  };
  name(program.instructions);
  return [
    ...program.lives.map(({ buffer }) => ({ name: makers.get(buffer) ?? 'a value', bytes: 4 * buffer.elements })),
    ...[...program.inputs].map(([name, { shape }]) => ({ name: `\`${name}\` ${show(shape)}`, bytes: bytesOf(shape) })),
  ];
}

/** Bytes of a program at the moment when most of its values are alive at once, and of its inputs. */
export function peakOf({ lives, inputs }: Program): number {
  return 4 * mostAlive(lives) + [...inputs.values()].reduce((sum, { shape }) => sum + bytesOf(shape), 0);
}

/** Whether an engine said that it has no memory for an array. */
export const isShortage = (error: unknown): boolean =>
  error instanceof RangeError && !/call stack|recursion/.test(error.message);

/** The largest first; equal ones are one line. */
function largest(pieces: readonly Piece[]): Piece[] {
  const times = new Map<string, { readonly bytes: number; readonly count: number }>();
  for (const { name, bytes } of pieces) times.set(name, { bytes, count: (times.get(name)?.count ?? 0) + 1 });
  return [...times]
    .map(([name, { bytes, count }]) => ({ name: count === 1 ? name : `${count} of ${name}`, bytes: bytes * count }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, named);
}

function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.ceil(bytes / 1e3)} kB`;
}
