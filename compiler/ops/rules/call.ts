/** The call of a kernel as data, which every target writes in its own notation. */
import type { Attr, Attrs, Dim, Graph, Node, Shape, Value } from '../../ir/types.ts';
import { InternalError } from '../../diagnostics/types.ts';

export type Argument =
  /** One of the node's inputs. */
  | { readonly kind: 'value'; readonly value: Value }
  /** One of them as a matrix: all axes but the last are its rows. */
  | { readonly kind: 'rows'; readonly value: Value }
  /** A number or a size; 'B' is the batch size. */
  | { readonly kind: 'number'; readonly number: Dim }
  /** Sizes, axes, positions. */
  | { readonly kind: 'numbers'; readonly numbers: readonly Dim[] }
  /** The shape of the result. */
  | { readonly kind: 'shape'; readonly shape: Shape }
  | { readonly kind: 'flag'; readonly flag: boolean }
  | { readonly kind: 'text'; readonly text: string }
  /** A random stream, by its path within the function. */
  | { readonly kind: 'stream'; readonly stream: string }
  /** A function of scalars. */
  | { readonly kind: 'function'; readonly body: Graph }
  | { readonly kind: 'list'; readonly items: readonly Argument[] };

export interface Call {
  /** Whose method it is, where not that of the kernels or, on the host, of `host`: `draw` gives random numbers there. */
  readonly of?: 'draw';
  readonly method: string;
  readonly args: readonly Argument[];
  /** By name, behind the others. */
  readonly options: Readonly<Record<string, Argument>>;
}

export type CallRule = (node: Node) => Call;

export const number = (size: Dim): Argument => ({ kind: 'number', number: size });
export const numbers = (sizes: readonly Dim[]): Argument => ({ kind: 'numbers', numbers: sizes });
export const flag = (is: boolean): Argument => ({ kind: 'flag', flag: is });
export const text = (of: string): Argument => ({ kind: 'text', text: of });
export const stream = (of: string): Argument => ({ kind: 'stream', stream: of });
export const list = (items: readonly Argument[]): Argument => ({ kind: 'list', items });
export const value = (of: Value | undefined): Argument => {
  if (of === undefined) throw new InternalError('a call lacks an operand');
  return { kind: 'value', value: of };
};

export const rows = (of: Value): Argument => (of.type.shape.length === 2 ? value(of) : { kind: 'rows', value: of });

/** The shape of a node's result. */
export const shapeOf = ({ outputs }: Node): Argument => ({ kind: 'shape', shape: outputs[0]?.type.shape ?? [] });

/** A call; options that are undefined are left out. */
export function call(
  method: string,
  args: readonly Argument[],
  options: Readonly<Record<string, Argument | undefined>> = {},
): Call {
  const given = Object.entries(options).flatMap(([name, option]) =>
    option === undefined ? [] : [[name, option] as const],
  );
  return { method, args, options: Object.fromEntries(given) };
}

/** The call of a method with the node's inputs and nothing else. */
export const callInputs = (method: string, { inputs }: Node): Call => call(method, inputs.map(value));

/** A flag that is said where it is set. */
export const setFlag = (attrs: Attrs, name: string): Argument | undefined =>
  attrs[name] === true ? flag(true) : undefined;

/** The call of a reduction: over all axes where none are named. */
export function callReduction(method: string, { inputs, attrs }: Node): Call {
  return call(method, inputs.map(value), { axis: axes(attrs['axis']), keepdims: setFlag(attrs, 'keepdims') });
}

function axes(axis: Attr): Argument | undefined {
  if (typeof axis === 'number') return numbers([axis]);
  return Array.isArray(axis) ? numbers(axis) : undefined;
}

/** Every argument of a call, with those that lie within others. */
export function allArguments({ args, options }: Call): readonly Argument[] {
  const within = (argument: Argument): readonly Argument[] =>
    argument.kind === 'list' ? [argument, ...argument.items.flatMap(within)] : [argument];
  return [...args, ...Object.values(options)].flatMap(within);
}
