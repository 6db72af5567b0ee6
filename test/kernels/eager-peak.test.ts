/**
 * What running line by line holds: with the ends of a recording, at each line what the recording knows to be alive there,
 * each value in memory of its own; without, all that was made. Of a scan it is what goes out of it and, turn by turn, what
 * is alive in the turn.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputSpecs, Kernels } from '../../runtime/kernels/device.ts';
import { endsOf } from '../../runtime/kernels/ends.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { makes } from '../../runtime/kernels/instruction.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';
import { momentsOf, recordProgram } from '../../runtime/kernels/program.ts';
import type { Program } from '../../runtime/kernels/program.ts';
import type { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import { amount } from '../amounts.ts';
import { apartOf, mostHeld, openWasm, peakWhile, rounded } from './held.ts';
import { random } from './plain.ts';
import { batchSpecs, randomProgram } from './random-program.ts';
import { randomScans, scanInputs } from './random-scan.ts';
import { scanned } from './unroll.ts';

type Parameters = Readonly<Record<'a' | 'b' | 'c', Value>>;
type Results = Readonly<Record<string, Value>>;

interface Written {
  readonly specs: InputSpecs;
  readonly write: (seed: number, k: K, p: Parameters, of: readonly Value[]) => Results;
}

const programs: Written = {
  specs: batchSpecs,
  write: (seed, k, p, [x, y]) => (x && y ? randomProgram(seed, k, p, { x, y }) : {}),
};

const scans: Written = {
  specs: scanInputs,
  write: (seed, k, p, [x, y, ids]) => (x && y && ids ? randomScans(seed, k, scanned(k), p, { x, y, ids }) : {}),
};

/** Runs a function over memory that lasts so long. */
async function withMemory(
  kernels: Kernels,
  specs: InputSpecs,
  run: (p: Parameters, of: readonly Value[]) => Promise<void>,
): Promise<void> {
  const given = Object.values(specs).map(({ shape, dtype }, i) => {
    const { data } = random(shape, i + 1);
    return kernels.allocate(shape, dtype, dtype === 'int32' ? data.map((v) => Math.floor(Math.abs(v) * 4)) : data);
  });
  const parameter = (shape: readonly number[], salt: number) =>
    kernels.allocate(shape, 'float32', random(shape, salt).data);
  const p = { a: parameter([3, 4], 7), b: parameter([4, 3], 8), c: parameter([3, 1], 9) };
  await run(p, given);
  kernels.release(...given, p.a, p.b, p.c);
}

/** `k` that tells of each of its outermost lines. */
function watched(k: K, onLine: () => void): K {
  let depth = 0;
  return new Proxy(k, {
    get(_, name) {
      const method: unknown = Reflect.get(k, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]): unknown => {
        depth++;
        try {
          return Reflect.apply(method, k, given);
        } finally {
          if (--depth === 0 && name !== 'reshape') onLine();
        }
      };
    },
  });
}

/** The bytes behind each line: of what is made up to there, and of that what is used later. */
function heldBehind({ instructions, lives }: Program, bytes: (elements: number) => number) {
  let moment = -1;
  let all = 0;
  return instructions.map((instruction) => {
    moment += momentsOf([instruction]).length;
    const used = lives.filter(({ first, last }) => first <= moment && last > moment);
    all += makes(instruction).reduce((sum, { elements }) => sum + bytes(elements), 0);
    return { all, used: used.reduce((sum, { buffer }) => sum + bytes(buffer.elements), 0) };
  });
}

const runs = { numRuns: amount(50, 100, 1000), seed: 3 };

describe.each([
  ['wasm', (elements: number) => rounded(4 * elements)],
  ['cpu', (elements: number) => 4 * elements],
] as const)('line by line on %s', (backend, bytes) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels(backend);
  });
  afterAll(() => kernels.dispose());

  it.each([
    ['programs', programs],
    ['scans', scans],
  ])('behind each line is held what is used later: %s', { timeout: 300_000 }, async (_, { specs, write }) => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), (seed) =>
        withMemory(kernels, specs, async (p, of) => {
          const program = recordProgram('same', {}, (k) => write(seed, k, p, of));
          const wanted = heldBehind(program, bytes);
          for (const [ends, name] of [
            [endsOf(program.instructions, [...program.outputs.values()]), 'used'],
            [undefined, 'all'],
          ] as const) {
            const eager = kernels.eager(ends);
            const before = kernels.counters().bytes;
            const held: number[] = [];
            const k = watched(eager.k, () => held.push(kernels.counters().bytes - before));
            const results = write(seed, k, p, of);
            expect(held, name).toEqual(wanted.map((line) => line[name]));
            for (const value of Object.values(results)) await kernels.read(value);
            eager.dispose();
          }
        }),
      ),
      runs,
    );
  });
});

describe('at the worst line', () => {
  let kernels: WasmKernels;
  beforeAll(async () => {
    kernels = await openWasm();
  });
  afterAll(() => kernels.dispose());

  it.each([
    ['programs', programs],
    ['scans', scans],
  ])('no more is held than is alive: %s', { timeout: 300_000 }, async (name, { specs, write }) => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), (seed) =>
        withMemory(kernels, specs, async (p, of) => {
          const program = recordProgram('same', {}, (k) => write(seed, k, p, of));
          const eager = kernels.eager(endsOf(program.instructions, [...program.outputs.values()]));
          const peak = await peakWhile(kernels, () => write(seed, eager.k, p, of));
          eager.dispose();
          const most = mostHeld(program);
          expect(peak).toBeLessThanOrEqual(most + apartOf(program));
          // What a scan carries on is copied for the next turn where it was recorded, and passed on here.
          if (name === 'programs') expect(peak).toBeGreaterThanOrEqual(most);
        }),
      ),
      runs,
    );
  });
});
