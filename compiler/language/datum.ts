/** What an expression of the language is worth while a spec is compiled: a number, a list, a function, a tensor … */
import type { Expression, Sort, Span } from '../../grammar/ast.ts';
import type { Told } from '../diagnostics/say.ts';
import type { Source } from '../diagnostics/types.ts';
import type { Shape, Value } from '../ir/types.ts';
import type { Op } from '../ops/define.ts';
import type { GraphBuild } from '../ir/graph-build.ts';
import type { Entry } from './entry.ts';
import { formatShape, formatNumber } from '../diagnostics/words.ts';

/** Where a value was made, for the labels of diagnostics. */
export interface Made {
  readonly source: Source;
  readonly span: Span;
}

/** A value of the graph. Its axes and shape, as the user sees them, are those of one example. */
export interface Tensor {
  readonly type: 'tensor';
  readonly value: Value;
  /** Whether axis 0 of the value is the batch; a shared value is the same for every example. */
  readonly perExample: boolean;
  /** Of a `class[K]` target: K. */
  readonly classes: number | undefined;
  readonly made: Made | undefined;
}

/** A function as a value, perhaps with some arguments bound: `leaky_relu(slope=0.1)`. */
export interface Fn {
  readonly type: 'fn';
  readonly callee: Callee;
  readonly bound: ReadonlyMap<string, Datum>;
}

/** What a call may reach: a definition, an op of the registry, or a function of the language's own. */
export type Callee =
  | { readonly by: 'definition'; readonly entry: Entry }
  | { readonly by: 'op'; readonly op: Op }
  | { readonly by: 'language'; readonly name: string };

/** A kind of a sort as a value, with its written arguments: `bidirectional lstm(128)`. */
export interface Kind {
  readonly type: 'kind';
  readonly sort: Sort;
  readonly entry: Entry;
  readonly bound: ReadonlyMap<string, Datum>;
}

/** How an initial value is made: called with the shape that is wanted. */
export interface Initialiser {
  readonly type: 'init';
  readonly name: string;
  readonly produce: (target: InitTarget) => Datum;
}

/** What an initialiser is asked for, and the host graph that it builds into. */
export interface InitTarget {
  readonly shape: readonly number[];
  readonly graph: GraphBuild;
  /** `param` in the initial value of a slot. */
  readonly param: Datum | undefined;
}

export type Datum =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'none' }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'symbol'; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly Datum[] }
  | { readonly type: 'selector'; readonly expression: Expression }
  /** A name that has a meaning here, but no value: the reason is told when it is read. */
  | { readonly type: 'absent'; readonly told: Told }
  /** The result of a mistake that has been reported: what depends on it stays silent. */
  | { readonly type: 'error' }
  | Fn
  | Kind
  | Initialiser
  | Tensor;

export const error: Datum = { type: 'error' };
export const none: Datum = { type: 'none' };

export function number(value: number): Datum {
  return { type: 'number', value };
}

export function boolean(value: boolean): Datum {
  return { type: 'boolean', value };
}

export function list(items: readonly Datum[]): Datum {
  return { type: 'list', items };
}

export function numbers(values: readonly number[]): Datum {
  return list(values.map(number));
}

/** The number that a datum is while compiling; booleans count as 1 and 0. */
export function asNumber(datum: Datum): number | undefined {
  if (datum.type === 'number') return datum.value;
  if (datum.type === 'boolean') return datum.value ? 1 : 0;
  return undefined;
}

/** The numbers of a list, or undefined if it is not a list of numbers alone. */
export function asNumbers(datum: Datum): readonly number[] | undefined {
  if (datum.type !== 'list') return undefined;
  const values = datum.items.map(asNumber).filter((value) => value !== undefined);
  return values.length === datum.items.length ? values : undefined;
}

/** The shape of one example. An axis of the size B has a position for each example of the batch: `cross` makes it. */
export function exampleShape(tensor: Tensor): Shape {
  return tensor.perExample ? tensor.value.type.shape.slice(1) : tensor.value.type.shape;
}

/** A datum in words, for messages: `a list`, `the number 3`, `a value of shape [4]`. */
export function describe(datum: Datum): string {
  switch (datum.type) {
    case 'number':
      return `the number ${formatNumber(datum.value)}`;
    case 'boolean':
      return `\`${String(datum.value)}\``;
    case 'none':
      return '`none`';
    case 'string':
      return `the string "${datum.value}"`;
    case 'symbol':
      return `the word \`${datum.name}\``;
    case 'list':
      return describeList(datum.items);
    case 'selector':
      return 'a selector';
    case 'fn':
      return `the function \`${calleeName(datum.callee)}\``;
    case 'kind':
      return `the ${datum.sort} \`${datum.entry.name}\``;
    case 'init':
      return `the initialiser \`${datum.name}\``;
    case 'tensor':
      return `a value of shape ${formatShape(exampleShape(datum))}`;
    case 'absent':
    case 'error':
      return 'nothing';
  }
}

export function calleeName(callee: Callee): string {
  switch (callee.by) {
    case 'definition':
      return callee.entry.name;
    case 'op':
      return callee.op.name;
    case 'language':
      return callee.name;
  }
}

/** Short lists of numbers are shown. */
function describeList(items: readonly Datum[]): string {
  const values = items.map(asNumber).filter((value) => value !== undefined);
  if (values.length !== items.length || items.length > 8) return `a list of ${items.length}`;
  return `the list [${values.map((value) => formatNumber(value)).join(', ')}]`;
}
