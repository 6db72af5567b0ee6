/** After the end: what was released, disposed of or never made refuses work with a reason, and holds nothing. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Eager, Kernels, Recorded } from '../../runtime/kernels/device.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';
import { add, exp, mul } from '../../runtime/kernels/scalar/functions.ts';
import { devices } from './devices.ts';

const nothing = { bytes: 0, allocations: 0, arena: 0 };

const spec = { x: { shape: [2, 3], dtype: 'float32' } } as const;

/** Sums x + p, and adds a number to p. */
const build =
  (p: Value) =>
  (k: K, { x }: { readonly x: Value }) => {
    const total = k.sum(k.map(add, [x, p]));
    k.store(
      p,
      k.map((w, by) => add(w, mul(0, by)), [p, { scalar: 'by' }]),
    );
    return { total, p };
  };

const uses: readonly (readonly [string, (program: Recorded) => unknown])[] = [
  ['run', (program) => program.run()],
  ['setInput', (program) => program.setInput('x', new Float32Array(6))],
  ['setScalar', (program) => program.setScalar('by', 1)],
  ['setScalars', (program) => program.setScalars({ by: 1 })],
  ['read', (program) => program.read('total')],
];

const eagerUses: readonly (readonly [string, (eager: Eager, p: Value) => unknown])[] = [
  ['map', (eager, p) => eager.k.map(exp, [p])],
  ['sum', (eager, p) => eager.k.sum(p)],
  ['setScalar', (eager) => eager.setScalar('by', 1)],
];

for (const { title, skip, open } of devices) {
  describe.skipIf(skip)(`ends on ${title}`, () => {
    let kernels: Kernels;
    let p: Value;
    beforeEach(async () => {
      kernels = await open();
      p = kernels.allocate([2, 3], 'float32', [1, 2, 3, 4, 5, 6]);
    });
    afterEach(() => {
      kernels.dispose();
      kernels.dispose();
      expect(kernels.counters()).toMatchObject(nothing);
    });
    /** Throws, or rejects: what callers await may do either. */
    const refused = (use: () => unknown, says: RegExp) => expect((async () => await use())()).rejects.toThrow(says);

    const recorded = async (): Promise<Recorded> => {
      const program = await kernels.record('sum', spec, build(p));
      program.setInput('x', new Float32Array(6));
      program.setScalar('by', 1);
      program.run();
      expect([...(await program.read('total'))]).toEqual([21]);
      return program;
    };

    it('a program whose values were released does not run, and another takes nothing from it', async () => {
      const program = await recorded();
      kernels.release(p);
      const other = kernels.allocate([2, 3], 'float32', [9, 9, 9, 9, 9, 9]);
      await refused(() => program.run(), /sum was recorded with values whose memory was released/);
      expect([...(await kernels.read(other))]).toEqual([9, 9, 9, 9, 9, 9]);
      program.dispose();
      kernels.release(other);
      expect(kernels.counters()).toMatchObject(nothing);
    });

    it.each(uses)('a program that was disposed of, twice: %s', async (_, use) => {
      const program = await recorded();
      program.dispose();
      program.dispose();
      const before = kernels.counters();
      await refused(() => use(program), /disposed of/);
      expect(kernels.counters()).toEqual(before);
    });

    it.each(uses)('a program of kernels that were disposed of: %s', async (_, use) => {
      const program = await recorded();
      kernels.dispose();
      await refused(() => use(program), /disposed of/);
      expect(kernels.counters()).toMatchObject(nothing);
    });

    it.each(eagerUses)('an eager `k` that was disposed of, twice: %s', async (_, use) => {
      const eager = kernels.eager();
      eager.setScalar('by', 1);
      eager.k.map(exp, [p]);
      eager.dispose();
      eager.dispose();
      const before = kernels.counters();
      await refused(() => use(eager, p), /disposed of/);
      expect(kernels.counters()).toEqual(before);
    });

    it('a value that was released is refused everywhere', async () => {
      const eager = kernels.eager();
      kernels.release(p);
      for (const use of [
        () => eager.k.sum(p),
        () => kernels.read(p),
        () => kernels.write(p, new Float32Array(6)),
        () => kernels.release(p),
        () => kernels.record('late', spec, build(p)),
      ]) {
        await refused(use, /released/);
      }
      eager.dispose();
      expect(kernels.counters()).toMatchObject(nothing);
    });

    it('kernels that were disposed of make nothing, and let their values go', async () => {
      kernels.dispose();
      kernels.release(p);
      for (const use of [
        () => kernels.allocate([3], 'float32'),
        () => kernels.eager(),
        () => kernels.record('late', {}, (k) => ({ x: k.arange(3) })),
        () => kernels.read(p),
      ]) {
        await refused(use, /disposed of|released/);
      }
      expect(kernels.counters()).toMatchObject(nothing);
    });

    it('kernels that are disposed of while a program is being made keep nothing of it', async () => {
      const making = kernels.record('sum', spec, build(p)).then((program) => program.run());
      kernels.dispose();
      await expect(making).rejects.toThrow(/disposed of/);
      expect(kernels.counters()).toMatchObject(nothing);
    });

    it('elements of another number than the value has are refused before memory is taken', () => {
      const before = kernels.counters();
      expect(() => kernels.allocate([2, 3], 'float32', [1, 2])).toThrow('2 elements for a value of 6');
      expect(() => kernels.write(p, [1, 2])).toThrow('2 elements for a value of 6');
      expect(kernels.counters()).toEqual(before);
    });

    it('a recording that fails keeps nothing', async () => {
      const before = kernels.counters();
      for (const wrong of [
        (k: K) => {
          k.map(exp, [p]);
          throw new Error('no');
        },
        (k: K) => ({ x: k.matmul(k.map(exp, [p]), p) }),
      ]) {
        await expect(kernels.record('wrong', spec, wrong)).rejects.toThrow();
        expect(kernels.counters()).toEqual(before);
      }
    });

    it('a program that an engine does not compile keeps nothing', async () => {
      const before = kernels.counters();
      const compiling = vi
        .spyOn(WebAssembly, 'instantiate')
        .mockRejectedValue(new WebAssembly.CompileError('too long'));
      try {
        // A program that was compiled before is not compiled again.
        const unknown = (k: K) => ({ y: k.map((v) => mul(0.375, v), [p]) });
        const outcome = await kernels.record('new', {}, unknown).then(
          (program) => (program.dispose(), 'made'),
          (error: unknown) => String(error),
        );
        expect(outcome).toBe(compiling.mock.calls.length > 0 ? 'CompileError: too long' : 'made');
      } finally {
        compiling.mockRestore();
      }
      expect(kernels.counters()).toEqual(before);
    });
  });
}
