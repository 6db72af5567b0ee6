/** A routine: functions of the model as one program over a batch, run line by line or recorded once for each size. */
import type { Elements, InputSpecs, Kernels, Recorded, Settings } from '../kernels/device.ts';
import { endsOf } from '../kernels/ends.ts';
import type { Ends } from '../kernels/ends.ts';
import type { K, Value } from '../kernels/k.ts';
import { recordProgram } from '../kernels/program.ts';
import { Recent } from '../kernels/recent.ts';
import type { Values } from '../model.ts';
import type { HostBatch } from './batch.ts';
import { own, put } from '../own.ts';

export type Mode = 'recorded' | 'eager';

export interface Routine {
  readonly name: string;
  inputs(rows: number): InputSpecs;
  /** Returns what is to be read. For batches of one size it calls the same. */
  build(k: K, inputs: Values, rows: number): Values;
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
  /** Frees the programs of a routine, but those that are running; what is run later is recorded anew. */
  release(routine: Routine): void;
  /** Frees all programs. */
  dispose(): void;
}

function apply(target: Settings, { scalars, seed, counter }: RunSettings): void {
  target.setScalars(scalars);
  target.setSeed(seed);
  target.setCounter(counter);
}

/** Sizes that are known of each routine: a full and a last batch in training and in evaluation, and some to spare. */
const kept = 4;

/** Line by line. What a routine makes ends behind its last use, which is known since it is recorded before it runs. */
export function eagerRunner(kernels: Kernels): Runner {
  const known = new Map<Routine, Recent<Ends>>();

  function endsFor(routine: Routine, rows: number): Ends {
    const bySize = known.get(routine) ?? new Recent<Ends>(kept);
    known.set(routine, bySize);
    return bySize.of(String(rows), () => {
      const { instructions, outputs } = recordProgram(routine.name, routine.inputs(rows), (k, inputs) =>
        routine.build(k, inputs, rows),
      );
      return endsOf(instructions, [...outputs.values()]);
    });
  }

  return {
    async run(routine, batch, settings) {
      const eager = kernels.eager(endsFor(routine, batch.rows));
      const inputs = new Map<string, Value>();
      try {
        apply(eager, settings);
        for (const [name, { shape, dtype }] of Object.entries(routine.inputs(batch.rows))) {
          inputs.set(name, kernels.allocate(shape, dtype, own(batch.elements, name)));
        }
        const outputs = routine.build(eager.k, Object.fromEntries(inputs), batch.rows);
        const results: Record<string, RunResult> = {};
        for (const [name, value] of Object.entries(outputs)) {
          const elements = await kernels.read(value);
          put(results, name, { shape: value.shape, elements: Promise.resolve(elements) });
        }
        return results;
      } finally {
        eager.dispose();
        kernels.release(...inputs.values());
      }
    },
    release: (routine) => void known.delete(routine),
    dispose() {
      known.clear();
    },
  };
}

interface Made {
  readonly program: Recorded;
  readonly outputs: Values;
}

/** A program for one size, which whoever asks for it while it is being made shares. */
interface Entry {
  readonly making: Promise<Made>;
  made?: Made;
  users: number;
}

export function recordedRunner(kernels: Kernels): Runner {
  const programs = new Map<Routine, Map<number, Entry>>();

  async function make(routine: Routine, rows: number): Promise<Made> {
    let outputs: Values = {};
    const program = await kernels.record(`${routine.name} over ${rows} rows`, routine.inputs(rows), (k, inputs) => {
      outputs = routine.build(k, inputs, rows);
      return outputs;
    });
    return { program, outputs };
  }

  function entryOf(routine: Routine, bySize: Map<number, Entry>, rows: number): Entry {
    const known = bySize.get(rows);
    const entry = known ?? { making: make(routine, rows), users: 0 };
    // The latest stand last.
    bySize.delete(rows);
    bySize.set(rows, entry);
    return entry;
  }

  /** Those that were not used for longest go first. */
  function trim(bySize: Map<number, Entry>): void {
    for (const [rows, { made, users }] of bySize) {
      if (bySize.size <= kept) return;
      if (users > 0 || made === undefined) continue;
      made.program.dispose();
      bySize.delete(rows);
    }
  }

  return {
    async run(routine, batch, settings) {
      const bySize = programs.get(routine) ?? new Map<number, Entry>();
      programs.set(routine, bySize);
      const entry = entryOf(routine, bySize, batch.rows);
      entry.users++;
      try {
        entry.made ??= await entry.making;
        return start(entry.made, batch, settings);
      } catch (error) {
        // What could not be made is tried anew by the next call.
        if (bySize.get(batch.rows) === entry && entry.made === undefined) bySize.delete(batch.rows);
        throw error;
      } finally {
        entry.users--;
        trim(bySize);
      }
    },
    release(routine) {
      const bySize = programs.get(routine) ?? new Map<number, Entry>();
      for (const [rows, { made, users }] of bySize) {
        if (users > 0 || made === undefined) continue;
        made.program.dispose();
        bySize.delete(rows);
      }
    },
    dispose() {
      for (const bySize of programs.values()) for (const { made } of bySize.values()) made?.program.dispose();
      programs.clear();
    },
  };
}

/** Copies the batch in, runs, and asks for the results: nothing may come between. */
function start({ program, outputs }: Made, batch: HostBatch, settings: RunSettings): Record<string, RunResult> {
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
}
