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
  /** Runs in this phase and, of a step of this name, in those before it. */
  runs: number;
}

export class Counts {
  /** Updates of all steps in all phases. */
  t = 0;
  microBatches = 0;
  readonly #model: ModelDefinition;
  #at = 0;
  #phase: Phase;
  #counts: readonly Count[];
  /** Runs of steps of other phases, by their names: a name that comes again goes on. */
  readonly #others = new Map<string | undefined, number>();

  constructor(model: ModelDefinition) {
    this.#model = model;
    this.#phase = phaseAt(model, 0);
    this.#counts = this.#fresh();
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

  of(at: number): Readonly<Count> {
    return this.#count(at);
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
    count.runs += 1;
  }

  /** A step has made an update of its group. */
  updated(at: number): void {
    const count = this.#count(at);
    count.group = 0;
    count.t += 1;
    this.t += 1;
  }

  enter(at: number): void {
    for (const { step, runs } of this.#counts) this.#others.set(step.name, runs);
    this.#phase = phaseAt(this.#model, at);
    this.#at = at;
    this.#counts = this.#fresh();
  }

  #fresh(): readonly Count[] {
    return this.#phase.steps.map((step) => ({ step, t: 0, group: 0, runs: this.#others.get(step.name) ?? 0 }));
  }

  saved(): Pick<Snapshot, 't' | 'microBatches' | 'phase' | 'steps'> {
    const { t, microBatches } = this;
    if (!isStaged(this.#model)) return { t, microBatches };
    const others = [...this.#others].map(([name, runs]): Named => [name ?? '', { t: 0, runs }]);
    const own = this.#counts.map(({ step, t: updates, runs }): Named => [step.name ?? '', { t: updates, runs }]);
    return { t, microBatches, phase: this.#at, steps: Object.fromEntries([...others, ...own]) };
  }

  /** In the phase of the snapshot, which has been entered. */
  restore({ t, microBatches, steps }: Pick<Snapshot, 't' | 'microBatches' | 'steps'>): void {
    this.t = t;
    this.microBatches = microBatches;
    const known: Readonly<Record<string, StepProgress>> = steps ?? { '': { t, runs: microBatches } };
    this.#others.clear();
    for (const [name, { runs }] of Object.entries(known)) this.#others.set(name === '' ? undefined : name, runs);
    this.#counts = this.#fresh().map((count) => ({ ...count, t: known[count.step.name ?? '']?.t ?? 0 }));
  }
}

/** How far a step is, by its name. */
type Named = readonly [string, StepProgress];
