/** Elaborates a spec: checks it, and makes its graphs and settings, with every definition inlined. */
import type { File, Statement } from '../../grammar/ast.ts';
import { checkDefinitions } from '../check/check-definitions.ts';
import type { Made } from '../language/datum.ts';
import { Library, standardLibrary } from '../language/library.ts';
import { Reporter } from '../language/report.ts';
import type { Sink, Source } from '../diagnostics/types.ts';
import type { Augmentation, Model, Port, TrainingStep, Update } from '../ir/model.ts';
import type { Graph, GraphOutput } from '../ir/types.ts';
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
import { select } from './training/selection.ts';
import { augmentation } from './statements/augment.ts';
import { runSession } from './session.ts';
import type { Task } from './session.ts';
import type { Session } from './frame/spec.ts';
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
  readonly parse: (text: string) => { readonly file: File };
}

/**
 * The model of a spec, or undefined where mistakes (all reported to the sink) leave none. A file of definitions alone
 * is checked, and is no model.
 */
export function elaborate(source: Source, file: File, options: ElaborateOptions, sink: Sink): Model | undefined {
  const reporter = new Reporter(sink);
  const std = options.std instanceof Library ? options.std : standardLibrary(options.std, options.parse);
  const library = new Library(std);
  checkDefinitions(source, file, library, reporter);
  if (file.statements.every(declaresOnly)) return undefined;
  const task: Task = { source, file, library, reporter, settings: options.settings, later: madeLater(source, file) };
  // What is frozen is known when all statements have been read, and decides how the layers are lowered.
  const first = runSession(task, 'training', []);
  if (first.frame.run.limit.reached) return undefined;
  const augmented = augmentation(first);
  const { freezes } = first.spec;
  const training =
    freezes.length === 0 && augmented === undefined
      ? first
      : runSession(task, 'training', freezes, new Set(), augmented?.ports);
  const prepared = first.spec.prep.filter(({ kind }) => kind !== 'onehot').map(({ port }) => port);
  const evaluation = runSession(task, 'evaluation', freezes, new Set(prepared));
  return assemble(source, training, evaluation, augmented, reporter);
}

/** Hypers that the spec declares, which `--set` may name. */
export function hyperNames(file: File): readonly string[] {
  return file.statements.flatMap((statement) => (statement.type === 'hyper' ? [statement.name.text] : []));
}

/** Definitions, and what a file of definitions needs besides. */
function declaresOnly(statement: Statement): boolean {
  if (statement.type === 'def' || statement.type === 'hyper') return true;
  return statement.type === 'command' && statement.keyword === 'nn';
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
  source: Source,
  training: Session,
  evaluation: Session,
  augmented: Augmentation | undefined,
  reporter: Reporter,
): Model | undefined {
  const { spec, frame } = training;
  const { run } = frame;
  for (const { selector } of spec.freezes) select(selector, frame);
  const loads = loadsOf(training);
  checkMonitor(spec);
  const parameters = [...run.parameters.values()];
  const whole = reporter.errors === 0;
  requireStatements(training, reporter);

  const loss = totalLoss(training);
  const alive = parameters.filter((parameter) => !parameter.frozen);
  const lost = whole ? unreached(training, alive) : [];
  const trained = alive.filter((parameter) => !lost.includes(parameter));
  const groups = groupsOf(spec, trained, frame);
  const updates = new Updates(spec.schedule);
  const made: Update[] = [];
  for (const parameter of trained) {
    const group = groups.get(parameter.path);
    const update = group === undefined ? undefined : updates.of(parameter, group);
    if (update !== undefined) made.push(update);
  }
  if (reporter.errors > 0) checkUnused(training, groups);
  const predicted = predictions(evaluation);
  if (!isTrained(training) && reporter.errors === 0) {
    report(say.NN3013.spec(), { start: 0, end: Math.min(source.text.length, 1) }, frame);
  }
  if (reporter.errors === 0) warnVanishingBias(training, loss);
  if (reporter.errors > 0 || loss === undefined || predicted === undefined) return undefined;

  const parts: readonly GraphOutput[] = spec.losses.map(({ weighted }, i) => ({
    role: 'part',
    name: `loss/${i}`,
    value: weighted,
  }));
  const states: readonly GraphOutput[] = [...run.newStates].map(([path, value]) => ({
    role: 'state',
    name: path,
    value,
  }));
  const evaluated = totalLoss(evaluation);
  const figures: GraphOutput[] = evaluated === undefined ? [] : [{ role: 'metric', name: 'loss', value: evaluated }];
  for (const { name, value } of evaluation.spec.metrics) {
    if (value !== undefined) figures.push({ role: 'metric', name, value });
  }
  const stepGraph = run.graph.finish([{ role: 'loss', name: 'loss', value: loss }, ...parts, ...states]);
  const graphs = {
    evaluation: evaluation.frame.run.graph.finish(figures),
    inference: evaluation.frame.run.graph.finish(predicted),
  };
  const step: TrainingStep = {
    name: undefined,
    times: 1,
    graph: stepGraph,
    updates: made,
    clips: spec.clips,
    accumulate: spec.accumulate,
    warmup: spec.schedule === undefined ? 0 : warmupOf(spec.schedule),
    // Of mixed targets it is that of no class.
    expectedLoss: augmented?.ports.some(({ role }) => role === 'target') === true ? undefined : expectedLoss(training),
  };
  return {
    name: spec.name ?? stem(source.file),
    ports: spec.ports.map((port) => bounded(port, [stepGraph, ...Object.values(graphs)])),
    parameters: parameters.map(({ path, shape, init, frozen, origin, ...rest }) => {
      const group = groups.get(path);
      return {
        path,
        shape,
        init,
        frozen,
        decays: group === undefined ? shape.length >= 2 : decays({ path, shape, init, frozen, origin, ...rest }, group),
        origin,
      };
    }),
    states: statesOf(training, evaluation).map(({ path, shape, init, origin }) => ({ path, shape, init, origin })),
    ...graphs,
    augmentation: augmented,
    phases: [{ name: undefined, epochs: trainSettings(spec).epochs, patience: undefined, steps: [step] }],
    data: spec.data,
    prep: spec.prep,
    loads,
    train: trainSettings(spec),
    hypers: spec.hypers,
  };
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
function requireStatements({ spec, frame }: Session, reporter: Reporter): void {
  const { source } = frame.site;
  const parameters = [...frame.run.parameters.values()];
  const broken = reporter.errors > 0;
  const start = { start: 0, end: Math.min(source.text.length, 1) };
  const [optimizer] = spec.optimizers;
  if (!spec.ports.some((port) => port.role === 'input') && !broken) report(say.NN3001.none(), start, frame);
  if (optimizer !== undefined && spec.lossStatements === 0) report(say.NN3002.none(), optimizer.command.span, frame);
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
    if (named !== undefined) updateOf(standIn, { later, named }, undefined);
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
