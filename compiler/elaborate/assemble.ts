/** The model that the sessions of a spec make together. */
import { say } from '../diagnostics/say.ts';
import type { Augmentation, Model, Parameter, Phase, Port, State } from '../ir/model.ts';
import type { Graph, GraphOutput } from '../ir/types.ts';
import { warnVanishingBias } from './advice/vanishing-bias.ts';
import type { Frame } from './frame/context.ts';
import { report } from './frame/report.ts';
import type { Part, Session } from './frame/spec.ts';
import type { PhaseSessions } from './phase-sessions.ts';
import type { Task } from './session.ts';
import { predictions } from './statements/predictions.ts';
import { effectiveWeights } from './statements/reparam.ts';
import { checkMonitors, trainSettings } from './statements/settings.ts';
import type { Watched } from './statements/settings.ts';
import { demandTrained, isTrained, trainedStep } from './trained-step.ts';
import type { Trained } from './trained-step.ts';
import { checkCached } from './training/cached.ts';
import { loadsOf } from './training/loads.ts';
import { decays } from './training/optimizers.ts';
import { totalLoss } from './training/total-loss.ts';
import { tableRows } from './values/table-rows.ts';

/** Undefined after a mistake, of which each is reported. `first` has read the whole spec. */
export function assemble(
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
  const trainingGraphs = phases.flatMap((phase) => phase.steps.map(({ graph }) => graph));
  const model: Model = {
    name: spec.name ?? stem(source.file),
    ports: spec.ports.map((port) => bounded(port, [...trainingGraphs, ...evaluations.values(), graphs.inference])),
    noises: spec.noises,
    parameters: parametersOf(declared, steps),
    states: statesOf(declared, [...evaluations.keys()]),
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
  demandRows(model, frame);
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

function parametersOf({ frame: { run, world } }: Session, steps: readonly Trained[]): readonly Parameter[] {
  const updated = new Set(steps.flatMap(({ step }) => step?.updates ?? []).map(({ parameter }) => parameter));
  return [...run.parameters.values()].map((parameter) => {
    const { path, shape, init, origin } = parameter;
    const group = steps.map(({ groups }) => groups.get(path)).find((each) => each !== undefined);
    const isDecaying = group === undefined ? shape.length >= 2 : decays(parameter, group);
    const [pair, reparam] = [world.pairs.get(path), world.reparams.get(path)?.path];
    return { path, shape, init, frozen: !updated.has(path), decays: isDecaying, pair, reparam, origin };
  });
}

/** With how far its integers may count, if they are rows of a table. */
function bounded(port: Port, graphs: readonly Graph[]): Port {
  if (port.role !== 'input' || port.dtype !== 'i32') return port;
  const rows = tableRows(graphs, port.name, port.shape);
  const [first = Infinity] = rows;
  if (rows.some((bound) => bound !== first)) return { ...port, below: rows };
  return first === Infinity ? port : { ...port, below: first };
}

/** `tokens N` makes N different ids, and each is to be a row of the table in which they are looked up. */
function demandRows({ ports, prep }: Model, frame: Frame): void {
  for (const step of prep) {
    const below = ports.find(({ name }) => name === step.port)?.below;
    if (step.kind !== 'tokens' || below === undefined) continue;
    const rows = typeof below === 'number' ? below : Math.min(...below);
    const { port: name, count, origin } = step;
    if (count > rows) report(say.NN4014.table({ name, count, rows }), origin.span, frame);
  }
}

/** Those of the layers, as training declares them, and the units that only evaluations read. */
function statesOf(training: Session, evaluations: readonly Session[]): readonly State[] {
  const own = training.frame.run.states;
  const all = evaluations.flatMap((each) => [...each.frame.run.states]);
  const read = new Map(all.filter(([path]) => !own.has(path)));
  return [...own.values(), ...read.values()].map(({ path, shape, init, balances, origin }) => ({
    path,
    shape,
    init,
    balances,
    origin,
  }));
}

/** The model's name is also that of a folder, which a name of dots alone would take out of its place. */
function stem(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  const name = base.replace(/\.nn$/, '');
  return /^\.*$/.test(name) ? 'model' : name;
}
