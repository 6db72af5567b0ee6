/** The plan of a run: which phases and steps a spec has, and what of it holds in each of them. */
import type { File, Identifier, Statement } from '../../grammar/ast.ts';
import { note } from '../diagnostics/catalog/notes.ts';
import { say } from '../diagnostics/say.ts';
import { scopeOf } from '../ir/paths.ts';
import { covers } from '../language/selectors.ts';
import type { Stage } from './frame/context.ts';
import { report } from './frame/report.ts';
import type { Part, Session, Spec } from './frame/spec.ts';
import type { PhaseStatement, StepStatement } from './statements/stages.ts';

export interface Plan {
  /** One after the other; a spec that names none has one. */
  readonly phases: readonly (PhaseStatement | undefined)[];
  /** Those that stand outside of phases. */
  readonly steps: readonly StepStatement[];
  /** All that is named. */
  readonly parts: readonly (PhaseStatement | StepStatement)[];
}

/** Phases stand at top level, and steps there or in a phase. */
export function planOf({ statements }: File): Plan {
  const phases = statements.filter((statement) => statement.type === 'phase');
  const steps = stepsAmong(statements);
  const inPhases = phases.flatMap(({ body }) => stepsAmong(body.statements));
  return { phases: phases.length > 0 ? phases : [undefined], steps, parts: [...phases, ...steps, ...inPhases] };
}

const stepsAmong = (statements: readonly Statement[]): readonly StepStatement[] =>
  statements.filter((statement) => statement.type === 'step');

/** What a phase makes small, and what it reports: as it says itself, or the last one before it, or the spec outside of phases. */
export interface Objective {
  /** The steps that it runs; one without a name where it has none. */
  readonly steps: readonly (StepStatement | undefined)[];
  /** The phase that says losses or steps; undefined: they stand outside. */
  readonly losses: PhaseStatement | undefined;
  /** The phase that says metrics. */
  readonly metrics: PhaseStatement | undefined;
}

/** `first` has read the whole spec. */
export function objectiveOf(plan: Plan, at: number, first: Session): Objective {
  const stepsOf = (phase: PhaseStatement | undefined): readonly Part[] =>
    first.parts.filter((part) => part.type === 'step' && part.phase === phase);
  const last = (says: (phase: PhaseStatement, spec: Spec) => boolean): PhaseStatement | undefined =>
    plan.phases.slice(0, at + 1).findLast((phase) => {
      const part = phase && first.parts.find(({ statement }) => statement === phase);
      return phase !== undefined && part !== undefined && says(phase, part.spec);
    });
  const losses = last((phase, { lossStatements }) => lossStatements > 0 || stepsOf(phase).length > 0);
  const steps = losses === undefined ? plan.steps : stepsAmong(losses.body.statements);
  const metrics = last((_, spec) => spec.metrics.length > 0);
  return { steps: steps.length > 0 ? steps : [undefined], losses, metrics };
}

export const isSameFigures = (one: Objective, other: Objective): boolean =>
  one.losses === other.losses && one.metrics === other.metrics;

/** All of the run at once. */
export const wholeRun = ({ phases, parts }: Plan): Stage => ({
  known: new Set(parts),
  phases: new Set(phases.filter((phase) => phase !== undefined)),
  steps: new Set(parts),
  takes: () => true,
  updates: () => true,
});

/** A phase as it is evaluated: over the losses of all its steps. */
export function evaluationOf(plan: Plan, at: number, { steps, losses, metrics }: Objective): Stage {
  const named = steps.filter((step) => step !== undefined);
  const all: readonly Statement[] = named;
  return {
    ...wholeRun(plan),
    phases: new Set(plan.phases.slice(0, at + 1).filter((phase) => phase !== undefined)),
    steps: new Set(named),
    takes: (sort, part) => {
      if (sort === 'metric') return part === metrics;
      return named.length > 0 ? part !== undefined && all.includes(part) : part === losses;
    },
  };
}

/** One step in one phase. `first` has read the whole spec. */
export function stageOf(
  plan: Plan,
  at: number,
  objective: Objective,
  step: StepStatement | undefined,
  first: Session,
): Stage {
  const whole = evaluationOf(plan, at, objective);
  if (step === undefined) return whole;
  // A layer's states are written by the step that updates its weights, whatever names those.
  const own = [...first.frame.run.parameters.keys()].filter((path) => covers(step.updates, path));
  const scopes = new Set(own.map(scopeOf));
  const states = first.frame.run.states;
  const updates = (path: string): boolean =>
    covers(step.updates, path) || (states.has(path) && scopes.has(scopeOf(path)));
  return { ...whole, steps: new Set([step]), updates };
}

/** What is frozen and unfrozen up to a phase, in the order in which it holds. */
export function frozenIn({ outside, parts }: Session, at: number): Spec['freezes'] {
  const phases = parts.filter((part) => part.type === 'phase').slice(0, at + 1);
  return [...outside.freezes, ...phases.flatMap(({ spec }) => spec.freezes)];
}

/** Names that are given twice, epochs that are said twice, and losses beside steps. */
export function checkPlan({ phases, steps }: Plan, { frame, spec, parts, outside }: Session): void {
  const named = phases.filter((phase) => phase !== undefined);
  for (const all of [named, steps, ...named.map(({ body }) => stepsAmong(body.statements))]) {
    const before = new Map<string, Identifier>();
    for (const { name } of all) {
      const known = before.get(name.text);
      before.set(name.text, known ?? name);
      if (known === undefined) continue;
      const also = [{ source: frame.site.source, span: known.span, text: note.first }];
      report(say.NN2009.declared({ name: name.text }), name.span, frame, { also });
    }
  }
  const written = named.length > 0 ? spec.train?.epochsSpan : undefined;
  if (written !== undefined) report(say.NN3018.epochs(), written, frame);
  for (const phase of [undefined, ...named]) {
    const losses = phase === undefined ? outside : parts.find(({ statement }) => statement === phase)?.spec;
    const beside = phase === undefined ? steps : stepsAmong(phase.body.statements);
    if (losses?.lossStatement !== undefined && beside.length > 0)
      report(say.NN3018.lossOutside(), losses.lossStatement, frame);
  }
}
