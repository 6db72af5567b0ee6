/** Memory up to 4 GiB is right, and what needs more is refused with the largest values by name. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createTrainer } from '../../runtime/index.ts';
import type { Backend } from '../../runtime/kernels/backends.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { add, exp } from '../../runtime/kernels/scalar/functions.ts';
import { WasmHeap, heapLimit } from '../../runtime/kernels/wasm/heap.ts';
import { WasmKernels } from '../../runtime/kernels/wasm/index.ts';
import type { ModelDefinition } from '../../runtime/model.ts';
import { everything } from '../amounts.ts';
import { generate } from '../generated.ts';
import { classifier } from '../runtime/models.ts';
import { cases } from './cases.ts';
import { distance } from './plain.ts';
import { runEager, runRecorded } from './run-case.ts';

const GiB = 2 ** 30;

describe('the heap', () => {
  /** An allocator that gives one block after the other, as emscripten's does: sizes and addresses modulo 2³². */
  function heap(first: number) {
    let next = first;
    const asked: number[] = [];
    const freed: number[] = [];
    const malloc = (bytes: number): number => {
      const size = bytes >>> 0;
      asked.push(size);
      if (next + size > heapLimit) return 0;
      const block = next;
      next += size;
      return block | 0;
    };
    const memory = new WebAssembly.Memory({ initial: 1 });
    return { heap: new WasmHeap({ malloc, free: (block) => freed.push(block), memory }), asked, freed };
  }

  test.each([1, GiB, 2 * GiB - 8, 2 * GiB, 2 * GiB + 8, 3 * GiB, 4 * GiB - 2 ** 20])(
    'a block at %d is at that address, aligned, and goes back as it came',
    (first) => {
      const { heap: own, freed } = heap(first);
      const address = own.allocate(1000);
      expect(address).toBe(Math.ceil(first / 64) * 64);
      own.free(address);
      expect(freed.map((block) => block >>> 0)).toEqual([first]);
      expect([own.bytes, own.allocations]).toEqual([0, 0]);
    },
  );

  test.each([4 * GiB - 2 ** 16, 4 * GiB, 4 * GiB + 4, 4 * GiB + 4096, 8 * GiB + 64, 1e15, Infinity])(
    '%d bytes are refused, not taken modulo 2³²',
    (bytes) => {
      const { heap: own, asked } = heap(64);
      expect(own.reserve(bytes)).toBeUndefined();
      expect(() => own.allocate(bytes)).toThrow(
        expect.objectContaining({ code: 'NN5011', message: expect.stringContaining('wasm holds 4.3 GB at most') }),
      );
      expect(asked).toEqual([]);
      expect([own.bytes, own.allocations]).toEqual([0, 0]);
    },
  );
});

/** Every case where all is verified, a fixed sample of them otherwise. */
const sample = cases.filter((_, i) => everything || i % 4 === 0);

describe('above 2 GiB', () => {
  let kernels: Kernels;
  let below = 0;
  beforeAll(async () => {
    kernels = await createKernels('wasm');
    // Reserved, and never touched: no page of it is real.
    if (kernels instanceof WasmKernels) below = kernels.heap.allocate(2.2 * GiB);
  });
  afterAll(() => {
    if (kernels instanceof WasmKernels) kernels.heap.free(below);
    kernels.dispose();
  });

  it('lies what comes next', () => {
    if (!(kernels instanceof WasmKernels)) throw new Error('other kernels');
    const address = kernels.heap.allocate(64);
    expect(address).toBeGreaterThan(2 * GiB);
    kernels.heap.free(address);
  });

  it.each(sample)('$name', async (one) => {
    const eager = await runEager(kernels, one);
    expect(await runRecorded(kernels, one)).toEqual(eager);
    one.expected.forEach((expected, i) => {
      expect(distance(eager[i]?.data ?? [], expected.data)).toBeLessThan(2e-6);
    });
  });

  it('a trainer gives the same bits', async () => {
    const steps = async (on: Kernels) => {
      const trainer = await createTrainer(classifier({ inputs: 4, hidden: 8, classes: 3 }), { kernels: on });
      const batch = { x: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)), label: new Int32Array(10) };
      const losses = [];
      for (let i = 0; i < 5; i++) losses.push(await (await trainer.trainStep(batch)).loss);
      trainer.dispose();
      return losses;
    };
    const high = await steps(kernels);
    if (kernels instanceof WasmKernels) kernels.heap.free(below);
    const low = await steps(kernels);
    if (kernels instanceof WasmKernels) below = kernels.heap.allocate(64);
    expect(high).toEqual(low);
  });
});

/** Two values of 40 GB from inputs of a few kilobytes. */
const outer = (k: K, { x, y }: { readonly x: Value; readonly y: Value }) => {
  const product = k.matmul(x, y);
  const large = k.map(exp, [product]);
  return { total: k.map(add, [k.sum(large), k.sum(product)]) };
};
const inputs = {
  x: { shape: [100_000, 1], dtype: 'float32' },
  y: { shape: [1, 100_000], dtype: 'float32' },
} as const;

describe.each(['wasm', 'cpu'] as const)('a program that does not fit on %s', (backend) => {
  it('names its largest values, and keeps nothing', async () => {
    const kernels = await createKernels(backend);
    const run = async () => {
      const program = await kernels.record('outer', inputs, outer);
      try {
        program.setInput('x', new Float32Array(100_000));
        program.setInput('y', new Float32Array(100_000));
        program.run();
      } finally {
        program.dispose();
      }
    };
    const most = backend === 'wasm' ? 'wasm holds 4.3 GB at most' : 'cpu has not so much';
    await expect(run()).rejects.toMatchObject({
      code: 'NN5011',
      message: expect.stringContaining(
        '; the largest values are\n' +
          '  k.matmul → [100000, 100000]: 40.0 GB\n' +
          '  k.map → [100000, 100000]: 40.0 GB\n' +
          '  `x` [100000, 1]: 400 kB\n' +
          '  `y` [1, 100000]: 400 kB',
      ),
      help: expect.stringContaining('a smaller batch'),
    });
    await expect(run()).rejects.toThrow(`outer needs 80.0 GB of memory, but ${most}`);
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0, arena: 0 });
    kernels.dispose();
  });

  it('says which line it is when run line by line', async () => {
    const kernels = await createKernels(backend);
    const x = kernels.allocate([100_000, 1], 'float32');
    const y = kernels.allocate([1, 100_000], 'float32');
    const eager = kernels.eager();
    expect(() => outer(eager.k, { x, y })).toThrow(
      expect.objectContaining({
        code: 'NN5011',
        message: expect.stringMatching(/^k\.matmul → \[100000, 100000\] needs 40\.0 GB of memory, but /),
      }),
    );
    eager.dispose();
    kernels.release(x, y);
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0, arena: 0 });
    kernels.dispose();
  });
});

describe('a model that does not fit', () => {
  const told = async (definition: ModelDefinition, backend: Backend) => {
    const kernels = await createKernels(backend);
    try {
      return await createTrainer(definition, { kernels }).catch((caught: unknown) => caught);
    } finally {
      expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
      kernels.dispose();
    }
  };

  it('is told so with its largest tensors before one of them is drawn', async () => {
    const spec = `
input x: f32[30000]
target y: f32[1]
layer dense 50000
layer dense 1
loss mse
optim adam
accumulate 2
`;
    const { definition } = await generate('wide', spec);
    expect(await told(definition, 'wasm')).toMatchObject({
      code: 'NN5011',
      message:
        'the model with what its optimizer remembers needs 24.0 GB of memory, but wasm holds 4.3 GB at most; ' +
        'the largest values are\n' +
        '  dense.kernel [30000, 50000]: 6.0 GB\n' +
        '  dense.kernel/m [30000, 50000]: 6.0 GB\n' +
        '  dense.kernel/v [30000, 50000]: 6.0 GB\n' +
        '  the accumulated gradient of dense.kernel [30000, 50000]: 6.0 GB',
    });
  });

  it('is told so where only the engine knows how much there is', async () => {
    expect(await told(classifier({ inputs: 200_000, hidden: 100_000, classes: 3 }), 'cpu')).toMatchObject({
      code: 'NN5011',
      message: expect.stringContaining(
        'but cpu has not so much; the largest values are\n  dense.kernel [200000, 100000]',
      ),
    });
  });
});

test('a batch that does not fit is refused, and the next one is not', async () => {
  const spec = `
input x: f32[1]
target y: f32[1]
layer dense 1000 relu
layer dense 1
loss mse
optim sgd
train batch=32
`;
  const { definition } = await generate('wide-batch', spec);
  const kernels = await createKernels('wasm');
  const trainer = await createTrainer(definition, { kernels });
  const batch = (rows: number) => ({ x: new Float32Array(rows).fill(1), y: new Float32Array(rows) });
  const before = kernels.counters();
  const error: unknown = await trainer.trainStep(batch(1_200_000)).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'NN5011',
    message: expect.stringMatching(
      /^wide-batch\.step over 1200000 rows needs 9\.6 GB of memory, but wasm holds 4\.3 GB at most, of which \d+ kB are taken; the largest values are\n {2}2 of k\.matmul → \[1200000, 1000\]: 9\.6 GB\n/,
    ),
    help: 'take a smaller batch (`train batch=…`); with `accumulate n` an update still sees n batches of rows',
  });
  expect(kernels.counters()).toEqual(before);
  expect((await trainer.trainStep(batch(4))).rows).toBe(4);
  expect(trainer.progress).toEqual({ t: 1, microBatches: 1 });
  trainer.dispose();
  kernels.dispose();
});
