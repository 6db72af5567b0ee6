/** What one step trains, and how: its loss, and an update for each parameter. */
import { say } from '../diagnostics/say.ts';
import { GraphBuild } from '../ir/graph-build.ts';
import type { Augmentation, TrainingStep, Update } from '../ir/model.ts';
import type { Graph, GraphOutput, Value } from '../ir/types.ts';
import type { Reporter } from '../language/report.ts';
import { expectedLoss } from './advice/expected-loss.ts';
import { definitionNamed } from './evaluate/use.ts';
import { originOf } from './frame/context.ts';
import type { Declared } from './frame/context.ts';
import { report } from './frame/report.ts';
import type { Session } from './frame/spec.ts';
import type { PhaseSessions, StepSession } from './phase-sessions.ts';
import type { Watched } from './statements/settings.ts';
import type { StepStatement } from './statements/stages.ts';
import { groupsOf, updateOf } from './training/optimizers.ts';
import type { Group } from './training/optimizers.ts';
import { plateauOf } from './training/plateau.ts';
import { scheduleFactor, warmupOf } from './training/schedule.ts';
import { select } from './training/selection.ts';
import { totalLoss, unreached } from './training/total-loss.ts';
import { Updates } from './training/updates.ts';

export interface Trained {
  /** Undefined after a mistake. */
  readonly step: TrainingStep | undefined;
  readonly loss: Value | undefined;
  readonly groups: ReadonlyMap<string, Group>;
}

/** What one session trains, and how. `whole`: no mistake was made before. */
export function trainedStep(
  { step, objective, session }: StepSession,
  whole: boolean,
  augmented: Augmentation | undefined,
  watched: Watched,
  reporter: Reporter,
): Trained {
  const { spec, frame, parts } = session;
  const { run } = frame;
  for (const { selector } of spec.freezes) select(selector, frame);
  requireStatements(session, step, reporter);
  const loss = totalLoss(session);
  const covered = step === undefined ? [...run.parameters.values()] : select(step.updates, frame);
  const alive = covered.filter((parameter) => !parameter.frozen);
  const lost = whole ? unreached(session, alive, objective.losses?.name.text) : [];
  const groups = groupsOf(
    spec,
    alive.filter((parameter) => !lost.includes(parameter)),
    frame,
  );
  const updates = new Updates(spec);
  const made: Update[] = [];
  for (const parameter of alive) {
    const group = lost.includes(parameter) ? undefined : groups.get(parameter.path);
    const update = group === undefined ? undefined : updates.of(parameter, group);
    if (update !== undefined) made.push(update);
  }
  const plateau = plateauOf(spec.schedule, watched);
  if (reporter.errors > 0) checkUnused(session, groups);
  if (reporter.errors > 0 || loss === undefined) return { step: undefined, loss, groups };
  const part = parts.find(({ statement }) => statement === step);
  const losses = spec.losses.map(({ weighted }, i): GraphOutput => ({
    role: 'part',
    name: `loss/${i}`,
    value: weighted,
  }));
  const states = [...run.newStates].map(([path, value]): GraphOutput => ({ role: 'state', name: path, value }));
  return {
    step: {
      name: step?.name.text,
      times: part?.type === 'step' ? part.times : 1,
      graph: run.graph.finish([{ role: 'loss', name: 'loss', value: loss }, ...losses, ...states]),
      updates: made,
      clips: spec.clips,
      accumulate: spec.accumulate,
      warmup: spec.schedule === undefined ? 0 : warmupOf(spec.schedule),
      plateau,
      // Of mixed targets it is that of no class.
      expectedLoss: augmented?.ports.some(({ role }) => role === 'target') === true ? undefined : expectedLoss(session),
    },
    loss,
    groups,
  };
}

/** What is not frozen is updated by some step of its phase. */
export function demandTrained(staged: readonly PhaseSessions[], trained: ReadonlyMap<Session, Trained>): void {
  for (const { sessions } of staged) {
    const [one] = sessions;
    if (one?.step === undefined) continue;
    const updated = new Set(
      sessions
        .flatMap(({ session }) => [...(trained.get(session)?.step?.updates ?? [])])
        .map(({ parameter }) => parameter),
    );
    const { frame } = one.session;
    const left = [...frame.run.parameters.values()].filter(({ path, frozen }) => !frozen && !updated.has(path));
    if (left.length > 0)
      report(say.NN3006.steps({ parameters: left.map(({ path }) => path) }), one.step.name.span, frame);
  }
}

/** What every model has: an input, a loss, an optimizer, something to train. */
function requireStatements({ spec, frame }: Session, step: StepStatement | undefined, reporter: Reporter): void {
  const { source } = frame.site;
  const parameters = [...frame.run.parameters.values()];
  const broken = reporter.errors > 0;
  const start = { start: 0, end: Math.min(source.text.length, 1) };
  const [optimizer] = spec.optimizers;
  if (!spec.ports.some((port) => port.role === 'input') && !broken) report(say.NN3001.none(), start, frame);
  if (step !== undefined && spec.lossStatements === 0)
    report(say.NN3002.step({ name: step.name.text }), step.name.span, frame);
  else if (optimizer !== undefined && spec.lossStatements === 0)
    report(say.NN3002.none(), optimizer.command.span, frame);
  if (spec.lossStatement !== undefined && optimizer === undefined) report(say.NN3003.none(), spec.lossStatement, frame);
  if (optimizer !== undefined && !broken && parameters.every((parameter) => parameter.frozen)) {
    const told = parameters.length === 0 ? say.NN3011.noParameters() : say.NN3011.frozen();
    report(told, optimizer.command.span, frame);
  }
}

/** Optimizers and schedules that mistakes elsewhere keep from being used are checked against a stand-in. */
function checkUnused({ spec, frame }: Session, groups: ReadonlyMap<string, Group>): void {
  const used = new Set([...groups.values()].map((group) => group.later));
  const at = originOf(frame, { start: 0, end: 0 });
  const init: Graph = { inputs: [], nodes: [], outputs: [] };
  const made = { source: frame.site.source, span: at.span };
  const standIn: Declared = { path: 'parameter', shape: [2, 2], init, origin: at, frozen: false, made };
  for (const later of spec.optimizers) {
    const named = used.has(later) ? undefined : definitionNamed('optim', later.command, later.frame);
    if (named !== undefined) updateOf(standIn, { later, named }, { schedule: undefined, ema: undefined });
  }
  if (spec.schedule !== undefined && groups.size === 0) {
    const graph = new GraphBuild(at, 'update');
    scheduleFactor(spec.schedule, { ...frame, run: { ...frame.run, graph, mode: 'update' } });
  }
}

/** Whether the spec says how it is trained. */
export function isTrained({ spec }: Session): boolean {
  return spec.lossStatements > 0 || spec.optimizers.length > 0;
}
