/** The steps of a program as the emitted file has them: what their functions and types are called. */
import type { Plan } from '../../ir/plan.ts';
import type { Phase } from '../../ir/model.ts';
import type { Functions, Program, TrainingEntry } from '../../ir/program.ts';
import type { Scope } from './names.ts';
import type { Penalised, PenaltyTable } from './penalties.ts';
import type { SlotTable } from './slot-rules.ts';
import type { TrainingText } from './training.ts';
import type { Kind } from './updates.ts';
import type { EvaluationNames } from './use.ts';

/** Names of the module, of values and of types. */
export interface StepNames {
  readonly slots: string;
  readonly penalised: string;
  readonly numbers: string;
  readonly forward: string;
  readonly backward: string;
  readonly accumulateGradients: string;
  readonly update: string;
  readonly S: string;
  readonly N: string;
  readonly G: string;
  /** What stands before the names of random streams: `d/`. */
  readonly streams: string;
}

/** A step with its names, and the functions that update its parameters. */
export interface StepFacts extends TrainingEntry {
  readonly names: StepNames;
  readonly kinds: readonly Kind[];
  readonly penalised: Penalised;
}

/** A step as it is written. */
export interface StepText extends StepFacts {
  readonly slots: SlotTable;
  readonly reached: PenaltyTable;
  /** The function of its numbers. */
  readonly numbers: string;
  /** The functions that it is the first to call. */
  readonly functionTexts: readonly string[];
  readonly training: TrainingText;
}

/** `forward`, or `forward_head_only_d` where there are several steps. */
export function stepNames({ phase, step }: TrainingEntry, { training }: Program, scope: Scope): StepNames {
  const own = [phase.name, step.name].filter((name) => name !== undefined);
  const name = (word: string): string => (training.length === 1 ? word : scope.takeFunction([word, ...own].join('_')));
  return {
    slots: name('slots'),
    penalised: name('penalised'),
    numbers: name('numbers'),
    forward: name('forward'),
    backward: name('backward'),
    accumulateGradients: name('accumulateGradients'),
    update: name('update'),
    S: name('S'),
    N: name('N'),
    G: name('G'),
    streams: step.name === undefined ? '' : `${step.name}/`,
  };
}

/** `evaluate_pretrain`, of a phase that is measured by something of its own. */
export function evaluationNames({ name = '' }: Phase, scope: Scope): EvaluationNames {
  const named = (word: string): string => scope.takeFunction(`${word}_${name}`);
  return { evaluate: named('evaluate'), figures: named('figures') };
}

/** `phase head_only, step d`, as a heading has it. */
export const stepTitle = ({ phase, step }: Pick<TrainingEntry, 'phase' | 'step'>): string =>
  [phase.name === undefined ? [] : [`phase ${phase.name}`], step.name === undefined ? [] : [`step ${step.name}`]]
    .flat()
    .join(', ');

/** All plans but those of functions. */
export const plansOf = ({
  training,
  features,
  augmentation,
  evaluation,
  ownEvaluations,
  inference,
}: Program): readonly Plan[] => [
  ...training.map(({ plan }) => plan),
  ...(features === undefined ? [] : [features]),
  ...(augmentation === undefined ? [] : [augmentation]),
  evaluation,
  ...ownEvaluations.values(),
  inference,
];

/** All functions, those that others call before them. */
export const functionsIn = ({ training, functions }: Program): Functions =>
  new Map([...training.map((entry) => entry.functions), functions].flatMap((each) => [...each]));
