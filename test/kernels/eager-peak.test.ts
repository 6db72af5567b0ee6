/**
 * What running line by line holds: all that was made since it was last said what to keep, once, and of a scan what is
 * carried and stacked and what two turns make. So a step holds at most the residuals and all that backward makes, or the
 * gradients and all that update makes.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Buffer } from '../../runtime/kernels/buffer.ts';
import type { InputSpecs } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { callsIn, makes } from '../../runtime/kernels/instruction.ts';
import type { Instruction } from '../../runtime/kernels/instruction.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';
import { recordProgram } from '../../runtime/kernels/program.ts';
import { bytesOf, kernelsOf } from '../../runtime/kernels/wasm/compile.ts';
import { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import { random } from './plain.ts';
import { batchSpecs, randomProgram } from './random-program.ts';
import { randomScans, scanInputs } from './random-scan.ts';
import { scanned } from './unroll.ts';

const line = 64;
const held = ({ elements }: Buffer): number => Math.max(line, Math.ceil((4 * elements) / line) * line);

/** Bytes of all that instructions make; of a body twice, since what is carried on outlasts its turn. */
const madeBy = (instructions: readonly Instruction[]): number =>
  instructions.reduce(
    (sum, instruction) =>
      sum +
      makes(instruction).reduce((bytes, buffer) => bytes + held(buffer), 0) +
      (instruction.kind === 'scan' ? 2 * madeBy(instruction.body) : 0),
    0,
  );

describe('line by line', () => {
  let kernels: WasmKernels;
  beforeAll(async () => {
    const opened = await createKernels('wasm', { kernelSet: 'simd' });
    if (!(opened instanceof WasmKernels)) throw new Error('other kernels');
    kernels = opened;
  });
  afterAll(() => kernels.dispose());

  type Write = (k: K, p: { readonly a: Value; readonly b: Value; readonly c: Value }, of: readonly Value[]) => unknown;

  /** The most that is held at once, and what the same calls make when they are recorded. */
  function figures(specs: InputSpecs, write: Write) {
    const given = Object.values(specs).map(({ shape, dtype }, i) => {
      const { data } = random(shape, i + 1);
      return kernels.allocate(shape, dtype, dtype === 'int32' ? data.map((v) => Math.floor(Math.abs(v) * 4)) : data);
    });
    const parameter = (shape: readonly number[], salt: number) =>
      kernels.allocate(shape, 'float32', random(shape, salt).data);
    const p = { a: parameter([3, 4], 7), b: parameter([4, 3], 8), c: parameter([3, 1], 9) };
    const { instructions } = recordProgram('same', {}, (k) => (write(k, p, given), {}));
    const eager = kernels.eager();
    const { heap } = kernels;
    const before = heap.bytes;
    let peak = 0;
    const reserve = heap.reserve.bind(heap);
    heap.reserve = (bytes) => {
      const address = reserve(bytes);
      peak = Math.max(peak, heap.bytes - before);
      return address;
    };
    try {
      write(eager.k, p, given);
    } finally {
      heap.reserve = reserve;
      eager.dispose();
      kernels.release(...given, p.a, p.b, p.c);
    }
    const made = kernelsOf(callsIn(instructions), false);
    const apart = bytesOf(made, 'scratch') + bytesOf(made, 'partial') + 2 * line;
    return { peak, made: madeBy(instructions), apart };
  }

  const runs = { numRuns: process.env['NNC_VERIFY'] === 'all' ? 3000 : 100, seed: 3 };

  it('all that a program makes is held, and no more', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { peak, made, apart } = figures(batchSpecs, (k, p, [x, y]) => {
          if (x !== undefined && y !== undefined) randomProgram(seed, k, p, { x, y });
        });
        expect(peak).toBeGreaterThanOrEqual(made);
        expect(peak).toBeLessThanOrEqual(made + apart);
      }),
      runs,
    );
  });

  it('of scans it is what goes out of them, and two turns', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { peak, made, apart } = figures(scanInputs, (k, p, [x, y, ids]) => {
          if (x !== undefined && y !== undefined && ids !== undefined)
            randomScans(seed, k, scanned(k), p, { x, y, ids });
        });
        expect(peak).toBeLessThanOrEqual(made + apart);
      }),
      runs,
    );
  });
});
