/** One arena for all programs of a device: what they hold of it together, and whose values are there. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTrainer } from '../../runtime/index.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import type { K } from '../../runtime/kernels/k.ts';
import { add, mul } from '../../runtime/kernels/scalar/functions.ts';
import { SharedArena } from '../../runtime/kernels/memory/shared-arena.ts';
import { WasmHeap } from '../../runtime/kernels/wasm/heap.ts';
import { generate } from '../generated.ts';

describe('programs of one device', () => {
  let kernels: Kernels;
  beforeEach(async () => {
    kernels = await createKernels('wasm');
  });
  afterEach(() => kernels.dispose());

  /** The sum of 0 … n − 1 and of as many ones, by way of a temporary of n elements. */
  const counting = (n: number) =>
    kernels.record(`of ${n}`, {}, (k) => {
      const each = k.arange(n);
      return { each: k.map((v) => add(v, 1), [each]), total: k.sum(each) };
    });

  it('hold as much as the one that needs most, whatever comes and goes', async () => {
    expect(kernels.counters()).toMatchObject({ bytes: 0, arena: 0 });
    const small = await counting(100);
    const [least] = [kernels.counters().arena];
    expect(least).toBe(small.statistics.arena);
    const large = await counting(10_000);
    expect(kernels.counters().arena).toBe(large.statistics.arena);
    const middle = await counting(1000);
    expect(kernels.counters().arena).toBe(large.statistics.arena);
    large.dispose();
    expect(kernels.counters().arena).toBe(middle.statistics.arena);
    middle.dispose();
    expect(kernels.counters().arena).toBe(least);
    small.dispose();
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0, arena: 0 });
  });

  it('work in turns, also where the arena moved in between', async () => {
    const sizes = [3, 4000, 17, 90_000];
    const programs = [];
    for (const n of sizes) {
      programs.push({ n, program: await counting(n) });
      for (const { n: count, program } of programs) {
        program.run();
        const [each, total] = [program.read('each'), program.read('total')];
        expect([...(await each)]).toEqual(Array.from({ length: count }, (_, i) => i + 1));
        expect((await total)[0]).toBeCloseTo((count * (count - 1)) / 2, -5);
      }
    }
    programs.forEach(({ program }) => program.dispose());
  });

  it('give results until another has run, or has made the arena larger', async () => {
    const gone = /has no results: it did not run, or another program has their memory since/;
    const program = await counting(100);
    await expect(program.read('total')).rejects.toThrow(gone);
    program.run();
    expect((await program.read('total'))[0]).toBe(4950);
    const other = await counting(50);
    expect((await program.read('total'))[0]).toBe(4950);
    other.run();
    await expect(program.read('total')).rejects.toThrow(gone);
    program.run();
    const larger = await counting(5000);
    await expect(program.read('total')).rejects.toThrow(gone);
    [program, other, larger].forEach((each) => each.dispose());
  });

  it('find their inputs and numbers where they were when the memory grows', async () => {
    const inputs = { x: { shape: [3], dtype: 'float32' }, i: { shape: [1], dtype: 'int32' } } as const;
    const program = await kernels.record('fed', inputs, (k, { x, i }) => ({
      y: k.map((v, by) => mul(v, by), [x, { scalar: 'by' }]),
      row: k.gather(x, i),
    }));
    const { wasmMemory } = kernels.counters();
    const large = kernels.allocate([wasmMemory / 4], 'float32');
    expect(kernels.counters().wasmMemory).toBeGreaterThan(wasmMemory);
    program.setScalar('by', 2);
    program.setInput('x', [1, 2, 3]);
    program.setInput('i', [2]);
    program.run();
    const [y, row] = [program.read('y'), program.read('row')];
    expect([...(await y), ...(await row)]).toEqual([2, 4, 6, 3]);
    program.dispose();
    kernels.release(large);
  });

  it('are compiled once, whoever records them', async () => {
    const build = (k: K) => ({ y: k.map((v) => mul(0.625, v), [k.arange(7)]) });
    const first = await kernels.record('first', {}, build);
    const compiling = vi.spyOn(WebAssembly, 'instantiate');
    try {
      const others = await createKernels('wasm');
      const second = await others.record('second', {}, build);
      expect(compiling).not.toHaveBeenCalled();
      second.run();
      expect((await second.read('y'))[6]).toBe(3.75);
      others.dispose();
    } finally {
      compiling.mockRestore();
    }
    first.run();
    expect((await first.read('y'))[4]).toBe(2.5);
    first.dispose();
  });

  it('of several kernels have one arena', async () => {
    const others = await createKernels('wasm');
    const mine = await counting(100);
    const theirs = await others.record('theirs', {}, (k) => ({ total: k.sum(k.arange(10_000)) }));
    expect(kernels.counters().arena).toBe(theirs.statistics.arena);
    others.dispose();
    expect(kernels.counters().arena).toBe(mine.statistics.arena);
    expect(others.counters()).toMatchObject({ bytes: 0, allocations: 0, arena: 0 });
    mine.dispose();
  });

  it('of a net of twelve layers of 512 hold one arena, and their batches', async () => {
    const layers = Array.from({ length: 12 }, () => 'layer dense 512 relu\n').join('');
    const { definition } = await generate(
      'deep',
      `input x: f32[512]\ntarget y: f32[512]\n${layers}loss mse\noptim sgd`,
    );
    const trainer = await createTrainer(definition, { kernels });
    const { bytes: weights } = kernels.counters();
    const batch = (rows: number) => ({ x: new Float32Array(512 * rows), y: new Float32Array(512 * rows) });
    await trainer.trainStep(batch(256));
    const { arena } = kernels.counters();
    await trainer.trainStep(batch(100));
    await trainer.evaluate([batch(256), batch(100)]);
    await trainer.predict({ x: batch(256).x });
    const { bytes, arena: all } = kernels.counters();
    expect(arena).toBe(13_148_224);
    expect(all).toBe(arena);
    // Batches in and out, and tables of some addresses.
    const batches = 4 * 512 * (2 * (256 + 100) + 2 * (256 + 100) + 256);
    expect(bytes - weights - arena - batches).toBeLessThan(2048);
    trainer.dispose();
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0, arena: 0 });
  });
});

describe('the arena', () => {
  /** A heap with room for so many bytes, which are one block at a time. */
  const arenaOf = (room: number) => {
    let taken = 0;
    const sizes = new Map<number, number>();
    const malloc = (bytes: number): number => {
      if (taken + bytes > room) return 0;
      taken += bytes;
      sizes.set(64, bytes);
      return 64;
    };
    const free = (block: number): void => void (taken -= sizes.get(block) ?? NaN);
    const heap = new WasmHeap({ malloc, free, memory: new WebAssembly.Memory({ initial: 1 }) });
    return { arena: new SharedArena(heap), heap };
  };
  const [a, b, c] = [{}, {}, {}];

  it('is freed before a larger one is taken', () => {
    const { arena } = arenaOf(10_000);
    expect([arena.join(a, 6000), arena.join(b, 9000)]).toEqual([true, true]);
    expect(arena.bytes).toBe(9000);
  });

  it('stays as it was where there is no room for a larger one', () => {
    const { arena, heap } = arenaOf(10_000);
    expect([arena.join(a, 6000), arena.join(b, 20_000)]).toEqual([true, false]);
    arena.leave(b);
    expect([arena.bytes, heap.allocations]).toEqual([6000, 1]);
    expect(arena.enter(a)).toBe(64);
    arena.leave(a);
    expect([arena.bytes, heap.bytes, heap.allocations]).toEqual([0, 0, 0]);
  });

  it('holds the values of the latest run until it moves', () => {
    const { arena } = arenaOf(10_000);
    [a, b].forEach((program) => arena.join(program, 1000));
    arena.enter(a);
    expect([arena.holds(a), arena.holds(b)]).toEqual([true, false]);
    arena.enter(b);
    expect([arena.holds(a), arena.holds(b)]).toEqual([false, true]);
    arena.join(c, 2000);
    expect([arena.holds(a), arena.holds(b)]).toEqual([false, false]);
  });
});
