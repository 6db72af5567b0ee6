/** `k`: what generated code calls. The contract between the emitted file and the backends, in eager and recorded mode. */
import type { Operand, Scalar, Sym } from './scalar/symbol.ts';

export type DType = 'float32' | 'int32';
export type Shape = readonly number[];

/** A tensor on the device, or its place in a recorded program. Opaque: only `k` looks inside. */
export interface Value {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * The body of a fused elementwise kernel: a plain function over scalars. It is called once with symbols, and never
 * with numbers, so it may not branch on them.
 */
export type MapBody = (...inputs: Sym[]) => Sym | readonly Sym[];

/** One value for each symbol that the body returns. */
export type MapResult<R> = R extends Sym ? Value : { [I in keyof R]: Value };

export interface MatmulOptions {
  /** a is stored [..., K, M]. */
  readonly transposeA?: boolean;
  /** b is stored [..., N, K]. */
  readonly transposeB?: boolean;
  /** [N], added to each row. */
  readonly bias?: Value;
  /** An elementwise function of one value, applied last: `relu`, or one of the file's own. */
  readonly act?: (x: Sym) => Sym;
}

export interface ConvOptions {
  /** On each spatial axis, from one window to the next; 1 when left out. */
  readonly stride?: readonly number[];
  /** On each spatial axis, from one element of a window to the next; 1 when left out. */
  readonly dilation?: readonly number[];
  /** So many convolutions beside each other, each of its share of the channels; 1 when left out. */
  readonly groups?: number;
}

export interface PoolOptions {
  /** Of a window, on each spatial axis. */
  readonly size: readonly number[];
  /** From one window to the next, on each spatial axis. */
  readonly stride: readonly number[];
  /** From one element of a window to the next, on each spatial axis; 1 when left out. */
  readonly dilation?: readonly number[];
}

export interface PadOptions {
  /** On each axis, so many between neighbours; none when left out. */
  readonly between?: readonly number[];
  /** What is put there; 0 when left out, and for whole numbers. */
  readonly value?: number;
}

export interface ReduceOptions {
  /** Axes that are summed over; all of them when left out. Negative axes count from the end. */
  readonly axis?: readonly number[];
  /** Keep them as axes of size 1. */
  readonly keepdims?: boolean;
}

export interface ScanOptions<O extends readonly Value[], W extends readonly Value[]> {
  /** How many turns. */
  readonly steps: number;
  /** [steps, ...] each: a turn is given its position of them. */
  readonly over: O;
  /** What goes from turn to turn: as it is before the first. */
  readonly with: W;
  /** From the last position to the first; what is stacked still lies at its own position. */
  readonly reverse?: boolean;
}

/** A value for each of a list. */
export type Each<T> = { readonly [I in keyof T]: Value };

export interface K {
  /** op(a) @ op(b): [..., M, K] @ [..., K, N] → [..., M, N]; leading axes broadcast. */
  matmul(a: Value, b: Value, options?: MatmulOptions): Value;
  /**
   * x [n, ...s, c] by a kernel [...size, c/groups, channels] → [n, ...o, channels], over one to three spatial axes with
   * o = ⌊(s − dilation·(size − 1) − 1)/stride⌋ + 1. Only whole windows count: what is to be around x is `pad`'s.
   */
  conv(x: Value, kernel: Value, options?: ConvOptions & Pick<MatmulOptions, 'bias' | 'act'>): Value;
  /** The gradient of `conv` by its kernel, from that by its result: [...size, c/groups, channels]. */
  convKernel(x: Value, dy: Value, options: ConvOptions & { readonly size: readonly number[] }): Value;
  /** Each channel of x [n, ...s, c] over windows → [n, ...o, c], where o is as `conv` has it. */
  pool(reduce: 'max' | 'sum', x: Value, options: PoolOptions): Value;
  /** v, of x's shape, where each window of x has its maximum: the first of equals, row-major; NaN is the greatest. */
  poolGather(x: Value, v: Value, options: PoolOptions): Value;
  /** dy [n, ...o, c], each element where its window of x has its maximum, added up; elsewhere zeros: of x's shape. */
  poolScatter(x: Value, dy: Value, options: PoolOptions): Value;
  /**
   * A fused elementwise kernel. The inputs broadcast as NumPy's do; numbers of the host (`n.lr`) are inputs too. A
   * result has the broadcast shape, with 1 for the last axis if it does not vary along it (it only depends on
   * `rowSum`, `rowMax` and inputs of width 1); it is float32, or int32 where `select` chooses between tensors of int32
   * and numbers.
   */
  map<const R extends Sym | readonly Sym[]>(body: (...inputs: Sym[]) => R, inputs: readonly Operand[]): MapResult<R>;
  sum(x: Value, options?: ReduceOptions): Value;
  /** Of all axes given; the first of equals decides nothing, it is a value. */
  max(x: Value, options?: ReduceOptions): Value;
  min(x: Value, options?: ReduceOptions): Value;
  /** √Σx² over all elements of all of them: of float32, and finite if they are. */
  globalNorm(xs: readonly Value[]): Value;
  /** The sum of all of them, element by element, from the first to the last: float32 of one shape. */
  addAll(xs: readonly Value[]): Value;
  /** The index of the greatest along the axis, the first of equals; int32, the axis is left out. */
  argmax(x: Value, axis: number): Value;
  argmin(x: Value, axis: number): Value;
  /** The same elements, row-major, under another shape. Costs nothing: it is another view of the same memory. */
  reshape(x: Value, shape: Shape): Value;
  transpose(x: Value, permutation: readonly number[]): Value;
  /** Size `size[i]` from `begin[i]` on each axis. */
  slice(x: Value, begin: readonly number[], size: readonly number[]): Value;
  /** Zeros around: so many before and so many after, on each axis. */
  pad(x: Value, before: readonly number[], after: readonly number[], options?: PadOptions): Value;
  /** The last along these axes first. */
  flip(x: Value, axes: readonly number[]): Value;
  concat(xs: readonly Value[], axis: number): Value;
  /** x repeated along axes of size 1 (and new leading axes). */
  broadcast(x: Value, shape: Shape): Value;
  /** Rows of table [V, ...] at ids [...] (int32, or whole numbers as float32; clamped to 0..V−1): [...ids, ...row]. */
  gather(table: Value, ids: Value): Value;
  /** The sum of the rows of updates [...ids, ...row] by id: [rows, ...row]. */
  scatterAdd(ids: Value, updates: Value, rows: number): Value;
  /** The same for each place of the first `lead` axes, which tables and ids share: [lead..., ...ids, ...row]. */
  gatherEach(tables: Value, ids: Value, lead: number): Value;
  /** Likewise: [lead..., rows, ...row]. */
  scatterEach(ids: Value, updates: Value, rows: number, lead: number): Value;
  /** The indices along the axis in the order of the numbers there, the smallest first, of equals the first; int32. */
  argsort(x: Value, axis: number): Value;
  /** Sums along the axis of all up to each place; with `reverse` from the end. */
  cumsum(x: Value, axis: number, options?: { readonly reverse?: boolean }): Value;
  /** The number at every element: float32. */
  full(shape: Shape, value: number): Value;
  /** 0, 1, 2, … as float32. */
  arange(size: number): Value;
  /** Threefry uniforms in [0, 1) of this stream at the current micro-batch. */
  uniform(stream: string, shape: Shape): Value;
  /** Standard normals of this stream, by Box–Muller. */
  normal(stream: string, shape: Shape): Value;
  /**
   * Turns one after the other. Each is given its position of every value that is gone over and what the one before
   * carries on, and gives what is carried on next, of the same shapes, and what is stacked: [steps, ...] each. All that
   * is carried on is replaced together. A turn may read values of outside, and holds no `store`, `uniform` or `normal`;
   * what it makes ends with it. Recorded, it is called once, with values that stand for those of any position.
   */
  scan<const O extends readonly Value[], const W extends readonly Value[], const S extends readonly Value[]>(
    options: ScanOptions<O, W>,
    turn: (at: Each<O>, carried: Each<W>) => { readonly next: Each<W>; readonly stack: S },
  ): { readonly last: Each<W>; readonly stacked: Each<S> };
  /** target ← x, element by element: from here on a parameter, state, slot or accumulator is x. */
  store(target: Value, x: Value): void;
}

export type { Operand, Scalar, Sym };
