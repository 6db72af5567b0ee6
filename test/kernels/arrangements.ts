/** Ways in which a recorded program may be arranged in memory. All of them must give the same bits. */
import { View } from '../../runtime/kernels/buffer.ts';
import type { Buffer } from '../../runtime/kernels/buffer.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { atEndOfTurn, endsIn, endsOfTurn } from '../../runtime/kernels/ends.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { Instruction, Scan } from '../../runtime/kernels/instruction.ts';
import { place } from '../../runtime/kernels/place.ts';
import { programOf } from '../../runtime/kernels/program.ts';
import type { Program } from '../../runtime/kernels/program.ts';
import { arranged, share } from '../../runtime/kernels/share.ts';

/** Every result in memory of its own, and every store a copy. */
export const apart = (program: Program): Program => program;

/** The bits of a NaN: as an integer they are far from every id and class. */
const bits = 0x7fc00000;

const spoil = (buffer: Buffer): Instruction => ({
  kind: 'map',
  inputs: [],
  shape: [buffer.elements],
  results: [{ kind: 'literal', value: buffer.dtype === 'int32' ? bits : NaN }],
  outs: [new View(buffer, [buffer.elements])],
});

/** Every element of what has been read for the last time becomes NaN at once. */
export function spoiled(program: Program): Program {
  const { name, inputs, outputs, instructions } = program;
  const rest = endsIn(instructions, [...outputs.values()]);
  return programOf({ name, instructions: withSpoils(instructions, rest), inputs, outputs });
}

const withSpoils = (instructions: readonly Instruction[], ends: readonly (readonly Buffer[])[]): Instruction[] =>
  instructions.flatMap((instruction, at) => [
    instruction.kind === 'scan' ? spoiledTurns(instruction) : instruction,
    ...(ends[at] ?? []).map(spoil),
  ]);

/** What is read at the end of a turn becomes NaN when the next one begins. */
function spoiledTurns(scan: Scan): Scan {
  const carries = new Set(scan.carried.map(({ at }) => at.buffer));
  const late = new Set(atEndOfTurn(scan).map(({ buffer }) => buffer));
  const begin = [...late].filter((buffer) => !carries.has(buffer)).map(spoil);
  return { ...scan, body: [...begin, ...withSpoils(scan.body, endsOfTurn(scan))] };
}

type Arrangement = readonly [name: string, arrange: (program: Program) => Program];

const plain: readonly Arrangement[] = [
  ['apart', apart],
  ['placed', place],
  ['placed, and spoiled once read', (program) => spoiled(place(program))],
];

const shared: readonly Arrangement[] = [
  ...plain,
  ['shared', share],
  ['shared and placed', arranged],
  ['shared, placed, and spoiled once read', (program) => spoiled(arranged(program))],
];

/** A device, and how programs may be arranged on it. */
interface Arranging {
  readonly title: string;
  readonly backend: 'wasm' | 'cpu';
  readonly kernelSet?: 'tfjs';
  readonly arrangements: readonly Arrangement[];
}

/** Where values are places in memory. */
export const inMemory: readonly Arranging[] = [
  { title: 'wasm', backend: 'wasm', arrangements: shared },
  { title: 'cpu', backend: 'cpu', arrangements: shared },
];

/** tfjs's tensors are no views of each other. */
export const everywhere: readonly Arranging[] = [
  ...inMemory,
  { title: 'cpu, tfjs', backend: 'cpu', kernelSet: 'tfjs', arrangements: plain },
];

/** The device once for each arrangement. The first makes none. */
export async function opened({ backend, kernelSet, arrangements }: Arranging): Promise<(readonly [string, Kernels])[]> {
  const devices: (readonly [string, Kernels])[] = [];
  for (const [name, arrange] of arrangements) {
    devices.push([name, await createKernels(backend, kernelSet === undefined ? { arrange } : { kernelSet, arrange })]);
  }
  return devices;
}
