/** What an op is: its shape rule, its meaning, its derivative, its way to the kernels, and how it is tested. */
import type { Elsewhere } from '../../grammar/documentation.ts';
import type { Builder } from '../ir/builder.ts';
import type { Called } from '../ir/called.ts';
import type { Attrs, Dim, Graph, Node, Type, Value } from '../ir/types.ts';
import type { CallRule } from './rules/call.ts';
import type { RangeRule } from './rules/range.ts';

/** A tensor of the reference semantics: row-major doubles. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What a shape rule answers when the inputs do not fit: facts, of which the caller makes a diagnostic. */
export type Misfit =
  /** Two shapes that do not broadcast, or do not agree on the axes that must be equal. */
  | { readonly misfit: 'shapes'; readonly left: number; readonly right: number; readonly why: string }
  /** One input with a shape, rank or dtype that the op does not take; `input` is its position. */
  | { readonly misfit: 'input'; readonly input: number; readonly why: string }
  /** An attribute that does not fit the inputs (an axis out of range, a reshape of another size). */
  | { readonly misfit: 'attr'; readonly attr: string; readonly why: string };

export type Inferred = readonly Type[] | Misfit;

export type Draw = (kind: 'uniform' | 'normal' | 'truncated_normal', stream: string, index: number) => number;

export interface Environment {
  readonly batch: number;
  /** Draws for random ops; index is the position in row-major order. */
  readonly draw: Draw;
  /** The results of a body; streams that it draws from are named below `at`. */
  readonly run: (body: Graph, inputs: readonly Tensor[], at?: string) => readonly Tensor[];
}

export interface VjpContext {
  readonly b: Builder;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Cotangents of the outputs; null where an output is not used. */
  readonly dys: readonly (Value | null)[];
  readonly attrs: Attrs;
  readonly bodies: readonly Graph[];
  /** The inputs whose cotangents are asked for, by position: a rule may answer for others, which nothing reads. */
  readonly wanted: readonly boolean[];
  /**
   * Lets the node give more results behind those that it has, for what its derivative reads: with these bodies and
   * attributes in place of its own, it has these outputs, of which the new ones are called so where that is said.
   */
  readonly extend: (bodies: readonly Graph[], attrs: Attrs, called?: readonly Called[]) => readonly Value[];
  /** For ops that hold graphs: the derivative of a body. */
  readonly pullback: PullbackRule;
  /** Whether it costs less to run a node again than to keep its result. */
  readonly isCheap: (node: Node) => boolean;
  /** What the values that nodes make are called. */
  readonly wordsOf: (nodes: readonly Node[]) => { readonly of: (value: Value) => Called & { readonly word: string } };
}

/** What a derivative has come to. */
export interface Pullback {
  /** The nodes that were pulled back through, of which some now give more results, for what derivatives read. */
  readonly nodes: readonly Node[];
  /** Those of `wrt`, in its order; null where no result depends on the value. */
  readonly cotangents: readonly (Value | null)[];
}

/** A result with a cotangent of it; those of one result are added. */
export type Seed = readonly [result: Value, cotangent: Value];

/** The cotangents of `wrt`, given those of results (`seeds`), as nodes that `b` appends. */
export type PullbackRule = (
  b: Builder,
  nodes: readonly Node[],
  seeds: readonly Seed[],
  wrt: readonly Value[],
) => Pullback;

/** How the op reaches the kernels. */
export type Lowering =
  /** A scalar primitive of `nnc/runtime` by that name: fusable into maps. */
  | { readonly as: 'scalar'; readonly primitive: string }
  /** A method of `k`. */
  | {
      readonly as: 'kernel';
      readonly call: CallRule;
      /**
       * What stands for it in a map over rows: a function of the runtime that reduces the last axis (`rowSum`), or one of
       * nothing that counts along it (`column`).
       */
      readonly row?: string;
      /** Its result is the memory of its input, seen under another shape. */
      readonly view?: true;
    }
  /** A function of the emitted file. */
  | { readonly as: 'function' }
  /** A fused kernel: `k.map` over the body that the node carries. */
  | { readonly as: 'fused' }
  /** Only on the host (f64): initialisers, metrics' ends. */
  | { readonly as: 'host' }
  /** Known when all batches have passed: the sum of what is called for each, which the host adds up in f64. */
  | { readonly as: 'total'; readonly from: 'sum'; readonly call: CallRule }
  /** Likewise from the moments of the rows that are called for; `end` is the function of `host` that they are given to. */
  | { readonly as: 'total'; readonly from: 'rows'; readonly call: CallRule; readonly end: string }
  /** A loop of the target's, around the calls of its body. */
  | { readonly as: 'loop' }
  /** No code of its own: consts; and stop_gradient and cast, which a kernel's body passes on as they are. */
  | { readonly as: 'nothing' }
  /**
   * In terms of other ops, for every backend alike. Such an op has a vjp of its own, so that it may be expanded after
   * differentiation as well as before.
   */
  | { readonly as: 'decompose'; readonly to: (b: Builder, inputs: readonly Value[], attrs: Attrs) => readonly Value[] };

/** One case of the generated suites. Inputs are drawn uniformly from `range`. */
export interface Sample {
  readonly name?: string;
  readonly inputs: readonly SampleInput[];
  readonly attrs?: Attrs;
}

export interface SampleInput {
  readonly shape: readonly Dim[];
  readonly dtype?: 'f32' | 'i32' | 'f64';
  /** Uniform in this range; [-2, 2] unless given. */
  readonly range?: readonly [number, number];
  /** Whole numbers only (ids): from range[0] to range[1], both included. */
  readonly whole?: boolean;
}

/** A point where the derivative is a convention: the inputs (scalars), a cotangent of 1, and the gradients promised. */
export interface Kink {
  readonly at: readonly number[];
  readonly gradients: readonly number[];
  readonly why: string;
}

/** A value at which the meaning is checked against a table: 0, −0, ±Inf, NaN, huge, tiny. */
export interface Special {
  readonly inputs: readonly number[];
  readonly result: number;
}

/** What a page of the reference says of an op. */
export interface Documented {
  /** How the language knows it, if it is a function there. */
  readonly doc: string;
  /** How it is called, where its inputs and attributes do not say it all: `normal(like=x)`. */
  readonly forms?: readonly string[];
  /** How other frameworks name it, as the last lines of a definition's documentation say it; `Also` has other names. */
  readonly elsewhere?: Elsewhere;
  /** A spec that calls it; one that acts on each element alone needs none. */
  readonly example?: string;
}

/** What the file of an op says. */
export interface Rules extends Documented {
  readonly name: string;
  /** Names of the inputs, NumPy's where it has the function; `xs...` for any number, `bias?` where it may be left out. */
  readonly inputs: readonly string[];
  /** Names of the attributes with what they are when left out (`required` where they must be given). */
  readonly attrs: Readonly<Record<string, AttrSpec>>;
  readonly infer: (types: readonly Type[], attrs: Attrs, bodies: readonly Graph[]) => Inferred;
  /** The meaning, in plain f64. */
  readonly evaluate: (
    inputs: readonly Tensor[],
    attrs: Attrs,
    outputs: readonly Type[],
    env: Environment,
    bodies: readonly Graph[],
  ) => readonly Tensor[];
  /**
   * Cotangents of the inputs, in their order; null where there is none. A rule answers in the shape to which its input
   * was broadcast: the differentiator sums over the axes along which it was repeated. 'none': the op has no derivative,
   * or one that is zero wherever it exists.
   */
  readonly vjp: ((context: VjpContext) => readonly (Value | null)[]) | 'none';
  readonly lower: Lowering;
  /**
   * The graphs that its nodes hold: functions of `scalar`s, which a kernel applies; such functions that may also reduce
   * `rows`; or, in which any op may stand, `loop` bodies, which passes go into, and a `function`, which several nodes
   * may share: passes take it by itself, once.
   */
  readonly bodies?: 'scalar' | 'rows' | 'loop' | 'function';
  /** Where the elements of its result lie. Unless it says so: where those of its inputs do if it moves, else anywhere. */
  readonly range?: RangeRule;
  /** How the host calls it, where that is neither as its kernel is called nor `host.<name>` with its inputs. */
  readonly host?: CallRule;
  /** The inputs that are of each example, by position, where the others are the same for all: `x`, but not a kernel. */
  readonly ofExamples?: readonly number[];
  /** Whether it acts on each element alone, with NumPy's broadcasting. */
  readonly elementwise: boolean;
  /** Every element of its result is an element of its inputs, or 0. */
  readonly moves?: true;
  /** Its result is its input in another form, and goes by that word: `transposed`, or '' where it takes no notice. */
  readonly shows?: string;
  /** It answers 1 or 0, which are true and false where they are known while compiling. */
  readonly truth?: true;
  /** Its results are integers: i32 on the device, whole numbers on the host. */
  readonly integers?: true;
  /** Its results are whole numbers, whatever its inputs are (`made`) or where they are (`kept`): rows may have them. */
  readonly whole?: 'made' | 'kept';
  /** A reduction that over no axes leaves a value as it is. */
  readonly keepsOne?: true;
  /** Computing one of its elements again costs less than writing and reading it. */
  readonly cheap?: true;
  /**
   * Floating-point operations on the device. Unless it says so: one for each element that an elementwise op makes or
   * another reads, none for what only moves.
   */
  readonly cost?: (node: Node, batch: number) => number;
  /** How mathematics writes it over the texts of its inputs: said of derivatives in emitted files. */
  readonly formula?: (texts: readonly string[], node: Node) => string | undefined;
  /** The word for what comes out of it in emitted files, where its name is a verb or that of a function. */
  readonly noun?: string;
  /** Passes make it, and it has no name in the language. */
  readonly internal?: true;
  readonly samples: readonly Sample[];
  readonly kinks: readonly Kink[];
  readonly specials: readonly Special[];
}

/**
 * What an attribute is. Where values are of each example, the user's attributes speak of an example's axes and the
 * graph's of all, with the batch as axis 0: axes then count one more, a permutation leaves the batch in front, a shape
 * begins with it.
 */
export interface AttrSpec {
  readonly type:
    | 'number'
    /** A number of elements: whole, at least 1. */
    | 'size'
    | 'boolean'
    | 'axis'
    | 'axes'
    /** Every axis once, in reverse order where it is left out. */
    | 'permutation'
    /** A size for each axis. */
    | 'shape'
    | 'numbers'
    | 'string';
  readonly default: string | number | boolean | readonly number[] | 'required' | 'all' | 'none';
  /** Of numbers that go through the axes: those of the batch axis, which is taken as it is. */
  readonly batch?: readonly number[];
  /** Of a shape: whether one of its sizes may be -1, which is what the others leave. */
  readonly hasRest?: true;
  /** Axes are counted in the result, which has one more than the inputs. */
  readonly newAxis?: true;
  /** It is set by the elaborator or by passes, and nobody writes it. */
  readonly internal?: true;
}

/** An op as others ask it; most have no bodies. */
export interface Op extends Omit<Rules, 'infer' | 'evaluate'> {
  readonly infer: (types: readonly Type[], attrs: Attrs, bodies?: readonly Graph[]) => Inferred;
  readonly evaluate: (
    inputs: readonly Tensor[],
    attrs: Attrs,
    outputs: readonly Type[],
    env: Environment,
    bodies?: readonly Graph[],
  ) => readonly Tensor[];
}

/** Completes an op: its shape rule is only asked about the number of inputs that it takes. */
export function defineOp(rules: Rules): Op {
  return {
    ...rules,
    infer: (types, attrs, bodies = []) => surplusOrMissing(rules.inputs, types) ?? rules.infer(types, attrs, bodies),
    evaluate: (inputs, attrs, outputs, env, bodies = []) => rules.evaluate(inputs, attrs, outputs, env, bodies),
  };
}

function surplusOrMissing(names: readonly string[], types: readonly Type[]): Misfit | undefined {
  const variadic = names.some((name) => name.endsWith('...'));
  const least = names.filter((name) => !name.endsWith('?') && !name.endsWith('...')).length;
  if (types.length >= least && (variadic || types.length <= names.length)) return undefined;
  const wanted = least === names.length ? `${least}` : `${least} to ${names.length}`;
  return { misfit: 'input', input: types.length, why: `it takes ${wanted} values, and got ${types.length}` };
}
