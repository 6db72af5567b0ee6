/** Kernels have ranges: by how many workers they are run, and in which order these come, changes no bit. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { callsIn } from '../../runtime/kernels/instruction.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';
import { recordProgram } from '../../runtime/kernels/program.ts';
import { add, rowMax, sub } from '../../runtime/kernels/scalar/functions.ts';
import { bytesOf, kernelsOf, programModule } from '../../runtime/kernels/wasm/compile.ts';
import { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import { Addresses } from '../../runtime/kernels/wasm/addresses.ts';
import { amount, everything, sampled } from '../amounts.ts';
import { generator } from '../passes/random-graph.ts';
import { cases } from './cases.ts';
import type { Case } from './cases.ts';
import { devices } from './devices.ts';
import { random } from './plain.ts';
import { batchSpecs, randomProgram } from './random-program.ts';
import { randomScans, scanInputs } from './random-scan.ts';
import { runEager, runRecorded } from './run-case.ts';
import { traced } from './traced.ts';
import { scanned } from './unroll.ts';

/** Workers 0 … n − 1, in another order each time. */
function shuffled(workers: number): () => readonly number[] {
  const next = generator(workers);
  return () => {
    const order = Array.from({ length: workers }, (_, i) => i);
    for (let i = workers - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [order[i], order[j]] = [order[j] ?? i, order[i] ?? j];
    }
    return order;
  };
}

const sets = devices.flatMap(({ title, skip }) =>
  (['simd', 'relaxed'] as const).filter((set) => title.startsWith(`wasm, ${set}`) && !skip),
);

describe.each(sets)('kernels, %s', (kernelSet) => {
  const opened: (readonly [number, Kernels])[] = [];
  let alone: Kernels;
  beforeAll(async () => {
    alone = await createKernels('wasm', { kernelSet });
    for (const workers of [1, 2, 3, 7]) {
      opened.push([workers, await createKernels('wasm', { kernelSet, order: shuffled(workers) })]);
    }
  });
  afterAll(() => [alone, ...opened.map(([, kernels]) => kernels)].forEach((kernels) => kernels.dispose()));

  /** Of kernels with many cases a part, but all whose sums are long. */
  const isMany = ({ name, inputs }: Case): boolean =>
    /^(matmul|conv|map|sum|max|min) /.test(name) && inputs.every(({ data }) => data.length < 6000);
  it.each(
    sampled(
      cases.filter((one, i) => everything || i % 4 === 0 || !isMany(one)),
      3,
    ),
  )('$name', async (one) => {
    const wanted = await runRecorded(alone, one);
    for (const [workers, kernels] of opened) expect(await runEager(kernels, one), `${workers} workers`).toEqual(wanted);
  });

  it('of random programs and scans', { timeout: 900_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, scans) => {
        const left = (kernels: Kernels, mode: 'eager' | 'recorded') =>
          scans
            ? traced(kernels, mode, {
                inputs: scanInputs,
                batch: (of) => ({ x: of('x'), y: of('y'), ids: of('ids') }),
                write: (k, p, batch) => randomScans(seed, k, scanned(k), p, batch),
              })
            : traced(kernels, mode, {
                inputs: batchSpecs,
                batch: (of) => ({ x: of('x'), y: of('y') }),
                write: (k, p, batch) => randomProgram(seed, k, p, batch),
              });
        const wanted = await left(alone, 'recorded');
        for (const [workers, kernels] of opened) {
          expect(await left(kernels, 'eager'), `${workers} workers`).toEqual(wanted);
        }
      }),
      { numRuns: amount(24, 60, 1000), seed: 11 },
    );
  });
});

type Call = (k: K, x: (...shape: number[]) => Value, ids: (...shape: number[]) => Value) => Value;

/** One call each, of which all workers should have about as much to do. */
const calls: Readonly<Record<string, Call>> = {
  'a map': (k, x) => k.map(add, [x(1000), x(1000)]),
  'a map that repeats': (k, x) => k.map(add, [x(3, 500), x(3, 1)]),
  'a map of rows': (k, x) => k.map((v) => sub(v, rowMax(v)), [x(100, 9)]),
  'a product of many columns': (k, x) => k.matmul(x(4, 30), x(30, 300)),
  'a product of many rows': (k, x) => k.matmul(x(200, 30), x(30, 16)),
  'products of many batches': (k, x) => k.matmul(x(70, 3, 5), x(70, 5, 4)),
  'a product of a long k': (k, x) => k.matmul(x(6, 9000), x(9000, 24)),
  'a convolution': (k, x) => k.conv(x(4, 20, 20, 3), x(3, 3, 3, 8)),
  'its gradient': (k, x) => k.convKernel(x(9, 21, 20, 3), x(9, 19, 18, 8), { size: [3, 3] }),
  'a convolution of each channel': (k, x) => k.conv(x(4, 20, 20, 5), x(3, 3, 1, 5), { groups: 5 }),
  'a pool': (k, x) => k.pool('max', x(4, 20, 20, 3), { size: [2, 2], stride: [2, 2] }),
  'the gradient of a pool': (k, x) => k.poolScatter(x(12, 8, 8, 3), x(12, 7, 7, 3), { size: [2, 2], stride: [1, 1] }),
  'sums of rows': (k, x) => k.sum(x(90, 17), { axis: [1] }),
  'sums of columns': (k, x) => k.sum(x(30, 500), { axis: [0] }),
  'long sums': (k, x) => k.sum(x(9000, 96), { axis: [0] }),
  argmax: (k, x) => k.argmax(x(100, 7), 1),
  'a transposition': (k, x) => k.transpose(x(90, 80), [1, 0]),
  'a slice': (k, x) => k.slice(x(90, 80), [1, 2], [80, 70]),
  'a padding': (k, x) => k.pad(x(90, 80), [1, 2], [3, 4]),
  'a repetition': (k, x) => k.broadcast(x(1, 900), [3, 900]),
  'a concatenation': (k, x) => k.concat([x(700), x(800)], 0),
  'rows of a table': (k, x, ids) => k.gather(x(10, 7), ids(60)),
  'sums by id': (k, x, ids) => k.scatterAdd(ids(60), x(60, 7), 45),
  'rows of many tables': (k, x, ids) => k.gatherEach(x(20, 10, 7), ids(20, 6), 1),
  'sums by id for many tables': (k, x, ids) => k.scatterEach(ids(90, 6), x(90, 6, 7), 45, 1),
  'the order of lines': (k, x) => k.argsort(x(90, 17), 1),
  'sums up to each place': (k, x) => k.cumsum(x(90, 17), 1),
  arange: (k) => k.arange(500),
  'random numbers': (k) => k.normal('s', [900]),
};

it.each(Object.entries(calls))('the work is cut: %s', async (_, call) => {
  const kernels = await createKernels('wasm');
  if (!(kernels instanceof WasmKernels)) throw new Error('other kernels');
  const { heap, device } = kernels;
  const given: Value[] = [];
  const make =
    (dtype: 'float32' | 'int32') =>
    (...shape: number[]): Value => {
      const { data } = random(shape, given.length + 1);
      const value = kernels.allocate(shape, dtype, dtype === 'int32' ? data.map((v) => Math.abs(v) * 9) : data);
      given.push(value);
      return value;
    };
  const program = recordProgram('one', {}, (k) => ({ out: call(k, make('float32'), make('int32')) }));
  const made = kernelsOf(callsIn(program.instructions), false);
  const places = new Addresses(program, bytesOf(made, 'partial'), bytesOf(made, 'scratch'));
  const run = await device.instances.runOf(
    programModule(program.instructions, made, device.functions, heap.shared, places),
  );
  // There is scratch memory for three.
  const arena = heap.allocate(places.bytes + 2 * (64 + bytesOf(made, 'scratch')));
  const table = heap.allocate(4 * places.entries);
  for (const [buffer, entry] of places.buffers) {
    heap.at(table, places.entries, 'int32')[entry] = kernels.placeOf(buffer);
  }
  const [{ buffer }] = [program.outputs.get('out') ?? { buffer: undefined }];
  if (buffer === undefined) throw new Error('no result');
  const out = () => heap.at(arena + places.offsetOf(buffer), buffer.elements, 'int32');
  const spoil = 0x7fc12345;
  /** How many elements these workers of three write. */
  const written = (workers: readonly number[]): number => {
    out().fill(spoil);
    for (const worker of workers) run(arena, table, worker, 3);
    return out().filter((bits) => bits !== spoil).length;
  };
  for (const worker of [0, 1, 2]) {
    const share = written([worker]) / buffer.elements;
    expect(share, `worker ${worker}`).toBeGreaterThan(0.18);
    expect(share, `worker ${worker}`).toBeLessThan(0.48);
  }
  expect(written([2, 0, 1])).toBe(buffer.elements);
  [arena, table].forEach((address) => heap.free(address));
  kernels.release(...given);
  kernels.dispose();
});
