/** What evaluation carries along: the world of one elaboration, the graph being built, and the frame of a body. */
import { join } from '../../ir/paths.ts';
import type { Argument, Command, Expression, Sort, Span, Statement } from '../../../grammar/ast.ts';
import type { Callee, Datum, Made, Tensor } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import type { Library } from '../../language/library.ts';
import type { Reporter, Site } from '../../language/report.ts';
import type { Scope } from '../../language/scope.ts';
import type { Origin, Value } from '../../ir/types.ts';
import type { Graph } from '../../ir/types.ts';
import type { Port } from '../../ir/model.ts';
import type { Later, TopLevel } from './spec.ts';
import type { GraphBuild } from '../../ir/graph-build.ts';

/** A parameter or a layer's state, as the spec declares it. */
export interface Declared {
  readonly path: string;
  readonly shape: readonly number[];
  readonly init: Graph;
  readonly origin: Origin;
  readonly frozen: boolean;
  readonly made: Made;
  /** Of a state: the target of whose classes these are the weights. */
  readonly balances?: string;
}

/** What all parts of one elaboration share. */
export interface World {
  readonly library: Library;
  readonly reporter: Reporter;
  /** The hypers of each file, by its definitions: those of the user's, and of what it imports. */
  readonly hypers: ReadonlyMap<Library, Scope>;
  /** Whether some line takes a gradient. */
  readonly derives: boolean;
  /** The statements of the user's file, without those inside others. */
  readonly topLevel: ReadonlySet<Statement>;
  /** Names that the user's file makes anywhere at top level, for `used before it exists`. */
  readonly later: ReadonlyMap<string, Made>;
  /** Likewise for layers and blocks. */
  readonly laterLayers: ReadonlyMap<string, Made>;
  /** Names that some line reuses. */
  readonly reused: ReadonlySet<string>;
  /** Targets whose numbers `prep` changes: metrics are taken in the data's own units. */
  readonly prepared: ReadonlySet<string>;
  /** Inputs and targets as training sees them where they are augmented. */
  readonly augmented: ReadonlyMap<string, Port>;
  /** The line of an offset in the user's file. */
  readonly lineOf: (offset: number) => number;
  /** Which part of the run is elaborated. */
  readonly stage: Stage;
  /** Whether a scope or a weight of this path is frozen. */
  readonly frozen: (path: string) => boolean;
  /** What `lora` trains beside matrices, by the paths of those. */
  readonly pairs: ReadonlyMap<string, Pair>;
  /** What layers read in the place of weights that `reparam` adapts, by the paths of those. */
  readonly reparams: ReadonlyMap<string, Reparam>;
  readonly meaning: Meaning;
}

/** A definition with what has been bound of it already (`adam(beta1=0.5)`), and the arguments that are still to be. */
export interface Named {
  readonly entry: Entry;
  readonly bound: ReadonlyMap<string, Datum>;
  readonly args: readonly Argument[];
}

/** A layer reads a function of its weight. */
export interface Reparam {
  /** The scope of its own weights and states: `dense.weight_norm`. */
  readonly path: string;
  /** The definition, and what the statement gives it. */
  readonly named: Named;
  /** The statement, of which several weights may be adapted. */
  readonly by: Later;
  /** Whether some line reads the weight by its path: then it is no secret of the round of a repeat in which it lies. */
  readonly isNamed: boolean;
}

/** The two thin matrices beside an adapted one: x @ W becomes x·W + scale·(x·a)·b. */
export interface Pair {
  /** Their scope: `attention.query.lora`. */
  readonly path: string;
  readonly rank: number;
  /** alpha/rank. */
  readonly scale: number;
}

/** A part of the run: what of the spec holds in it. */
export interface Stage {
  /** All phases and steps that may stand in the spec. */
  readonly known: ReadonlySet<Statement>;
  /** This phase, and those before it, on which it builds. */
  readonly phases: ReadonlySet<Statement>;
  /** Steps whose losses are taken. */
  readonly steps: ReadonlySet<Statement>;
  /** Whether the losses, or the metrics, of a part are taken; undefined: those that stand in none. */
  readonly takes: (sort: 'loss' | 'metric', part: Statement | undefined) => boolean;
  /** Whether the step updates a parameter, or writes a state, of this path. */
  readonly updates: (path: string) => boolean;
}

/** The parts of the evaluator that call each other; each lies in a file of its own. */
export interface Meaning {
  evaluate(expression: Expression, frame: Frame): Datum;
  run(statements: readonly Statement[], frame: Frame): void;
  call(expression: Extract<Expression, { type: 'call' }>, frame: Frame): Datum;
  /** Binds some arguments of a callee, the first `skip` parameters left open: `leaky_relu(slope=0.1)`. */
  partial(
    callee: Callee,
    call: Extract<Expression, { type: 'call' }>,
    frame: Frame,
    skip: number,
  ): ReadonlyMap<string, Datum>;
  /** What follows `init=`: an initialiser, or an expression. */
  initialiser(expression: Expression, frame: Frame): Datum;
  /** An optimizer that another one uses. */
  nestedOptimizer(command: Command, frame: Frame): void;
}

/** A layer or block that has a name, as it was applied: `reuse` applies it again. */
export interface Applied {
  readonly noun: 'layer' | 'block';
  readonly path: string;
  readonly made: Made;
  /** What it was given. */
  readonly given: readonly Datum[];
  /** Whether a mistake was made in it, so that nothing is known of what it would give. */
  readonly broken: boolean;
  /** The result with other inputs, in the place of a statement. */
  readonly again: (inputs: readonly Operand[], command: Command, frame: Frame) => Datum;
}

/** One use of what is reused, in whose course its statements are run again. */
export interface Use {
  readonly applied: Applied;
  readonly path: string;
  /** From 1. */
  readonly number: number;
  readonly inputs: readonly Datum[];
  readonly made: Made;
  /** The scan in whose body the use stands. */
  readonly turn: Turn | undefined;
}

/** A block whose statements are being run for the first time. */
export interface OpenBlock {
  readonly path: string;
  /** There were so many values before it. */
  readonly since: number;
  /** The first value from outside that it has read so far. */
  input: Tensor | undefined;
}

/** One graph in the making, and how it is meant. */
export interface Run {
  readonly graph: GraphBuild;
  readonly mode: 'training' | 'evaluation' | 'update' | 'host';
  /** Occurrences of a name in a path's scope, for `dense_1`. */
  readonly occurrences: Map<string, number>;
  readonly parameters: Map<string, Declared>;
  readonly states: Map<string, Declared>;
  readonly weights: Map<string, Tensor>;
  /** The path of the weight that a value is. */
  readonly weightOf: Map<Value, string>;
  /** What `reparam` makes of weights, by the paths of those: all uses share it. */
  readonly effective: Map<string, Tensor>;
  /** Matrices that some `x @ W` has read, by path. */
  readonly multiplied: Set<string>;
  /** Weights that some line has read by their paths. */
  readonly named: Set<string>;
  /** Values that a loss took as logits. */
  readonly logits: Set<Value>;
  /** New values of layers' states, by path. */
  readonly newStates: Map<string, Value>;
  /** Paths of layers and blocks, with where they were named. */
  readonly scopes: Map<string, Made>;
  /** What can be reused, by the path of its use: a scope knows under which names. */
  readonly applied: Map<string, Applied>;
  /** The blocks in which the current statement stands, from outside in. */
  readonly blocks: OpenBlock[];
  /** How much has been done, and whether it is more than is compiled: the rest of the spec is then left unread. */
  readonly limit: { steps: number; reached: boolean };
  /** Scopes in which a mistake was made: what they would have held is unknown. */
  readonly broken: Set<string>;
}

/** What is declared apart from the rest: only what it is like, or what becomes of it, matters. */
export function apart(): Pick<Run, 'parameters' | 'states' | 'weights' | 'effective' | 'newStates' | 'scopes'> {
  const [parameters, states] = [new Map(), new Map()];
  return { parameters, states, weights: new Map(), effective: new Map(), newStates: new Map(), scopes: new Map() };
}

/** What changes from line to line of a body. */
export interface Flow {
  it: Datum;
  /** A requirement has failed: the rest of the body would only stumble over the same. */
  halted?: boolean;
}

/** A scan whose body is being made. */
export interface Turn {
  readonly steps: number;
  /** The scan in whose body this one stands. */
  readonly around: Turn | undefined;
  /** Goes along one more sequence, with its positions in front: what it is at a position. */
  readonly along: (sequence: Value) => Value;
}

/** What examples count in a mean or sum over the batch. */
export interface RowWeights {
  /** A number for each. */
  readonly weights: Tensor;
  /** Whether some sum has asked for them: where none does, they have no meaning. */
  isUsed: boolean;
}

export interface Frame {
  readonly world: World;
  readonly run: Run;
  readonly site: Site;
  /** Names of the body: parameters, then what it makes. */
  readonly scope: Scope;
  /** What the body sees besides: `in`, `training`, `param`, `t` … */
  readonly specials: Scope | undefined;
  /** The current value. */
  readonly flow: Flow;
  readonly body: 'top' | Sort;
  /** The spec to which the statements belong; undefined in a definition. */
  readonly top: TopLevel | undefined;
  /** The scope for paths: `backbone.repeat.0`. */
  readonly path: string;
  /** The beginning of words for readers inside this body: `backbone.dense`. */
  readonly word: string;
  /** Definitions that are being inlined, against recursion. */
  readonly stack: readonly Entry[];
  /** Whether `batch_sum` and `batch_mean` mean everything evaluated. */
  readonly totals: boolean;
  /** In a loss or metric whose statement says `rows=w`: how much each example counts there. */
  readonly rows: RowWeights | undefined;
  /** In the body of a scan: its turn. */
  readonly turn: Turn | undefined;
  /** In an optimizer: what is updated. */
  readonly subject: Subject | undefined;
  /** In a reparametrisation: the shape of the weight that it adapts. */
  readonly adapts: readonly number[] | undefined;
  /** Whether this is the first use of something: a later one goes on from the states that it writes. */
  readonly goesOn: boolean;
  /** What is being reused, from outside in: paths mean what the first use has made there. */
  readonly uses: readonly Use[];
}

/** The parameter that an optimizer updates, and the slots that its def declares. */
export interface Subject {
  readonly path: string;
  readonly shape: readonly number[];
  readonly slots: Map<string, { readonly shape: readonly number[]; readonly init: Graph; value: Value }>;
  /** Where the gradient is taken, if that is not the parameter. */
  at: Value | undefined;
  /** Seen by nested optimizers too. */
  readonly specials: Scope;
}

/** What an operation acts on, and where it stands. */
export interface Operand {
  readonly datum: Datum;
  readonly span: Span;
}

/** A written argument with the frame in which it means something. */
export interface Written {
  readonly args: readonly Argument[];
  readonly frame: Frame;
}

/** The definitions that a body's names mean: those of the place where it was written. */
export function definitions(frame: Frame): Library {
  return frame.stack.at(-1)?.home ?? frame.world.library;
}

/** The hypers that a body's names mean: those of the file in which it was written. */
export function hypersOf(frame: Frame): Scope | undefined {
  return frame.world.hypers.get(definitions(frame));
}

export function originOf(frame: Frame, span: Span): Origin {
  const { source, line, statement, what } = frame.site;
  return { source, span, line, statement, what, ...(frame.word === '' ? {} : { scope: frame.word }) };
}

/** The word for what is called so inside a frame: `backbone.dense.z`. */
export const wordIn = (frame: Frame, name: string): string => join(frame.word, name);

/** A value that another graph made, read where it means nothing (an initial value that depends on data). */
export function foreign(frame: Frame, datum: Datum): boolean {
  return datum.type === 'tensor' && !frame.run.graph.owns(datum.value);
}
