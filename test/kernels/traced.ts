/** Two runs of a random program, in a mode of `k`: the second one begins with what the first one stored. */
import type { InputSpecs, Kernels } from '../../runtime/kernels/device.ts';
import { endsOf } from '../../runtime/kernels/ends.ts';
import type { K, Shape, Value } from '../../runtime/kernels/k.ts';
import { recordProgram } from '../../runtime/kernels/program.ts';
import { random } from './plain.ts';

/** `ending`: line by line, where each value ends behind its last use. */
export type Mode = 'eager' | 'ending' | 'recorded';

export type Values<T> = { readonly [Name in keyof T]: Value };

/** What lasts from one run to the next: two shapes of as many elements, and a column. */
const parameterShapes = { a: [3, 4], b: [4, 3], c: [3, 1] } as const;

export type Parameters = Values<typeof parameterShapes>;

interface Calls<I extends InputSpecs> {
  readonly inputs: I;
  /** The values of a run, each made by its name. */
  readonly batch: (of: (name: keyof I & string) => Value) => Values<I>;
  readonly write: (k: K, p: Parameters, batch: Values<I>) => Readonly<Record<string, Value>>;
}

/** All that the runs leave: results, then parameters, of the one and of the other. */
export async function traced<const I extends InputSpecs>(
  kernels: Kernels,
  mode: Mode,
  { inputs, batch, write }: Calls<I>,
): Promise<readonly unknown[]> {
  const allocated = (shape: Shape, salt: number): Value => kernels.allocate(shape, 'float32', random(shape, salt).data);
  const { a, b, c } = parameterShapes;
  const p = { a: allocated(a, 1), b: allocated(b, 2), c: allocated(c, 3) };
  const results: unknown[] = [];
  const names: string[] = [];
  const program =
    mode !== 'recorded'
      ? undefined
      : await kernels.record('random', inputs, (k, values) => {
          const outputs = write(k, p, values);
          names.push(...Object.keys(outputs));
          return outputs;
        });
  for (const run of [1, 2]) {
    const data = Object.entries(inputs).map(([name, { shape, dtype }], i) => {
      const drawn = random(shape, 10 * (i + 1) * run).data;
      return { name, shape, dtype, data: dtype === 'int32' ? drawn.map((v) => Math.floor(Math.abs(v) * 4)) : drawn };
    });
    if (program === undefined) {
      const given = new Map(data.map(({ name, shape, dtype, data }) => [name, kernels.allocate(shape, dtype, data)]));
      const values = batch((name) => {
        const value = given.get(name);
        if (value === undefined) throw new Error(`no input ${name}`);
        return value;
      });
      const { instructions, outputs } = recordProgram('random', {}, (k) => write(k, p, values));
      const eager = kernels.eager(mode === 'ending' ? endsOf(instructions, [...outputs.values()]) : undefined);
      for (const value of Object.values(write(eager.k, p, values))) results.push(await kernels.read(value));
      eager.dispose();
      kernels.release(...given.values());
    } else {
      for (const { name, data: own } of data) program.setInput(name, own);
      program.run();
      for (const name of names) results.push(await program.read(name));
    }
    for (const value of Object.values(p)) results.push(await kernels.read(value));
  }
  program?.dispose();
  kernels.release(...Object.values(p));
  return results;
}
