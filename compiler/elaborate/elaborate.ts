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
import type { Declared, World } from './frame/context.ts';
import { expectedLoss } from './advice/expected-loss.ts';
import { GraphBuild } from '../ir/graph-build.ts';
import { definitionNamed } from './evaluate/use.ts';
import { decays, groupsOf, updateOf } from './training/optimizers.ts';
import { Updates } from './training/updates.ts';
import type { Group } from './training/optimizers.ts';
import { predictions } from './statements/predictions.ts';
import { plateauOf } from './training/plateau.ts';
import { checkCached } from './training/cached.ts';
import { scheduleFactor, warmupOf } from './training/schedule.ts';
import { loadsOf } from './training/loads.ts';
import { pairsOf } from './training/pairs.ts';
import { reparamsOf } from './training/reparams.ts';
import { select } from './training/selection.ts';
import { augmentation } from './statements/augment.ts';
import { effectiveWeights } from './statements/reparam.ts';
import { checkPlan, evaluationOf, frozenIn, isSameFigures, objectiveOf, planOf, stageOf, wholeRun } from './plan.ts';
import type { Objective, Plan } from './plan.ts';
import { runSession } from './session.ts';
import type { Task } from './session.ts';
import type { Part, Session } from './frame/spec.ts';
import type { PhaseStatement, StepStatement } from './statements/stages.ts';
import { checkMonitors, trainSettings } from './statements/settings.ts';
import type { Watched } from './statements/settings.ts';
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
  const { parse, settings } = options;
  const { library, files: imports } = importInto(source, file, { std, read: options.read, parse, reporter });
  checkDefinitions(source, file, library, reporter);
  if (file.statements.every(declaresOnly)) return undefined;
  const task: Task = { source, file, library, imports, reporter, settings, later: madeLater(source, file) };
  const plan = planOf(file);
  // What is frozen is known when all statements have been read, and decides how the layers are lowered; so is what
  // `reparam` adapts, and what that has of its own may be frozen too.
  const bare = runSession(task, 'training', { freezes: [], stage: wholeRun(plan) });
  const reparams = reparamsOf(bare);
  const first =
    reparams.size === 0 ? bare : runSession(task, 'training', { freezes: [], reparams, stage: wholeRun(plan) });
  if (first.frame.run.limit.reached) return undefined;
  checkPlan(plan, first);
  const pairs = pairsOf(first);
  const augmented = augmentation(first);
  const objectives = plan.phases.map((_, at) => objectiveOf(plan, at, first));
  const read: Read = { task, plan, first, pairs, reparams, augmented };
  const sessions = objectives.map((objective, at) => trainingSessions(read, objective, at));
  const evaluations = evaluationSessions(read, objectives);
  const staged = plan.phases.map((phase, at): PhaseSessions => ({
    phase,
    sessions: sessions[at] ?? [],
    evaluation: evaluations[at] ?? first,
  }));
  return assemble(task, staged, first, augmented);
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
  const prepared = new Set(first.spec.prep.filter(({ kind }) => kind !== 'onehot').map(({ port }) => port));
  return objectives.reduceRight<readonly Session[]>((later, objective, at) => {
    const next = objectives[at + 1];
    const [known] = later;
    if (known !== undefined && next !== undefined && isSameFigures(objective, next)) return [known, ...later];
    const stage = evaluationOf(plan, at, objective);
    const freezes = frozenIn(first, at);
    return [runSession(task, 'evaluation', { freezes, pairs, reparams, stage, prepared }), ...later];
  }, []);
}

/** The sessions of a phase: one for each of its steps, and one of its evaluation. */
interface PhaseSessions {
  readonly phase: PhaseStatement | undefined;
  readonly sessions: readonly StepSession[];
  readonly evaluation: Session;
}

interface StepSession {
  readonly step: StepStatement | undefined;
  readonly objective: Objective;
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
  augmented: Augmentation | undefined,
): Model | undefined {
  const { spec, frame } = first;
  const last = staged.at(-1)?.evaluation ?? first;
  const declared = staged[0]?.sessions[0]?.session ?? first;
  const loads = loadsOf(declared);
  checkMonitors(
    spec,
    staged.map((each) => watchedIn(first, each)),
    frame,
  );
  const whole = reporter.errors === 0;
  const sessions = staged.flatMap((each) => each.sessions);
  const trained = new Map(
    staged.flatMap((each) => {
      const watched = watchedIn(first, each);
      return each.sessions.map((own) => [own.session, trainedStep(own, whole, augmented, watched, reporter)] as const);
    }),
  );
  if (whole && reporter.errors === 0) demandTrained(staged, trained);
  const predicted = predictions(last);
  if (sessions.every(({ session }) => !isTrained(session)) && reporter.errors === 0) {
    report(say.NN3013.spec(), { start: 0, end: Math.min(source.text.length, 1) }, frame);
  }
  if (reporter.errors === 0) for (const [session, { loss }] of trained) warnVanishingBias(session, loss);
  const steps = [...trained.values()];
  if (reporter.errors > 0 || steps.some(({ step }) => step === undefined) || predicted === undefined) return undefined;

  // The last one has the predictions too.
  const evaluations = new Map(staged.map(({ evaluation }) => [evaluation, figuresGraph(evaluation)]));
  const graphs = {
    evaluation: evaluations.get(last) ?? figuresGraph(last),
    inference: last.frame.run.graph.finish(predicted),
  };
  const phases = staged.map((each): Phase => {
    const part = partIn(first, each);
    const watched = trainSettings(spec, each.evaluation.spec.metrics, part?.monitor);
    return {
      name: each.phase?.name.text,
      epochs: part?.epochs ?? watched.epochs,
      patience: part?.patience,
      monitor: watched.monitor,
      best: watched.best,
      steps: each.sessions.flatMap(({ session }) => trained.get(session)?.step ?? []),
      evaluation: each.evaluation === last ? undefined : evaluations.get(each.evaluation),
    };
  });
  const updated = new Set(phases.flatMap((phase) => phase.steps.flatMap(updatedBy)));
  const trainingGraphs = phases.flatMap((phase) => phase.steps.map(({ graph }) => graph));
  const parameters = [...declared.frame.run.parameters.values()];
  const model: Model = {
    name: spec.name ?? stem(source.file),
    ports: spec.ports.map((port) => bounded(port, [...trainingGraphs, ...evaluations.values(), graphs.inference])),
    noises: spec.noises,
    parameters: parameters.map((parameter) => {
      const { path, shape, init, origin } = parameter;
      const group = steps.map(({ groups }) => groups.get(path)).find((each) => each !== undefined);
      const isDecaying = group === undefined ? shape.length >= 2 : decays(parameter, group);
      const { pairs, reparams } = declared.frame.world;
      const [pair, reparam] = [pairs.get(path), reparams.get(path)?.path];
      return { path, shape, init, frozen: !updated.has(path), decays: isDecaying, pair, reparam, origin };
    }),
    states: statesOf(declared, [...evaluations.keys()]).map(({ path, shape, init, origin }) => ({
      path,
      shape,
      init,
      origin,
    })),
    ...graphs,
    effective: effectiveWeights(last),
    augmentation: augmented,
    phases,
    data: spec.data,
    prep: spec.prep,
    loads,
    train: { ...trainSettings(spec, last.spec.metrics), epochs: phases.reduce((sum, { epochs }) => sum + epochs, 0) },
    budget: spec.budget,
    remat: spec.remat,
    cache: spec.cache,
    hypers: spec.hypers,
    imports: imports.map((each) => each.source),
  };
  checkCached(model, frame);
  return reporter.errors > 0 ? undefined : model;
}

type PhasePart = Extract<Part, { readonly type: 'phase' }>;

/** What a phase says by itself, as the whole spec was read. */
const partIn = ({ parts }: Session, { phase }: Pick<PhaseSessions, 'phase'>): PhasePart | undefined =>
  parts.filter((part) => part.type === 'phase').find(({ statement }) => statement === phase);

function watchedIn(first: Session, each: PhaseSessions): Watched {
  const part = partIn(first, each);
  const { metrics } = each.evaluation.spec;
  return { name: each.phase?.name.text, monitor: part?.monitor, patience: part?.patience, metrics };
}

/** Loss and metrics of an evaluation. */
function figuresGraph(session: Session): Graph {
  const loss = totalLoss(session);
  const metrics = session.spec.metrics.flatMap(({ name, value }): readonly GraphOutput[] =>
    value === undefined ? [] : [{ role: 'metric', name, value }],
  );
  const figures: readonly GraphOutput[] = loss === undefined ? [] : [{ role: 'metric', name: 'loss', value: loss }];
  return session.frame.run.graph.finish([...figures, ...metrics]);
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

/** Those of the layers, as training declares them, and the units that only evaluations read. */
function statesOf(training: Session, evaluations: readonly Session[]): readonly Declared[] {
  const own = training.frame.run.states;
  const all = evaluations.flatMap((each) => [...each.frame.run.states]);
  const read = new Map(all.filter(([path]) => !own.has(path)));
  return [...own.values(), ...read.values()];
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
