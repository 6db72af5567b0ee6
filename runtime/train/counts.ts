/** Where a trainer stands: its phase, and how far each of that phase's steps is. */
import type { ModelDefinition } from '../model.ts';
import { isStaged, phaseAt } from '../phases.ts';
import type { Phase, Step } from '../phases.ts';
import type { Snapshot, StepProgress } from './trainer.ts';

interface Count {
  readonly step: Step;
  /** Updates in this phase. */
  t: number;
  /** Runs in the accumulators. */
  group: number;
}

export class Counts {
  /** Updates of all steps in all phases. */
  t = 0;
  microBatches = 0;
  readonly #model: ModelDefinition;
  #at = 0;
  #phase: Phase;
  #counts: readonly Count[];
  /** By the names of steps: a name that comes again in another phase goes on. */
  readonly #runs = new Map<string | undefined, number>();

  constructor(model: ModelDefinition) {
    this.#model = model;
    this.#phase = phaseAt(model, 0);
    this.#counts = fresh(this.#phase);
  }

  get at(): number {
    return this.#at;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether no step has a group under way. */
  get isWhole(): boolean {
    return this.#counts.every(({ group }) => group === 0);
  }

  of(at: number): Readonly<Count> & { readonly runs: number } {
    const count = this.#count(at);
    return { ...count, runs: this.#runs.get(count.step.name) ?? 0 };
  }

  #count(at: number): Count {
    const count = this.#counts[at];
    if (count === undefined) throw new RangeError(`the phase has no step ${at}`);
    return count;
  }

  /** A step has run over a batch. */
  ran(at: number): void {
    const count = this.#count(at);
    count.group += 1;
    this.#runs.set(count.step.name, (this.#runs.get(count.step.name) ?? 0) + 1);
  }

  /** A step has made an update of its group. */
  updated(at: number): void {
    const count = this.#count(at);
    count.group = 0;
    count.t += 1;
    this.t += 1;
  }

  enter(at: number): void {
    this.#phase = phaseAt(this.#model, at);
    this.#at = at;
    this.#counts = fresh(this.#phase);
  }

  saved(): Pick<Snapshot, 't' | 'microBatches' | 'phase' | 'steps'> {
    const { t, microBatches } = this;
    if (!isStaged(this.#model)) return { t, microBatches };
    const own = new Map(this.#counts.map(({ step, t: updates }) => [step.name, updates]));
    const names = new Set([...this.#runs.keys(), ...own.keys()]);
    const steps = [...names].map((name): readonly [string, StepProgress] => [
      name ?? '',
      { t: own.get(name) ?? 0, runs: this.#runs.get(name) ?? 0 },
    ]);
    return { t, microBatches, phase: this.#at, steps: Object.fromEntries(steps) };
  }

  /** In the phase of the snapshot, which has been entered. */
  restore({ t, microBatches, steps }: Pick<Snapshot, 't' | 'microBatches' | 'steps'>): void {
    this.t = t;
    this.microBatches = microBatches;
    const known: Readonly<Record<string, StepProgress>> = steps ?? { '': { t, runs: microBatches } };
    this.#runs.clear();
    for (const [name, { runs }] of Object.entries(known)) this.#runs.set(name === '' ? undefined : name, runs);
    this.#counts = fresh(this.#phase).map((count) => ({ ...count, t: known[count.step.name ?? '']?.t ?? 0 }));
  }
}

const fresh = ({ steps }: Phase): readonly Count[] => steps.map((step) => ({ step, t: 0, group: 0 }));
