/** Where a trainer stands: its phase, and how far each of that phase's steps is. */
import type { ModelDefinition } from '../model.ts';
import { isStaged, phaseAt } from '../phases.ts';
import type { Phase, Step } from '../phases.ts';
import { afterEpoch, level } from './plateau.ts';
import type { PlateauState } from './plateau.ts';
import type { Figures, Snapshot, StepProgress } from './trainer.ts';

interface Count {
  readonly step: Step;
  /** Updates in this phase. */
  t: number;
  /** Runs in the accumulators. */
  group: number;
  /** Runs in this phase and, of a step of this name, in those before it. */
  runs: number;
  /** Of a step whose schedule watches a figure: how that stands in this phase. */
  plateau: PlateauState;
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

  /** Whether a step of the phase has a schedule that watches a figure. */
  get isWatching(): boolean {
    return this.#counts.some(({ step }) => step.plateau !== undefined);
  }

  /** An epoch has given these figures. */
  observe(figures: Figures): void {
    for (const count of this.#counts)
      if (count.step.plateau !== undefined) count.plateau = afterEpoch(count.step.plateau, count.plateau, figures);
  }

  enter(at: number): void {
    for (const { step, runs } of this.#counts) this.#others.set(step.name, runs);
    this.#phase = phaseAt(this.#model, at);
    this.#at = at;
    this.#counts = this.#fresh();
  }

  #fresh(): readonly Count[] {
    return this.#phase.steps.map((step) => ({
      step,
      t: 0,
      group: 0,
      runs: this.#others.get(step.name) ?? 0,
      plateau: level,
    }));
  }

  saved(): Pick<Snapshot, 't' | 'microBatches' | 'phase' | 'steps' | 'plateaus'> {
    const { t, microBatches } = this;
    const watching = this.#counts.filter(({ step }) => step.plateau !== undefined);
    const plateaus = Object.fromEntries(watching.map(({ step, plateau }) => [step.name ?? '', plateau]));
    const watched = watching.length === 0 ? {} : { plateaus };
    if (!isStaged(this.#model)) return { t, microBatches, ...watched };
    const others = [...this.#others].map(([name, runs]): Named => [name ?? '', { t: 0, runs }]);
    const own = this.#counts.map(({ step, t: updates, runs }): Named => [step.name ?? '', { t: updates, runs }]);
    return { t, microBatches, phase: this.#at, steps: Object.fromEntries([...others, ...own]), ...watched };
  }

  /** In the phase of the snapshot, which has been entered. */
  restore({ t, microBatches, steps, plateaus = {} }: Omit<Snapshot, 'weights' | 'averages' | 'slots'>): void {
    this.t = t;
    this.microBatches = microBatches;
    const known: Readonly<Record<string, StepProgress>> = steps ?? { '': { t, runs: microBatches } };
    this.#others.clear();
    for (const [name, { runs }] of Object.entries(known)) this.#others.set(name === '' ? undefined : name, runs);
    this.#counts = this.#fresh().map((count) => {
      const name = count.step.name ?? '';
      return { ...count, t: known[name]?.t ?? 0, plateau: plateaus[name] ?? level };
    });
  }
}

/** How far a step is, by its name. */
type Named = readonly [string, StepProgress];
