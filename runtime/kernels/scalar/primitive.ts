/** What a scalar primitive is: one function in three forms, for the host, for wasm vectors and over tfjs's kernels. */
import type { V128 } from '../wasm/assembler/instructions.ts';

/** Where a wasm form writes its code. */
export interface Emit {
  /** Computes the vector now, and gives the variable that holds it. */
  let(value: V128): V128;
  /** The number in four lanes, computed once for the whole kernel. */
  floats(value: number): V128;
  constant(value: V128): V128;
}

/** tfjs's own description of a tensor, said again: whoever checks our declarations needs none of tfjs's. */
export interface TensorInfo {
  dataId: object;
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool' | 'complex64' | 'string';
}

/** The settings of one of tfjs's kernels. */
export type Attributes = Readonly<Record<string, number | string | boolean | number[]>>;

/** Where a tfjs form calls kernels. What it makes is freed by whoever gave it. */
export interface Compose {
  call(kernel: string, inputs: Readonly<Record<string, TensorInfo>>, attrs?: Attributes): TensorInfo;
  number(value: number): TensorInfo;
  /** All of them in the shape that they broadcast to. */
  common(xs: readonly TensorInfo[]): TensorInfo[];
}

/** The wasm form works on four floats at a time, each lane alone; the tfjs form broadcasts as NumPy does. */
interface Forms<Args extends readonly unknown[], Js, Wasm, Tfjs> {
  readonly arity: Args['length'];
  readonly js: Js;
  readonly wasm: Wasm;
  readonly tfjs: Tfjs;
}

export type Unary = Forms<
  [0],
  (x: number) => number,
  (e: Emit, x: V128) => V128,
  (t: Compose, x: TensorInfo) => TensorInfo
>;

export type Binary = Forms<
  [0, 0],
  (a: number, b: number) => number,
  (e: Emit, a: V128, b: V128) => V128,
  (t: Compose, a: TensorInfo, b: TensorInfo) => TensorInfo
>;

export type Ternary = Forms<
  [0, 0, 0],
  (a: number, b: number, c: number) => number,
  (e: Emit, a: V128, b: V128, c: V128) => V128,
  (t: Compose, a: TensorInfo, b: TensorInfo, c: TensorInfo) => TensorInfo
>;

export type Primitive = Unary | Binary | Ternary;
