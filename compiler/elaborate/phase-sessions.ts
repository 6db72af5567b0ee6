/** The sessions in which a spec is read again for each phase: one for each of its steps, and one of its evaluation. */
import type { Augmentation } from '../ir/model.ts';
import type { World } from './frame/context.ts';
import type { Session } from './frame/spec.ts';
import { evaluationOf, frozenIn, isSameFigures, objectiveOf, stageOf } from './plan.ts';
import type { Objective, Plan } from './plan.ts';
import { runSession } from './session.ts';
import type { Task } from './session.ts';
import type { PhaseStatement, StepStatement } from './statements/stages.ts';

/** The sessions of a phase: one for each of its steps, and one of its evaluation. */
export interface PhaseSessions {
  /** Undefined where the spec names no phases. */
  readonly phase: PhaseStatement | undefined;
  readonly sessions: readonly StepSession[];
  readonly evaluation: Session;
}

export interface StepSession {
  /** Undefined where the phase names no steps. */
  readonly step: StepStatement | undefined;
  readonly objective: Objective;
  readonly session: Session;
}

/** What is known once the whole spec has been read. */
interface Read {
  readonly task: Task;
  readonly plan: Plan;
  readonly first: Session;
  readonly pairs: World['pairs'];
  readonly reparams: World['reparams'];
  readonly augmented: Augmentation | undefined;
}

/** In the order of the phases. */
export function phaseSessions(read: Read): readonly PhaseSessions[] {
  const { plan, first } = read;
  const objectives = plan.phases.map((_, at) => objectiveOf(plan, at, first));
  // Training is read first: of a mistake that is met in both, it is the one that tells.
  const sessions = objectives.map((objective, at) => trainingSessions(read, objective, at));
  const evaluations = evaluationSessions(read, objectives);
  return plan.phases.map((phase, at) => ({
    phase,
    sessions: sessions[at] ?? [],
    evaluation: evaluations[at] ?? first,
  }));
}

/** Of a phase. What reads nothing else than the whole spec does is not read again. */
function trainingSessions(
  { task, plan, first, pairs, reparams, augmented }: Read,
  objective: Objective,
  at: number,
): readonly StepSession[] {
  const freezes = frozenIn(first, at);
  const isAsRead = plan.parts.length === 0 && freezes.length === 0 && pairs.size === 0 && augmented === undefined;
  return objective.steps.map((step): StepSession => {
    if (isAsRead) return { step, objective, session: first };
    const stage = stageOf(plan, at, objective, step, first);
    const session = runSession(task, 'training', { freezes, pairs, reparams, stage, augmented: augmented?.ports });
    return { step, objective, session };
  });
}

/** Of each phase. Those that measure the same, which follow one another, are evaluated alike: as the last of them is. */
function evaluationSessions(
  { task, plan, first, pairs, reparams }: Read,
  objectives: readonly Objective[],
): readonly Session[] {
  const prepared = new Set(
    first.spec.prep
      .filter(({ kind }) => kind === 'scale' || kind === 'standardize' || kind === 'minmax')
      .map(({ port }) => port),
  );
  return objectives.reduceRight<readonly Session[]>((later, objective, at) => {
    const next = objectives[at + 1];
    const [known] = later;
    if (known !== undefined && next !== undefined && isSameFigures(objective, next)) return [known, ...later];
    const stage = evaluationOf(plan, at, objective);
    const freezes = frozenIn(first, at);
    return [runSession(task, 'evaluation', { freezes, pairs, reparams, stage, prepared }), ...later];
  }, []);
}
