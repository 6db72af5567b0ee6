/** The plan of a run: which phases and steps a spec has, and what of it holds in each of them. */
import type { File, Identifier } from '../../grammar/ast.ts';
import { note } from '../diagnostics/catalog/notes.ts';
import { say } from '../diagnostics/say.ts';
import { covers } from '../language/selectors.ts';
import type { Stage } from './frame/context.ts';
import { report } from './frame/report.ts';
import type { Session, Spec } from './frame/spec.ts';
import type { PhaseStatement, StepStatement } from './statements/stages.ts';

export interface Plan {
  /** One after the other; a spec that names none has one. */
  readonly phases: readonly (PhaseStatement | undefined)[];
  readonly steps: readonly StepStatement[];
  /** All that is named. */
  readonly parts: readonly (PhaseStatement | StepStatement)[];
}

/** Phases and steps stand at top level. */
export function planOf({ statements }: File): Plan {
  const phases = statements.filter((statement) => statement.type === 'phase');
  const steps = statements.filter((statement) => statement.type === 'step');
  return { phases: phases.length > 0 ? phases : [undefined], steps, parts: [...phases, ...steps] };
}

/** The steps that each phase runs; one without a name where the spec has none. */
export const stepsIn = ({ steps }: Plan): readonly (StepStatement | undefined)[] =>
  steps.length > 0 ? steps : [undefined];

/** All of the run at once. */
export const wholeRun = ({ phases, steps, parts }: Plan): Stage => ({
  known: new Set(parts),
  phases: new Set(phases.filter((phase) => phase !== undefined)),
  steps: new Set(steps),
  updates: () => true,
});

/** One step in one phase. `first` has read the whole spec. */
export function stageOf(plan: Plan, at: number, step: StepStatement | undefined, first: Session): Stage {
  const whole = wholeRun(plan);
  const phases = new Set(plan.phases.slice(0, at + 1).filter((phase) => phase !== undefined));
  if (step === undefined) return { ...whole, phases };
  // A layer's states are written by the step that updates its weights, whatever names those.
  const own = [...first.frame.run.parameters.keys()].filter((path) => covers(step.updates, path));
  const scopes = new Set(own.map(scopeOf));
  const states = first.frame.run.states;
  const updates = (path: string): boolean =>
    covers(step.updates, path) || (states.has(path) && scopes.has(scopeOf(path)));
  return { ...whole, phases, steps: new Set([step]), updates };
}

const scopeOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

/** What is frozen and unfrozen up to a phase, in the order in which it holds. */
export function frozenIn({ freezes, parts }: Session, at: number): Spec['freezes'] {
  const phases = parts.filter((part) => part.type === 'phase').slice(0, at + 1);
  return [...freezes, ...phases.flatMap(({ spec }) => spec.freezes)];
}

/** Names that are given twice, and epochs that are said twice. */
export function checkPlan({ phases, steps }: Plan, { frame, spec }: Session): void {
  const named = phases.filter((phase) => phase !== undefined);
  for (const all of [named, steps]) {
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
}
