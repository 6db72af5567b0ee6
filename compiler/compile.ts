/** The pipeline: from the text of a spec to the text of the generated file, read from top to bottom. */
import { parse } from '../grammar/parser.ts';
import { say } from './diagnostics/say.ts';
import type { Told } from './diagnostics/say.ts';
import type { Sort, Span } from '../grammar/ast.ts';
import { sorts } from '../grammar/keywords.ts';
import { lettersOf } from './language/elsewhere.ts';
import { standardLibrary } from './language/standard-library.ts';
import type { Library } from './language/library.ts';
import { independent } from './diagnostics/independent.ts';
import type { Diagnostic, Sink, Source } from './diagnostics/types.ts';
import { ownEvaluations, stepsOf } from './ir/model.ts';
import type { Model, TrainingStep, Update } from './ir/model.ts';
import type { Plan } from './ir/plan.ts';
import type { Functions, Program, TrainingEntry } from './ir/program.ts';
import type { Graph } from './ir/types.ts';
import { isLoop } from './ir/loops.ts';
import { verify } from './ir/verify.ts';
import { applyOptimizer, gatherGradients, updateFunctions } from './passes/apply-optimizer.ts';
import { decompose } from './passes/decompose.ts';
import { gradientsFor } from './passes/ascend.ts';
import { dropDead } from './passes/drop-dead.ts';
import { foldConstants } from './passes/fold-constants.ts';
import { featuresOf, fromFeatures } from './passes/features.ts';
import { functionsOf, overFunctions } from './passes/functions.ts';
import { fill } from './passes/fill.ts';
import { fuse } from './passes/fuse.ts';
import { hoist, hoistNumbers } from './passes/loops/hoist.ts';
import { sink } from './passes/loops/sink.ts';
import { intoBodies } from './passes/loops/into-bodies.ts';
import type { ReadImport } from './check/imports.ts';
import { elaborate } from './elaborate/elaborate.ts';
import { mergeDuplicates } from './passes/merge-duplicates.ts';
import { name } from './passes/name.ts';
import { planMemory } from './passes/plan-memory.ts';
import { isAboutMemory, withinMemory } from './memory/within-memory.ts';
import { recomputing } from './memory/recomputing.ts';
import type { Recomputation } from './memory/recomputing.ts';
import { simplify } from './passes/simplify.ts';
import { sha256 } from './sha256.ts';
import { emit } from './targets/tfjs/emit.ts';

export interface CheckOptions {
  /** Hypers that are overridden, as written: `--set width=64`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The standard library as read before: who compiles many specs reads it once. */
  readonly library?: Library;
  /** Finds what `import` names; without it there are no other files. */
  readonly read?: ReadImport;
}

export interface CompileOptions extends CheckOptions {
  /** What the header of the generated file says of the compiler. */
  readonly version: string;
  /** Keeps each graph after each pass, for who wants to look at them: they are many times what the program needs. */
  readonly stages?: boolean;
}

export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where a mistake leaves none, and for a file of definitions alone. */
  readonly model?: Model;
}

export interface CompileResult extends CheckResult {
  readonly program?: Program;
  /** The generated TypeScript. */
  readonly text?: string;
  /** Each graph after each pass, in order, where they were asked for. */
  readonly stages: readonly Stage[];
}

export type GraphName = 'training' | 'augmentation' | 'evaluation' | 'inference';

export interface Stage {
  readonly graph: GraphName;
  /** Of a training graph the names of the phase and the step, if they have any; of an evaluation that of the phase whose own it is. */
  readonly phase?: string | undefined;
  readonly step?: string | undefined;
  readonly pass: string;
  readonly result: Graph;
}

type Change = (graph: Graph) => Graph;

/**
 * What makes a graph smaller and faster, in this order, each pass on the graph of the one before. Of what calls functions
 * a pass sees the calls alone: what it does to a function depends on nobody who calls it.
 */
const passes: readonly (readonly [string, Change])[] = [
  ['decompose', intoBodies(decompose)],
  ['fold-constants', intoBodies(foldConstants)],
  ['merge-duplicates', intoBodies(mergeDuplicates)],
  ['simplify', intoBodies(simplify)],
  ['hoist', intoBodies(outOfLoops)],
  ['drop-dead', intoBodies((graph) => dropDead(mergeDuplicates(foldConstants(graph))))],
  ['fuse', intoBodies(fuse)],
  ['tidy', intoBodies((graph) => fill(hoistNumbers(smaller(graph))))],
  ['name', name],
];

/** The passes as they look pass by pass: each over a graph and over the functions that it calls. */
export const optimizations: readonly (readonly [string, Change])[] = passes.map(([title, change]) => [
  title,
  (graph) => change(overFunctions(change)(graph)),
]);

/** The passes by the names that `stages` gives them, in the order in which they run. */
export const passNames: readonly string[] = [
  'elaborate',
  'differentiate',
  'gather-gradients',
  ...optimizations.map(([title]) => title),
  'apply-optimizer',
];

/**
 * All that is said of a spec, and the model that it is: passes keep meaning, and have nobody to report to. Where it says
 * what memory it may take, it is compiled: that is not known before.
 */
export function check(source: Source, options: CheckOptions): CheckResult {
  const { diagnostics, model } = elaborated(source, options);
  if (model === undefined || !isAboutMemory(model))
    return model === undefined ? { diagnostics } : { diagnostics, model };
  const { found } = withinMemory(programsOf(source, model, ''));
  const all = [...diagnostics, ...found];
  return isMistaken(found) ? { diagnostics: all } : { diagnostics: all, model };
}

function elaborated(source: Source, options: CheckOptions): CheckResult {
  const { file, problems } = parse(source.text);
  const library = options.library ?? standardLibrary();
  const isSpec = file.statements.length > 0 || problems.length < 3 || problems.some(({ code }) => code !== 'NN1017');
  const unread = isSpec
    ? problems.map(({ span, ...said }) => syntaxError(source, span, ofKind(said, source, span, library) ?? said))
    : problems.slice(0, 1).map(({ span, message }) => syntaxError(source, span, say.NN1017.noSpec({ first: message })));
  const found: Diagnostic[] = [];
  const sink: Sink = { report: (diagnostic) => void found.push(diagnostic) };
  const settings = options.settings ?? {};
  const read = options.read ?? (() => ({ missing: true }) as const);
  const model = elaborate(source, file, { std: library, settings, parse, read }, sink);
  const diagnostics = [...unread, ...independent(source, unread, found)];
  const isWhole = model !== undefined && !isMistaken(diagnostics);
  return isWhole ? { diagnostics, model } : { diagnostics };
}

export function compile(source: Source, options: CompileOptions): CompileResult {
  const { diagnostics, model } = elaborated(source, options);
  const stages: Stage[] = [];
  if (model === undefined) return { diagnostics, stages };
  const stage: Stages = (whose) =>
    options.stages === true ? (pass, result) => void stages.push({ ...whose, pass, result }) : undefined;

  const { program, found } = withinMemory(programsOf(source, model, options.version, stage));
  const all = [...diagnostics, ...found];
  if (isMistaken(found)) return { diagnostics: all, stages };
  return { diagnostics: all, model, program, text: emit(program), stages };
}

/**
 * The program that a model is, by what is computed again on the way back. The passes run once: what they make is changed
 * when it is as small as it gets.
 */
export function programsOf(
  source: Source,
  model: Model,
  version: string,
  stage: Stages = () => undefined,
): (again: Recomputation) => Program {
  const small = withSmallInitialisers(model);
  const [first] = stepsOf(model);
  const cached = model.cache === undefined || first === undefined ? undefined : featuresOf(first.graph, model);
  const behind = (graph: Graph): Graph => (cached === undefined ? graph : fromFeatures(graph, cached));
  const features = cached === undefined ? undefined : asGiven(cached.graph, undefined);
  const drafts = small.phases.flatMap((phase) =>
    phase.steps.map((step) => {
      const watch = stage({ graph: 'training', phase: phase.name, step: step.name });
      const perBatch = gradientGraph({ ...step, graph: behind(step.graph) }, watch);
      const updates = updateFunctions(step, (body) => optimized(body));
      if (watch !== undefined) taken(watch, 'apply-optimizer', applyOptimizer(perBatch, step, updates));
      return { phase, step, perBatch, updates };
    }),
  );
  const augmentation =
    model.augmentation === undefined ? undefined : asGiven(model.augmentation.graph, stage({ graph: 'augmentation' }));
  const evaluation = asGiven(behind(model.evaluation), stage({ graph: 'evaluation' }));
  const own = [...ownEvaluations(model)].map(
    ([graph, { name }]) => [graph, asGiven(graph, stage({ graph: 'evaluation', phase: name }))] as const,
  );
  const inference = asGiven(model.inference, stage({ graph: 'inference' }));
  const plans = new Plans();
  // None of this depends on what is computed again.
  const rest = {
    model: small,
    augmentation: augmentation === undefined ? undefined : planMemory(augmentation),
    evaluation: planMemory(evaluation),
    ownEvaluations: new Map(own.map(([graph, optimal]) => [graph, planMemory(optimal)])),
    inference: planMemory(inference),
    features: features === undefined ? undefined : planMemory(features),
    functions: plans.of(
      ...(features === undefined ? [] : [features]),
      ...(augmentation === undefined ? [] : [augmentation]),
      ...own.map(([, optimal]) => optimal),
      evaluation,
      inference,
    ),
    source: {
      file: source.file.slice(source.file.lastIndexOf('/') + 1),
      text: source.text,
      hash: sha256([source.text, ...model.imports.map(({ text }) => text)].join('\0')),
    },
    compiler: version,
  };
  return (again) => {
    const changed = recomputing(again, small.train.batch);
    const training = drafts.map(({ phase, step, perBatch, updates }) => {
      const graph = changed(perBatch);
      verify(graph, 'rematerialize');
      const functions = plans.of(graph);
      return { phase, step, plan: planMemory(graph), updates: plans.ofUpdates(updates), functions };
    });
    return { ...rest, training };
  };
}

type Stages = (whose: Pick<Stage, 'graph' | 'phase' | 'step'>) => Watch | undefined;

const isMistaken = (found: readonly Diagnostic[]): boolean => found.some(({ severity }) => severity === 'error');

/** Who looks at what each pass has made. */
type Watch = (pass: string, result: Graph) => void;

/** The result of a pass, checked. */
function taken(watch: Watch | undefined, pass: string, result: Graph): Graph {
  verify(result, pass);
  watch?.(pass, result);
  return result;
}

/** What a step does for its batches, up to what updates are given, as small as it gets. */
function gradientGraph(step: TrainingStep, watch: Watch | undefined): Graph {
  const forward = taken(watch, 'elaborate', step.graph);
  const joint = taken(watch, 'differentiate', gradientsFor(forward, step.updates));
  return optimized(taken(watch, 'gather-gradients', gatherGradients(joint, step)), watch);
}

const asGiven = (graph: Graph, watch: Watch | undefined): Graph => optimized(taken(watch, 'elaborate', graph), watch);

/** A graph after all passes; the functions that it calls have gone through all of them before. */
function optimized(graph: Graph, watch?: Watch): Graph {
  const whole = (body: Graph): Graph =>
    passes.reduce((sofar, [pass, change]) => taken(undefined, pass, change(sofar)), body);
  if (watch !== undefined) optimizations.reduce((sofar, [pass, change]) => taken(watch, pass, change(sofar)), graph);
  return whole(overFunctions(whole)(graph));
}

/** The plans of functions, each made once. */
class Plans {
  readonly #known = new WeakMap<Graph, Plan>();

  /** What these graphs call. */
  of(...graphs: readonly Graph[]): Functions {
    return new Map(graphs.flatMap(functionsOf).map((body) => [body, this.#plan(body)]));
  }

  ofUpdates(updates: ReadonlyMap<Update, Graph>): TrainingEntry['updates'] {
    return new Map([...updates].map(([update, body]) => [update, this.#plan(body)]));
  }

  #plan(body: Graph): Plan {
    const plan = this.#known.get(body) ?? planMemory(body);
    this.#known.set(body, plan);
    return plan;
  }
}

/** What loops need not compute, before and behind them; the transposes around them meet then. */
function outOfLoops(graph: Graph): Graph {
  return graph.nodes.some(isLoop) ? smaller(smaller(sink(hoist(graph)))) : graph;
}

/** The same graph with less to do: constants folded, equals merged, identities applied. */
function smaller(graph: Graph): Graph {
  const once = simplify(mergeDuplicates(foldConstants(graph)));
  return dropDead(mergeDuplicates(foldConstants(once)));
}

function withSmallInitialisers(model: Model): Model {
  // Rounds of a repeat, and slots of parameters that are updated alike, have one initial graph.
  const known = new Map<Graph, Graph>();
  const smallOf = (init: Graph): Graph => {
    const small = known.get(init) ?? name(smaller(decompose(init)));
    known.set(init, small);
    return small;
  };
  const small = <T extends { readonly init: Graph }>(declared: T): T => ({ ...declared, init: smallOf(declared.init) });
  return {
    ...model,
    parameters: model.parameters.map(small),
    states: model.states.map(small),
    phases: model.phases.map((phase) => ({
      ...phase,
      steps: phase.steps.map((step) => ({
        ...step,
        updates: step.updates.map((update) => ({ ...update, slots: update.slots.map(small) })),
      })),
    })),
  };
}

/** What starts no statement may be the name of what a statement is about. */
function ofKind({ code, variant }: Told, source: Source, span: Span, library: Library): Told | undefined {
  if (code !== 'NN1017') return undefined;
  const name = source.text.slice(span.start, span.end);
  const [sort] = library.sortsOf(name).filter(isStated);
  const facts = sort === undefined ? statedElsewhere(name, library) : { name, calls: name, sort };
  if (facts === undefined) return undefined;
  return variant === 'call' ? say.NN1017.calledKind(facts) : say.NN1017.kind(facts);
}

/** Sorts whose names follow the keyword of a statement. */
const isStated = (sort: Sort): boolean => sort !== 'fn' && sort !== 'init';

/** What another framework calls so: `Linear 10`. */
function statedElsewhere(name: string, library: Library) {
  for (const sort of sorts.filter(isStated)) {
    const calls = library.calledElsewhere(sort, lettersOf(name));
    if (calls !== undefined) return { name, calls, sort };
  }
  return undefined;
}

function syntaxError(source: Source, span: Span, { code, variant, facts, message, help }: Told): Diagnostic {
  const primary = { source, span, text: '' };
  return { code, variant, facts, severity: 'error', message, primary, secondary: [], help };
}
