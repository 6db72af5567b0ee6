/** One pass over a spec's statements, building one graph: training, or evaluation with the predictions. */
import type { Expression, File } from '../../grammar/ast.ts';
import type { Imported } from '../check/imports.ts';
import type { Made } from '../language/datum.ts';
import type { Library } from '../language/library.ts';
import type { Reporter } from '../language/report.ts';
import { Scope } from '../language/scope.ts';
import { covers, namesWeight } from '../language/selectors.ts';
import type { Source } from '../diagnostics/types.ts';
import { declareHyper } from './statements/hypers.ts';
import { layersIn, reusedIn } from './statements/reuse.ts';
import { runStatements } from './statements/run.ts';
import type { Frame, Meaning, Run, Stage, World } from './frame/context.ts';
import { checkStream, dataStatement } from './statements/data.ts';
import { prepStatement } from './statements/prep.ts';
import { evaluateExpression } from './evaluate/expression.ts';
import { bindPartially, call } from './evaluate/functions.ts';
import { GraphBuild } from '../ir/graph-build.ts';
import { join } from '../ir/paths.ts';
import type { Port } from '../ir/model.ts';
import { initialiserOf } from './evaluate/initialiser.ts';
import { emptySpec } from './frame/spec.ts';
import type { Part, Session, Spec, TopLevel } from './frame/spec.ts';
import { override, replaceLosses } from './statements/stages.ts';
import { standsBesidePair } from './training/pairs.ts';
import { nestedOptimizer } from './training/nested-optimizer.ts';
import { say } from '../diagnostics/say.ts';

/** The evaluator's parts, which call each other through it. */
const meaning: Meaning = {
  evaluate: evaluateExpression,
  run: runStatements,
  call,
  partial: bindPartially,
  initialiser: initialiserOf,
  nestedOptimizer,
};

export interface Task {
  readonly source: Source;
  readonly file: File;
  readonly library: Library;
  readonly imports: readonly Imported[];
  readonly reporter: Reporter;
  readonly settings: Readonly<Record<string, string>>;
  readonly later: ReadonlyMap<string, Made>;
}

/** The line of an offset, from 1, by bisection over the line starts. */
function lineFinder(text: string): (offset: number) => number {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

export interface Circumstances {
  readonly freezes: Spec['freezes'];
  /** What `lora` trains beside matrices. */
  readonly pairs?: World['pairs'];
  /** What layers read in the place of weights. */
  readonly reparams?: World['reparams'];
  readonly stage: Stage;
  /** Targets whose numbers `prep` changes. */
  readonly prepared?: ReadonlySet<string>;
  /** Ports as training is given them. */
  readonly augmented?: readonly Port[] | undefined;
}

export function runSession(
  task: Task,
  mode: 'training' | 'evaluation',
  { freezes, pairs = new Map(), reparams = new Map(), stage, prepared = new Set(), augmented = [] }: Circumstances,
): Session {
  const { source, file, library, imports, reporter } = task;
  const world: World = {
    library,
    reporter,
    hypers: new Map([library, ...imports.map((each) => each.library)].map((each) => [each, new Scope()])),
    derives: [file, ...imports.map((each) => each.file)].some(({ statements }) => calls(statements, 'grad')),
    topLevel: new Set(file.statements),
    later: task.later,
    reused: reusedIn(file.statements),
    laterLayers: layersIn(file.statements, source),
    prepared,
    augmented: new Map(augmented.map((port) => [port.name, port])),
    lineOf: lineFinder(source.text),
    stage,
    frozen: frozenBy(freezes, pairs, reparams),
    pairs,
    reparams,
    meaning,
  };
  const run: Run = {
    graph: new GraphBuild({ source, span: file.span, line: 1, what: 'model' }, 'forward'),
    mode,
    occurrences: new Map(),
    parameters: new Map(),
    states: new Map(),
    weights: new Map(),
    weightOf: new Map(),
    effective: new Map(),
    multiplied: new Set(),
    named: new Set(),
    logits: new Set(),
    newStates: new Map(),
    scopes: new Map(),
    broken: new Set(),
    applied: new Map(),
    blocks: [],
    limit: { steps: 0, reached: false },
  };
  const top: TopLevel = {
    spec: emptySpec(),
    settings: task.settings,
    data: [],
    prep: [],
    parts: [],
    inside: undefined,
  };
  const frame: Frame = {
    world,
    run,
    site: { source, calls: [], line: 1, what: 'model' },
    scope: new Scope(),
    specials: undefined,
    flow: {
      it: { type: 'absent', told: say.NN2023.current() },
    },
    body: 'top',
    top,
    path: '',
    word: '',
    stack: [],
    totals: false,
    rows: undefined,
    turn: undefined,
    subject: undefined,
    adapts: undefined,
    goesOn: false,
    uses: [],
  };
  for (const imported of imports) hypersIn(imported, frame);
  runStatements(file.statements, frame);
  for (const later of top.data) dataStatement(later, top.spec);
  for (const later of top.prep) prepStatement(later, top.spec);
  checkStream(top.spec, frame);
  const { spec, parts } = top;
  const outside = { freezes: [...spec.freezes], lossStatement: spec.lossStatement };
  for (const part of parts) if (part.type === 'phase') override(spec, part.spec);
  const steps = parts.filter((part) => part.type === 'step');
  if (steps.length > 0) takeSteps(spec, steps);
  return { spec, frame, parts, outside };
}

type Call = Extract<Expression, { type: 'call' }>;

const isCall = (part: object): part is Call => 'type' in part && part.type === 'call';

/** Whether a function is called anywhere in a part of the syntax tree. */
function calls(part: unknown, name: string): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const [called, ...more] = isCall(part) ? part.callee.parts : [];
  if (called?.text === name && more.length === 0) return true;
  return Object.values(part).some((inner) => calls(inner, name));
}

/** The hypers of an imported file, as its definitions see them. */
function hypersIn({ source, file, library }: Imported, frame: Frame): void {
  const inside: Frame = {
    ...frame,
    world: { ...frame.world, library },
    site: { ...frame.site, source },
    scope: new Scope(),
  };
  for (const statement of file.statements)
    if (statement.type === 'hyper') declareHyper(statement, { settings: {}, hypers: [] }, inside);
}

/**
 * What is frozen: what the last selector that reaches a path says, and without one the matrices that have a pair, with
 * what `reparam` makes of them. The pair itself is reached by selectors that name it (`**.lora`), and not by those of the
 * layer that it lies in.
 */
function frozenBy(freezes: Spec['freezes'], pairs: World['pairs'], reparams: World['reparams']): World['frozen'] {
  const isStill = standsBesidePair({ pairs, reparams });
  const inPairs = new Map(
    [...pairs.values()].flatMap(({ path }) => ['a', 'b'].map((name) => [join(path, name), path] as const)),
  );
  return (path) => {
    const pair = inPairs.get(path);
    const reaches = ({ selector }: Spec['freezes'][number]): boolean =>
      pair === undefined ? covers(selector, path) : [pair, path].some((named) => namesWeight(selector, named));
    return freezes.reduce((frozen, freeze) => (reaches(freeze) ? freeze.frozen : frozen), isStill(path));
  };
}

/** The losses are those of the steps; what else one says replaces what holds for all. */
function takeSteps(spec: Spec, steps: readonly Part[]): void {
  for (const { spec: own } of steps) override(spec, own);
  replaceLosses(
    spec,
    steps.map(({ spec: own }) => own),
  );
}
