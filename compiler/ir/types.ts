/** The intermediate representation: typed values, nodes in order, graphs with named inputs and outputs. */
import type { Span } from '../../grammar/ast.ts';
import type { Source } from '../diagnostics/types.ts';

/** The size of an axis: a number, or the batch size of the run. */
export type Dim = number | 'B';
export type Shape = readonly Dim[];

/**
 * `f32` and `i32` are tensors on the device. `f64` is a value on the host, in double precision: the numbers of one
 * update (learning rate, 1 − β₂ᵗ), initial values, and what a metric does with its totals. Constants are `f64 []`.
 */
export type DType = 'f32' | 'i32' | 'f64';

export interface Type {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Where something comes from in the user's files. */
export interface Origin {
  readonly source: Source;
  readonly span: Span;
  /** The statement in the user's own spec that led here through defs (itself, if it was not inside a def). */
  readonly line: number;
  /** That statement's own span: several may stand on one line. */
  readonly statement?: Span | undefined;
  /** The layer, loss, optimizer, … that it is part of, for readers: `dense`, `xent`, `adam`. */
  readonly what: string;
  /** The path of what it is part of, as words have it: `encoder.0.dense_1`. */
  readonly scope?: string | undefined;
}

/** One static single assignment value. Identity is the object's. */
export interface Value {
  readonly type: Type;
  /** What the user or a definition calls it (`words.ts`); undefined where nobody has said. Not unique. */
  readonly word?: string | undefined;
  /** What definitions that are given it call it, by their scopes: `logits` in `xent`. */
  readonly givenAs?: ReadonlyMap<string, string> | undefined;
}

export type Attr = number | string | boolean | readonly Dim[] | undefined;
export type Attrs = Readonly<Record<string, Attr>>;

/** Which function of the generated file a node stands in. */
export type Section = 'forward' | 'backward' | 'accumulate' | 'update';

export interface Node {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attrs: Attrs;
  /** What the op runs, closed: what a body reads from outside is among its inputs, by position. */
  readonly bodies: readonly Graph[];
  readonly section: Section;
  readonly origin: Origin;
}

export type InputRole =
  | 'input' // a value of the batch, by its name
  | 'target' // likewise
  | 'parameter' // by path
  | 'state' // a layer's state, by path
  | 'slot' // an optimizer's state, `<parameter path>/<slot>`
  | 'accumulator' // the summed gradient of a parameter, by path (accumulate n)
  | 'grad' // in an update: the gradient that it is given
  | 'value' // in an update: what all updates of a step share, as the factor of a clip
  | 'host'; // a number of the host: t, T, B (batch size), rows, plateau, micro (batches accumulated so far)

export interface GraphInput {
  readonly role: InputRole;
  readonly name: string;
  readonly value: Value;
}

export type OutputRole =
  | 'loss' // the step's loss, penalties included (name `loss`)
  | 'part' // one loss statement, weighted (`loss/0`)
  | 'grad' // by parameter path
  | 'parameter' // new value, by path
  | 'state' // new value of a layer's state, by path
  | 'slot' // new value, `<parameter path>/<slot>`
  | 'accumulator' // new value, by path
  | 'predict' // by name (`predict` alone, or the user's names)
  | 'metric' // a host number, by name
  | 'value'; // anything else (results of fragments and of bodies)

export interface GraphOutput {
  readonly role: OutputRole;
  readonly name: string;
  readonly value: Value;
}

/** A program: nodes in an order in which every input is made before it is used. */
export interface Graph {
  readonly inputs: readonly GraphInput[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly GraphOutput[];
}
