/** Line by line a routine runs as it was recorded for batches of the size. */
import { expect, test } from 'vitest';
import { createKernels } from '../../runtime/kernels/index.ts';
import { add, exp } from '../../runtime/kernels/scalar/functions.ts';
import { eagerRunner } from '../../runtime/train/routine.ts';
import type { Routine } from '../../runtime/train/routine.ts';

test.each(['wasm', 'cpu'] as const)('what is used later at one size only is there: %s', async (backend) => {
  const kernels = await createKernels(backend);
  const routine: Routine = {
    name: 'sizes',
    inputs: (rows) => ({ x: { shape: [rows], dtype: 'float32' } }),
    build(k, { x }, rows) {
      if (x === undefined) throw new Error('no input');
      const [e, twice] = [k.map(exp, [x]), k.map((v) => add(v, v), [x])];
      return { y: k.sum(rows === 1 ? twice : k.map(add, [e, twice])) };
    },
  };
  const runner = eagerRunner(kernels);
  const settings = { scalars: {}, seed: 1, counter: 0 };
  for (const [elements, wanted] of [
    [[1], 2],
    [[1, 0], Math.E + 3],
    [[3], 6],
  ] as const) {
    const { y } = await runner.run(routine, { rows: elements.length, elements: { x: elements } }, settings);
    expect((await y?.elements)?.[0]).toBeCloseTo(wanted, 5);
    expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
  }
  kernels.dispose();
});
