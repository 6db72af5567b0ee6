/** Elaborates a spec: checks it, and makes its graphs and settings, with every definition inlined. */
import type { File, Statement } from '../../grammar/ast.ts';
import { checkDefinitions } from '../check/check-definitions.ts';
import { importInto } from '../check/imports.ts';
import type { Parse, ReadImport } from '../check/imports.ts';
import type { Made } from '../language/datum.ts';
import { Library, standardLibrary } from '../language/library.ts';
import { Reporter } from '../language/report.ts';
import type { Sink, Source } from '../diagnostics/types.ts';
import type { Augmentation, Model, Phase, Port, TrainingStep, Update } from '../ir/model.ts';
import type { Graph, GraphOutput, Value } from '../ir/types.ts';
import { originOf } from './frame/context.ts';
import type { Declared } from './frame/context.ts';
import { expectedLoss } from './advice/expected-loss.ts';
import { GraphBuild } from '../ir/graph-build.ts';
import { definitionNamed } from './evaluate/use.ts';
import { decays, groupsOf, updateOf } from './training/optimizers.ts';
import { Updates } from './training/updates.ts';
import type { Group } from './training/optimizers.ts';
import { predictions } from './statements/predictions.ts';
import { scheduleFactor, warmupOf } from './training/schedule.ts';
import { loadsOf } from './training/loads.ts';
import { pairsOf } from './training/pairs.ts';
import { select } from './training/selection.ts';
import { augmentation } from './statements/augment.ts';
import { checkPlan, frozenIn, planOf, stageOf, stepsIn, wholeRun } from './plan.ts';
import { runSession } from './session.ts';
import type { Task } from './session.ts';
import type { Session } from './frame/spec.ts';
import type { PhaseStatement, StepStatement } from './statements/stages.ts';
import { checkMonitor, trainSettings } from './statements/settings.ts';
import { tableRows } from './values/table-rows.ts';
import { totalLoss, unreached } from './training/total-loss.ts';
import { warnVanishingBias } from './advice/vanishing-bias.ts';
import { say } from '../diagnostics/say.ts';
import { report } from './frame/report.ts';

export interface ElaborateOptions {
  /** The standard library: its texts by path, or the library made of them. */
  readonly std: ReadonlyMap<string, string> | Library;
  /** Hypers overridden, as written: `--set width=64`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly parse: Parse;
  /** Reads what the spec imports. */
  readonly read: ReadImport;
}

/**
 * The model of a spec, or undefined where mistakes (all reported to the sink) leave none. A file of definitions alone
 * is checked, and is no model.
 */
export function elaborate(source: Source, file: File, options: ElaborateOptions, sink: Sink): Model | undefined {
  const reporter = new Reporter(sink);
  const std = options.std instanceof Library ? options.std : standardLibrary(options.std, options.parse);
  const { parse, read, settings } = options;
  const { library, files: imports } = importInto(source, file, { std, read, parse, reporter });
  checkDefinitions(source, file, library, reporter);
  if (file.statements.every(declaresOnly)) return undefined;
  const task: Task = { source, file, library, imports, reporter, settings, later: madeLater(source, file) };
  const plan = planOf(file);
  // What is frozen is known when all statements have been read, and decides how the layers are lowered.
  const first = runSession(task, 'training', { freezes: [], stage: wholeRun(plan) });
  if (first.frame.run.limit.reached) return undefined;
  checkPlan(plan, first);
  const pairs = pairsOf(first);
  const augmented = augmentation(first);
  const phases = plan.phases.map((phase, at): PhaseSessions => {
    const freezes = frozenIn(first, at);
    const sessions = stepsIn(plan).map((step): StepSession => {
      const isAsRead = plan.parts.length === 0 && freezes.length === 0 && pairs.size === 0 && augmented === undefined;
      const stage = stageOf(plan, at, step, first);
      return {
        step,
        session: isAsRead
          ? first
          : runSession(task, 'training', { freezes, pairs, stage, augmented: augmented?.ports }),
      };
    });
    return { phase, sessions };
  });
  const prepared = first.spec.prep.filter(({ kind }) => kind !== 'onehot').map(({ port }) => port);
  const last = plan.phases.length - 1;
  const evaluation = runSession(task, 'evaluation', {
    freezes: frozenIn(first, last),
    pairs,
    stage: wholeRun(plan),
    prepared: new Set(prepared),
  });
  return assemble(task, phases, first, evaluation, augmented);
}

/** The sessions of a phase: one for each of its steps. */
interface PhaseSessions {
  readonly phase: PhaseStatement | undefined;
  readonly sessions: readonly StepSession[];
}

interface StepSession {
  readonly step: StepStatement | undefined;
  readonly session: Session;
}

/** Hypers that the spec declares, which `--set` may name. */
export function hyperNames(file: File): readonly string[] {
  return file.statements.flatMap((statement) => (statement.type === 'hyper' ? [statement.name.text] : []));
}

/** Definitions, and what a file of definitions needs besides. */
function declaresOnly(statement: Statement): boolean {
  if (statement.type === 'def' || statement.type === 'hyper') return true;
  return statement.type === 'command' && (statement.keyword === 'nn' || statement.keyword === 'import');
}

/** Names that the file makes at top level, with the first place of each. */
function madeLater(source: Source, file: File): ReadonlyMap<string, Made> {
  const names = new Map<string, Made>();
  const visit = (statements: readonly Statement[]) => {
    for (const statement of statements) {
      switch (statement.type) {
        case 'hyper':
        case 'port':
        case 'weight':
        case 'assign':
          if (!names.has(statement.name.text)) names.set(statement.name.text, { source, span: statement.span });
          break;
        case 'command':
          if (statement.as !== undefined && !names.has(statement.as.text))
            names.set(statement.as.text, { source, span: statement.span });
          break;
        case 'scan':
          for (const { name } of statement.carried) {
            if (!names.has(name.text)) names.set(name.text, { source, span: name.span });
          }
          break;
        case 'block':
          visit(statement.body.statements);
          break;
        case 'if':
          visit([...statement.then.statements, ...(statement.else?.statements ?? [])]);
          break;
        case 'def':
        case 'state':
        case 'update':
        case 'require':
        case 'repeat':
        case 'phase':
        case 'step':
          break;
      }
    }
  };
  visit(file.statements);
  return names;
}

function assemble(
  { source, imports, reporter }: Task,
  staged: readonly PhaseSessions[],
  first: Session,
  evaluation: Session,
  augmented: Augmentation | undefined,
): Model | undefined {
  const { spec, frame } = first;
  const declared = staged[0]?.sessions[0]?.session ?? first;
  const loads = loadsOf(declared);
  checkMonitor(spec);
  const whole = reporter.errors === 0;
  const sessions = staged.flatMap((each) => each.sessions);
  const trained = new Map(sessions.map((each) => [each.session, trainedStep(each, whole, augmented, reporter)]));
  if (whole && reporter.errors === 0) demandTrained(staged, trained);
  const predicted = predictions(evaluation);
  if (sessions.every(({ session }) => !isTrained(session)) && reporter.errors === 0) {
    report(say.NN3013.spec(), { start: 0, end: Math.min(source.text.length, 1) }, frame);
  }
  if (reporter.errors === 0) for (const [session, { loss }] of trained) warnVanishingBias(session, loss);
  const steps = [...trained.values()];
  if (reporter.errors > 0 || steps.some(({ step }) => step === undefined) || predicted === undefined) return undefined;

  const evaluated = totalLoss(evaluation);
  const figures: GraphOutput[] = evaluated === undefined ? [] : [{ role: 'metric', name: 'loss', value: evaluated }];
  for (const { name, value } of evaluation.spec.metrics) {
    if (value !== undefined) figures.push({ role: 'metric', name, value });
  }
  const graphs = {
    evaluation: evaluation.frame.run.graph.finish(figures),
    inference: evaluation.frame.run.graph.finish(predicted),
  };
  const phases = staged.map(({ phase, sessions: own }): Phase => {
    const part = first.parts.find(({ statement }) => statement === phase);
    return {
      name: phase?.name.text,
      epochs: part?.type === 'phase' ? part.epochs : trainSettings(spec).epochs,
      patience: part?.type === 'phase' ? part.patience : undefined,
      steps: own.flatMap(({ session }) => trained.get(session)?.step ?? []),
    };
  });
  const updated = new Set(phases.flatMap((phase) => phase.steps.flatMap(updatedBy)));
  const trainingGraphs = phases.flatMap((phase) => phase.steps.map(({ graph }) => graph));
  const parameters = [...declared.frame.run.parameters.values()];
  return {
    name: spec.name ?? stem(source.file),
    ports: spec.ports.map((port) => bounded(port, [...trainingGraphs, ...Object.values(graphs)])),
    noises: spec.noises,
    parameters: parameters.map((parameter) => {
      const { path, shape, init, origin } = parameter;
      const group = steps.map(({ groups }) => groups.get(path)).find((each) => each !== undefined);
      const isDecaying = group === undefined ? shape.length >= 2 : decays(parameter, group);
      const pair = declared.frame.world.pairs.get(path);
      return { path, shape, init, frozen: !updated.has(path), decays: isDecaying, pair, origin };
    }),
    states: statesOf(declared, evaluation).map(({ path, shape, init, origin }) => ({
      path,
      shape,
      init,
      origin,
    })),
    ...graphs,
    augmentation: augmented,
    phases,
    data: spec.data,
    prep: spec.prep,
    loads,
    train: { ...trainSettings(spec), epochs: phases.reduce((sum, { epochs }) => sum + epochs, 0) },
    hypers: spec.hypers,
    imports: imports.map((each) => each.source),
  };
}

const updatedBy = ({ updates }: TrainingStep): readonly string[] => updates.map(({ parameter }) => parameter);

interface Trained {
  /** Undefined after a mistake. */
  readonly step: TrainingStep | undefined;
  readonly loss: Value | undefined;
  readonly groups: ReadonlyMap<string, Group>;
}

/** What one session trains, and how. `whole`: no mistake was made before. */
function trainedStep(
  { step, session }: StepSession,
  whole: boolean,
  augmented: Augmentation | undefined,
  reporter: Reporter,
): Trained {
  const { spec, frame, parts } = session;
  const { run } = frame;
  for (const { selector } of spec.freezes) select(selector, frame);
  requireStatements(session, step, reporter);
  const loss = totalLoss(session);
  const covered = step === undefined ? [...run.parameters.values()] : select(step.updates, frame);
  const alive = covered.filter((parameter) => !parameter.frozen);
  const lost = whole ? unreached(session, alive) : [];
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
      // Of mixed targets it is that of no class.
      expectedLoss: augmented?.ports.some(({ role }) => role === 'target') === true ? undefined : expectedLoss(session),
    },
    loss,
    groups,
  };
}

/** What is not frozen is updated by some step of its phase. */
function demandTrained(staged: readonly PhaseSessions[], trained: ReadonlyMap<Session, Trained>): void {
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

/** With how far its integers may count, if they are rows of a table. */
function bounded(port: Port, graphs: readonly Graph[]): Port {
  if (port.role !== 'input' || port.dtype !== 'i32') return port;
  const rows = tableRows(graphs, port.name, port.shape);
  const [first = Infinity] = rows;
  if (rows.some((bound) => bound !== first)) return { ...port, below: rows };
  return first === Infinity ? port : { ...port, below: first };
}

/** Those of the layers, as training declares them, and the units that only the evaluation reads. */
function statesOf(training: Session, evaluation: Session): readonly Declared[] {
  const own = training.frame.run.states;
  const read = [...evaluation.frame.run.states.values()].filter(({ path }) => !own.has(path));
  return [...own.values(), ...read];
}

/** The model's name is also that of a folder, which a name of dots alone would take out of its place. */
function stem(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  const name = base.replace(/\.nn$/, '');
  return /^\.*$/.test(name) ? 'model' : name;
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
function isTrained({ spec }: Session): boolean {
  return spec.lossStatements > 0 || spec.optimizers.length > 0;
}
