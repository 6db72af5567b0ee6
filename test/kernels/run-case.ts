/** Runs one case of the tables on a device, in both modes of `k`. */
import type { Kernels } from '../../runtime/kernels/device.ts';
import type { Value } from '../../runtime/kernels/k.ts';
import type { Case } from './cases.ts';
import type { Plain } from './plain.ts';

export async function runEager(kernels: Kernels, one: Case): Promise<Plain[]> {
  const eager = kernels.eager();
  eager.setScalars(one.scalars ?? {});
  const inputs = one.inputs.map(({ shape, data, dtype = 'float32' }) => kernels.allocate(shape, dtype, data));
  const results: Plain[] = [];
  for (const value of one.run(eager.k, ...inputs))
    results.push({ shape: value.shape, data: [...(await kernels.read(value))] });
  eager.dispose();
  kernels.release(...inputs);
  return results;
}

export async function runRecorded(kernels: Kernels, one: Case): Promise<Plain[]> {
  const specs = Object.fromEntries(
    one.inputs.map(({ shape, dtype = 'float32' }, i) => [`input${i}`, { shape, dtype }] as const),
  );
  const shapes: (readonly number[])[] = [];
  const program = await kernels.record(one.name, specs, (k, inputs) => {
    const values = one.run(k, ...Object.values<Value>(inputs));
    shapes.push(...values.map(({ shape }) => shape));
    return Object.fromEntries(values.map((value, i) => [`${i}`, value]));
  });
  program.setScalars(one.scalars ?? {});
  one.inputs.forEach(({ data }, i) => program.setInput(`input${i}`, data));
  // Twice: nothing of the first run may be seen in the second.
  program.run();
  program.run();
  const results: Plain[] = [];
  for (const [i, shape] of shapes.entries()) results.push({ shape, data: [...(await program.read(`${i}`))] });
  program.dispose();
  return results;
}
