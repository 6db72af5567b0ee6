/** A routine: functions of the model as one program over a batch, run line by line or recorded once for each size. */
import type { Elements, InputSpecs, Kernels, Recorded, Settings } from '../kernels/device.ts';
import type { K, Value } from '../kernels/k.ts';
import type { Values } from '../model.ts';
import type { HostBatch } from './batch.ts';
import { own, put } from '../own.ts';

export type Mode = 'recorded' | 'eager';

export interface Routine {
  readonly name: string;
  inputs(rows: number): InputSpecs;
  /** Returns what is to be read; all else is freed in it. */
  build(k: K, inputs: Values): Values;
}

/** What changes from run to run besides the batch. */
export interface RunSettings {
  readonly scalars: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly counter: number;
}

export interface RunResult {
  readonly shape: readonly number[];
  readonly elements: Promise<Elements>;
}

export interface Runner {
  run(routine: Routine, batch: HostBatch, settings: RunSettings): Promise<Readonly<Record<string, RunResult>>>;
  dispose(): void;
}

function apply(target: Settings, { scalars, seed, counter }: RunSettings): void {
  target.setScalars(scalars);
  target.setSeed(seed);
  target.setCounter(counter);
}

export function eagerRunner(kernels: Kernels): Runner {
  return {
    async run(routine, batch, settings) {
      const eager = kernels.eager();
      apply(eager, settings);
      const inputs = Object.entries(routine.inputs(batch.rows)).map(
        ([name, spec]) => [name, kernels.allocate(spec.shape, spec.dtype, own(batch.elements, name))] as const,
      );
      try {
        const outputs = routine.build(eager.k, Object.fromEntries(inputs));
        const results: Record<string, RunResult> = {};
        for (const [name, value] of Object.entries(outputs)) {
          const elements = await kernels.read(value);
          put(results, name, { shape: value.shape, elements: Promise.resolve(elements) });
        }
        return results;
      } finally {
        eager.dispose();
        kernels.release(...inputs.map(([, value]) => value));
      }
    },
    dispose() {},
  };
}

/** Programs that are kept for each routine: a full and a last batch in training and in evaluation, and some to spare. */
const kept = 4;

export function recordedRunner(kernels: Kernels): Runner {
  const programs = new Map<Routine, Map<number, { program: Recorded; outputs: Readonly<Record<string, Value>> }>>();

  async function find(routine: Routine, rows: number) {
    const bySize = programs.get(routine) ?? new Map<number, { program: Recorded; outputs: Values }>();
    programs.set(routine, bySize);
    const known = bySize.get(rows);
    bySize.delete(rows);
    let entry = known;
    if (entry === undefined) {
      let outputs: Values = {};
      const program = await kernels.record(`${routine.name}(${rows})`, routine.inputs(rows), (k, inputs) => {
        outputs = routine.build(k, inputs);
        return outputs;
      });
      entry = { program, outputs };
    }
    bySize.set(rows, entry);
    for (const [size, old] of bySize) {
      if (bySize.size <= kept) break;
      old.program.dispose();
      bySize.delete(size);
    }
    return entry;
  }

  return {
    async run(routine, batch, settings) {
      const { program, outputs } = await find(routine, batch.rows);
      apply(program, settings);
      for (const [name, elements] of Object.entries(batch.elements)) program.setInput(name, elements);
      program.run();
      const results: Record<string, RunResult> = {};
      for (const [name, value] of Object.entries(outputs)) {
        const elements = program.read(name);
        // A caller may never ask; a lost device is then met by the next step.
        elements.catch(() => undefined);
        put(results, name, { shape: value.shape, elements });
      }
      return results;
    },
    dispose() {
      for (const bySize of programs.values()) for (const { program } of bySize.values()) program.dispose();
      programs.clear();
    },
  };
}
