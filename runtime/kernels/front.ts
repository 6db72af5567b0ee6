/** `k` itself: checks shapes, makes the results' values, and hands one instruction after another to a device. */
import { View, made, show, sizeOf, viewOf } from './buffer.ts';
import type { Lines } from './ends.ts';
import { KernelError } from './error.ts';
import { rootOf, rowSquares } from './global-norm.ts';
import { makes } from './instruction.ts';
import type { Instruction, KernelCall, Scan } from './instruction.ts';
import type {
  ConvOptions,
  DType,
  Each,
  K,
  MapResult,
  MatmulOptions,
  Operand,
  PadOptions,
  PoolOptions,
  ReduceOptions,
  ScanOptions,
  Shape,
  Sym,
  Value,
} from './k.ts';
import { isWhole, varies } from './scalar/expression.ts';
import { add, literal } from './scalar/functions.ts';
import { checkNext, checkScan, recordTurn, runTurns } from './scan.ts';
import type { Given, ScanCall, Scanned, Turns } from './scan.ts';
import { axesOf, axisOf, broadcastShapes, paddedShape, reducedShape } from './shapes.ts';
import { convolutionOf, kernelGradientOf, poolingOf } from './windows.ts';

/** How many values a kernel adds to a first one: some devices bind few. */
const ADDED_AT_ONCE = 15;

const addedUp = (...xs: readonly Sym[]): Sym => xs.reduce((sum, x) => add(sum, x));

/** Where calls of kernels go. */
export type Emit = (call: KernelCall) => void;

/** Where scans go whose turn was recorded; or by what means turns are run. */
export type Scans = ((scan: Scan) => void) | Turns;

function expect(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new KernelError(message());
}

const isList = (results: Sym | readonly Sym[]): results is readonly Sym[] => Array.isArray(results);

/** One value for one symbol, a list for a list. */
const corresponds = <R extends Sym | readonly Sym[]>(values: unknown, answer: R): values is MapResult<R> =>
  isList(answer) ? Array.isArray(values) : values instanceof View;

const isEach = <T extends readonly Value[]>(values: unknown, of: T): values is Each<T> =>
  Array.isArray(values) && values.length === of.length;

/** What becomes of the calls of a function. */
interface Calls {
  readonly emit: Emit;
  readonly scans: Scans;
  /** What is told of each call when it has run, if anything is. */
  readonly lines?: Lines | undefined;
}

export class FrontEnd implements K {
  /** Those of the model's functions, or of the turn that is under way. */
  #calls: Calls;
  /** How many scans have a turn under way. */
  #depth = 0;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  matmul(a: Value, b: Value, options: MatmulOptions = {}): Value {
    const { transposeA = false, transposeB = false } = options;
    const left = viewOf(a, 'matmul');
    const right = viewOf(b, 'matmul');
    const bias = options.bias === undefined ? undefined : viewOf(options.bias, 'matmul');
    const misfit = () =>
      `matmul: ${show(a.shape)}${transposeA ? 'ᵀ' : ''} @ ${show(b.shape)}${transposeB ? 'ᵀ' : ''}` +
      (bias === undefined ? '' : ` + ${show(bias.shape)}`);
    expect(a.shape.length >= 2 && b.shape.length >= 2, misfit);
    const [m = 0, k = 0] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
    const [inner = 0, n = 0] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
    expect(k === inner && (bias === undefined || sizeOf(bias.shape) === n), misfit);
    const floats = [left, right, ...(bias === undefined ? [] : [bias])].every((view) => view.dtype === 'float32');
    expect(floats, () => 'matmul of whole numbers');
    const lead = broadcastShapes('matmul', [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    const act = options.act?.({ kind: 'input', index: 0 });
    return this.#make([...lead, m, n], 'float32', (out) => ({
      kind: 'matmul',
      a: left,
      b: right,
      transposeA,
      transposeB,
      bias,
      act,
      out,
    }));
  }

  conv(x: Value, kernel: Value, options: ConvOptions & Pick<MatmulOptions, 'bias' | 'act'> = {}): Value {
    const input = viewOf(x, 'conv');
    const weights = viewOf(kernel, 'conv');
    const bias = options.bias === undefined ? undefined : viewOf(options.bias, 'conv');
    const { stride, dilation, groups, output } = convolutionOf(x.shape, kernel.shape, options, bias?.shape);
    const floats = [input, weights, bias].every((view) => view === undefined || view.dtype === 'float32');
    expect(floats, () => 'conv of whole numbers');
    const act = options.act?.({ kind: 'input', index: 0 });
    return this.#make(output, 'float32', (out) => ({
      kind: 'conv',
      x: input,
      kernel: weights,
      stride,
      dilation,
      groups,
      bias,
      act,
      out,
    }));
  }

  convKernel(x: Value, dy: Value, options: ConvOptions & { readonly size: readonly number[] }): Value {
    const input = viewOf(x, 'convKernel');
    const cotangent = viewOf(dy, 'convKernel');
    const { size, stride, dilation, groups } = kernelGradientOf(x.shape, dy.shape, options.size, options);
    expect(x.dtype === 'float32' && dy.dtype === 'float32', () => 'convKernel of whole numbers');
    const shape = [...size, (x.shape.at(-1) ?? 0) / groups, dy.shape.at(-1) ?? 0];
    return this.#make(shape, 'float32', (out) => ({
      kind: 'convKernel',
      x: input,
      dy: cotangent,
      stride,
      dilation,
      groups,
      out,
    }));
  }

  pool(reduce: 'max' | 'sum', x: Value, options: PoolOptions): Value {
    const view = viewOf(x, 'pool');
    const { windows, pooled } = poolingOf('pool', x.shape, options);
    expect(x.dtype === 'float32', () => 'pool of whole numbers');
    return this.#make(pooled, 'float32', (out) => ({ kind: 'pool', reduce, x: view, ...windows, out }));
  }

  poolGather(x: Value, v: Value, options: PoolOptions): Value {
    const view = viewOf(x, 'poolGather');
    const from = viewOf(v, 'poolGather');
    const { windows, pooled } = poolingOf('poolGather', x.shape, options);
    expect(show(v.shape) === show(x.shape), () => `poolGather: ${show(v.shape)} for ${show(x.shape)}`);
    expect(x.dtype === 'float32' && v.dtype === 'float32', () => 'poolGather of whole numbers');
    return this.#make(pooled, 'float32', (out) => ({ kind: 'poolGather', x: view, v: from, ...windows, out }));
  }

  poolScatter(x: Value, dy: Value, options: PoolOptions): Value {
    const view = viewOf(x, 'poolScatter');
    const cotangent = viewOf(dy, 'poolScatter');
    const { windows, pooled } = poolingOf('poolScatter', x.shape, options);
    expect(show(dy.shape) === show(pooled), () => `poolScatter: ${show(dy.shape)} for ${show(pooled)}`);
    expect(x.dtype === 'float32' && dy.dtype === 'float32', () => 'poolScatter of whole numbers');
    return this.#make(x.shape, 'float32', (out) => ({
      kind: 'poolScatter',
      x: view,
      dy: cotangent,
      ...windows,
      out,
    }));
  }

  map<const R extends Sym | readonly Sym[]>(body: (...inputs: Sym[]) => R, operands: readonly Operand[]): MapResult<R> {
    const inputs = operands.map((operand) => ('scalar' in operand ? operand : viewOf(operand, 'map')));
    const shapes = inputs.map((input) => ('scalar' in input ? [] : input.shape));
    const shape = broadcastShapes('map', shapes);
    const answer = body(...inputs.map((_, index): Sym => ({ kind: 'input', index })));
    const results: readonly Sym[] = isList(answer) ? answer : [answer];
    const wide = shapes.map((of) => (of.at(-1) ?? 1) !== 1);
    const whole = inputs.map((input) => !('scalar' in input) && input.dtype === 'int32');
    const numbers = inputs.map((input) => 'scalar' in input);
    const outs = results.map((result) => {
      const narrow = shape.length > 0 && !varies(result, wide);
      return made(narrow ? [...shape.slice(0, -1), 1] : shape, isWhole(result, whole, numbers) ? 'int32' : 'float32');
    });
    this.#call({ kind: 'map', inputs, shape, results, outs });
    const values = isList(answer) ? outs : outs[0];
    expect(corresponds(values, answer), () => 'map: a body without a result');
    return values;
  }

  sum(x: Value, options: ReduceOptions = {}): Value {
    return this.#reduce('sum', x, options);
  }

  max(x: Value, options: ReduceOptions = {}): Value {
    return this.#reduce('max', x, options);
  }

  min(x: Value, options: ReduceOptions = {}): Value {
    return this.#reduce('min', x, options);
  }

  globalNorm(xs: readonly Value[]): Value {
    expect(xs.length > 0, () => 'globalNorm of nothing');
    expect(
      xs.every(({ dtype }) => dtype === 'float32'),
      () => 'globalNorm of whole numbers',
    );
    const rows = xs.map((x) => this.map(rowSquares, [x]));
    const total = (at: 0 | 1): Value => {
      const sums = rows.map((both) => this.reshape(this.sum(both[at]), [1]));
      return this.sum(this.concat(sums, 0));
    };
    return this.map(rootOf, [total(0), total(1)]);
  }

  addAll(xs: readonly Value[]): Value {
    const [first, ...rest] = xs;
    expect(first !== undefined, () => 'addAll of nothing');
    expect(
      xs.every(({ dtype, shape }) => dtype === 'float32' && show(shape) === show(first.shape)),
      () => `addAll of ${xs.map(({ dtype, shape }) => `${dtype} ${show(shape)}`).join(', ')}`,
    );
    const more = this.map(addedUp, [first, ...rest.slice(0, ADDED_AT_ONCE)]);
    const left = rest.slice(ADDED_AT_ONCE);
    return left.length === 0 ? more : this.addAll([more, ...left]);
  }

  argmax(x: Value, axis: number): Value {
    return this.#argreduce('max', x, axis);
  }

  argmin(x: Value, axis: number): Value {
    return this.#argreduce('min', x, axis);
  }

  reshape(x: Value, shape: Shape): Value {
    const view = viewOf(x, 'reshape');
    expect(sizeOf(shape) === sizeOf(x.shape), () => `reshape: ${show(x.shape)} to ${show(shape)}`);
    return new View(view.buffer, [...shape]);
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    const rank = x.shape.length;
    expect(
      permutation.length === rank && x.shape.every((_, axis) => permutation.includes(axis)),
      () => `transpose: ${show(x.shape)} by ${show(permutation)}`,
    );
    const view = viewOf(x, 'transpose');
    const shape = permutation.map((axis) => x.shape[axis] ?? 1);
    return this.#make(shape, x.dtype, (out) => ({ kind: 'transpose', x: view, permutation, out }));
  }

  slice(x: Value, begin: readonly number[], size: readonly number[]): Value {
    const view = viewOf(x, 'slice');
    const fits = x.shape.every((n, axis) => {
      const from = begin[axis] ?? -1;
      return from >= 0 && (size[axis] ?? -1) >= 0 && from + (size[axis] ?? 0) <= n;
    });
    expect(
      fits && begin.length === x.shape.length && size.length === x.shape.length,
      () => `slice: ${show(size)} from ${show(begin)} of ${show(x.shape)}`,
    );
    return this.#make(size, x.dtype, (out) => ({ kind: 'slice', x: view, begin, out }));
  }

  pad(x: Value, before: readonly number[], after: readonly number[], options: PadOptions = {}): Value {
    const view = viewOf(x, 'pad');
    expect(before.length === after.length, () => `pad: ${before.length} numbers before and ${after.length} after`);
    const padding = before.map((n, axis): readonly [number, number] => [n, after[axis] ?? 0]);
    const { between = x.shape.map(() => 0), value = 0 } = options;
    const shape = paddedShape(x.shape, padding, between);
    expect(x.dtype === 'float32' || value === 0, () => `pad: whole numbers with ${value}`);
    return this.#make(shape, x.dtype, (out) => ({ kind: 'pad', x: view, padding, between, value, out }));
  }

  flip(x: Value, axes: readonly number[]): Value {
    const view = viewOf(x, 'flip');
    const along = axesOf('flip', axes, x.shape.length);
    return this.#make(x.shape, x.dtype, (out) => ({ kind: 'flip', x: view, axes: along, out }));
  }

  concat(xs: readonly Value[], axis: number): Value {
    const [first] = xs;
    expect(first !== undefined, () => 'concat of nothing');
    const along = axisOf('concat', axis, first.shape.length);
    const fits = xs.every(
      (x) => x.shape.length === first.shape.length && x.shape.every((n, i) => i === along || n === first.shape[i]),
    );
    expect(
      fits && xs.every((x) => x.dtype === first.dtype),
      () => `concat: ${xs.map((x) => show(x.shape)).join(', ')} on axis ${axis}`,
    );
    const total = xs.reduce((sum, x) => sum + (x.shape[along] ?? 0), 0);
    const shape = first.shape.map((n, i) => (i === along ? total : n));
    const views = xs.map((x) => viewOf(x, 'concat'));
    return this.#make(shape, first.dtype, (out) => ({ kind: 'concat', xs: views, axis: along, out }));
  }

  broadcast(x: Value, shape: Shape): Value {
    const view = viewOf(x, 'broadcast');
    const full = broadcastShapes('broadcast', [x.shape, shape]);
    expect(show(full) === show(shape), () => `broadcast: ${show(x.shape)} to ${show(shape)}`);
    return this.#make(shape, x.dtype, (out) => ({ kind: 'broadcast', x: view, out }));
  }

  gather(table: Value, ids: Value): Value {
    const rows = viewOf(table, 'gather');
    const at = viewOf(ids, 'gather');
    expect(
      table.shape.length >= 1 && (table.shape[0] ?? 0) > 0,
      () => `gather: ${show(table.shape)} at ${ids.dtype} ${show(ids.shape)}`,
    );
    const shape = [...ids.shape, ...table.shape.slice(1)];
    return this.#make(shape, table.dtype, (out) => ({ kind: 'gather', table: rows, ids: at, out }));
  }

  scatterAdd(ids: Value, updates: Value, rows: number): Value {
    const at = viewOf(ids, 'scatterAdd');
    const values = viewOf(updates, 'scatterAdd');
    const rank = ids.shape.length;
    expect(
      updates.dtype === 'float32' && show(updates.shape.slice(0, rank)) === show(ids.shape),
      () => `scatterAdd: ${updates.dtype} ${show(updates.shape)} at ${ids.dtype} ${show(ids.shape)}`,
    );
    const shape = [rows, ...updates.shape.slice(rank)];
    return this.#make(shape, 'float32', (out) => ({ kind: 'scatterAdd', ids: at, updates: values, out }));
  }

  gatherEach(tables: Value, ids: Value, lead: number): Value {
    const rows = viewOf(tables, 'gatherEach');
    const at = viewOf(ids, 'gatherEach');
    expect(
      (tables.shape[lead] ?? 0) > 0 && show(tables.shape.slice(0, lead)) === show(ids.shape.slice(0, lead)),
      () => `gatherEach: ${show(tables.shape)} at ${ids.dtype} ${show(ids.shape)}, lead ${lead}`,
    );
    const shape = [...ids.shape, ...tables.shape.slice(lead + 1)];
    return this.#make(shape, tables.dtype, (out) => ({ kind: 'gatherEach', tables: rows, ids: at, lead, out }));
  }

  scatterEach(ids: Value, updates: Value, rows: number, lead: number): Value {
    const at = viewOf(ids, 'scatterEach');
    const values = viewOf(updates, 'scatterEach');
    const rank = ids.shape.length;
    expect(
      updates.dtype === 'float32' && lead <= rank && show(updates.shape.slice(0, rank)) === show(ids.shape),
      () => `scatterEach: ${updates.dtype} ${show(updates.shape)} at ${ids.dtype} ${show(ids.shape)}, lead ${lead}`,
    );
    const shape = [...ids.shape.slice(0, lead), rows, ...updates.shape.slice(rank)];
    return this.#make(shape, 'float32', (out) => ({ kind: 'scatterEach', ids: at, updates: values, lead, out }));
  }

  argsort(x: Value, axis: number): Value {
    const view = viewOf(x, 'argsort');
    expect(x.dtype === 'float32', () => `argsort of ${x.dtype}`);
    const along = axisOf('argsort', axis, x.shape.length);
    return this.#make(x.shape, 'int32', (out) => ({ kind: 'argsort', x: view, axis: along, out }));
  }

  cumsum(x: Value, axis: number, { reverse = false }: { readonly reverse?: boolean } = {}): Value {
    const view = viewOf(x, 'cumsum');
    expect(x.dtype === 'float32', () => `cumsum of ${x.dtype}`);
    const along = axisOf('cumsum', axis, x.shape.length);
    return this.#make(x.shape, 'float32', (out) => ({ kind: 'cumsum', x: view, axis: along, reverse, out }));
  }

  full(shape: Shape, value: number): Value {
    const one = this.map(() => literal(value), []);
    return shape.length === 0 ? one : this.broadcast(one, shape);
  }

  arange(size: number): Value {
    return this.#make([size], 'float32', (out) => ({ kind: 'arange', out }));
  }

  uniform(stream: string, shape: Shape): Value {
    this.#checkOutside('uniform');
    return this.#make(shape, 'float32', (out) => ({ kind: 'random', distribution: 'uniform', stream, out }));
  }

  normal(stream: string, shape: Shape): Value {
    this.#checkOutside('normal');
    return this.#make(shape, 'float32', (out) => ({ kind: 'random', distribution: 'normal', stream, out }));
  }

  scan<const O extends readonly Value[], const W extends readonly Value[], const S extends readonly Value[]>(
    options: ScanOptions<O, W>,
    turn: (at: Each<O>, carried: Each<W>) => { readonly next: Each<W>; readonly stack: S },
  ): { readonly last: Each<W>; readonly stacked: Each<S> } {
    const views = (values: readonly Value[]): View[] => values.map((value) => viewOf(value, 'scan'));
    const { steps, reverse = false } = options;
    const call: ScanCall = { steps, reverse, over: views(options.over), first: views(options.with) };
    checkScan(call);
    let stack: S | undefined;
    const once = (at: readonly View[], carried: readonly View[]): Given => {
      expect(isEach(at, options.over) && isEach(carried, options.with), () => 'scan: values without places');
      const given = turn(at, carried);
      stack = given.stack;
      const next = views(given.next);
      checkNext(call, next);
      return { next, stack: views(given.stack) };
    };
    const { last, stacked } = this.#scanned(call, once);
    expect(isEach(last, options.with) && stack !== undefined && isEach(stacked, stack), () => 'scan: a lost value');
    return { last, stacked };
  }

  store(target: Value, x: Value): void {
    this.#checkOutside('store');
    const into = viewOf(target, 'store');
    const from = viewOf(x, 'store');
    expect(
      sizeOf(target.shape) === sizeOf(x.shape) && target.dtype === x.dtype,
      () => `store: ${x.dtype} ${show(x.shape)} into ${target.dtype} ${show(target.shape)}`,
    );
    expect(into.buffer.lifetime === 'lasting', () => `store: ${show(target.shape)} is no value that lasts`);
    this.#call({ kind: 'store', x: from, out: into });
  }

  #scanned(call: ScanCall, once: (at: readonly View[], carried: readonly View[]) => Given): Scanned {
    const { emit, scans, lines } = this.#calls;
    const record = (body: Instruction[], at: readonly View[], carried: readonly View[]): Given => {
      const push = (instruction: Instruction): void => void body.push(instruction);
      return this.#inTurn({ emit: push, scans: push }, () => once(at, carried));
    };
    if (typeof scans === 'function') {
      const { scan, scanned } = recordTurn(call, record);
      scans(scan);
      return scanned;
    }
    const scanned = runTurns(
      call,
      record,
      (own, at, carried) => this.#inTurn({ emit, scans, lines: own }, () => once(at, carried)),
      scans,
      emit,
    );
    lines?.done([...scanned.last, ...scanned.stacked].map(({ buffer }) => buffer));
    return scanned;
  }

  /** Runs a turn whose calls go there. */
  #inTurn(calls: Calls, turn: () => Given): Given {
    const before = this.#calls;
    this.#calls = calls;
    this.#depth++;
    try {
      return turn();
    } finally {
      this.#depth--;
      this.#calls = before;
    }
  }

  #call(call: KernelCall): void {
    const { emit, lines } = this.#calls;
    emit(call);
    lines?.done(makes(call));
  }

  #checkOutside(kernel: string): void {
    expect(this.#depth === 0, () => `${kernel} in a turn of a scan`);
  }

  #make(shape: Shape, dtype: DType, call: (out: View) => KernelCall): View {
    const out = made(shape, dtype);
    this.#call(call(out));
    return out;
  }

  #reduce(reduce: 'sum' | 'max' | 'min', x: Value, { axis, keepdims = false }: ReduceOptions): Value {
    const view = viewOf(x, reduce);
    expect(x.dtype === 'float32', () => `${reduce} of ${x.dtype}`);
    const axes = axesOf(reduce, axis, x.shape.length);
    const shape = reducedShape(x.shape, axes, keepdims);
    return this.#make(shape, 'float32', (out) => ({ kind: 'reduce', reduce, x: view, axes, out }));
  }

  #argreduce(reduce: 'max' | 'min', x: Value, axis: number): Value {
    const view = viewOf(x, `arg${reduce}`);
    const along = axisOf(`arg${reduce}`, axis, x.shape.length);
    expect(x.dtype === 'float32' && (x.shape[along] ?? 0) > 0, () => `arg${reduce} of ${x.dtype} ${show(x.shape)}`);
    const shape = reducedShape(x.shape, [along], false);
    return this.#make(shape, 'int32', (out) => ({ kind: 'argreduce', reduce, x: view, axis: along, out }));
  }
}
