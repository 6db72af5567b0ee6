/** One instruction over tfjs's kernels. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { stream as streamOf } from '../../random/stream.ts';
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import { KernelError } from '../error.ts';
import { isView, writes } from '../instruction.ts';
import type { KernelCall } from '../instruction.ts';
import { fold } from '../scalar/expression.ts';
import { primitives } from '../scalar/index.ts';
import type { PrimitiveName } from '../scalar/index.ts';
import type { Primitive } from '../scalar/primitive.ts';
import type { Sym } from '../scalar/symbol.ts';
import { flip, spread } from './axes.ts';
import { convolution, kernelGradient } from './conv.ts';
import { pool, poolGather, poolScatter } from './pool.ts';
import type { Scope } from './scope.ts';

/** What a run brings along. */
export interface Run {
  readonly backend: string;
  /** The tensor behind a view, under the view's shape. */
  tensor(scope: Scope, view: View): TensorInfo;
  /** A number of the host. */
  scalar(name: string): TensorInfo;
  readonly seed: number;
  readonly counter: number;
}

/** The results, in the order of `writes`. They belong to the scope. */
export function execute(scope: Scope, instruction: KernelCall, run: Run): readonly TensorInfo[] {
  const outs = writes(instruction);
  if (outs.every((out) => out.shape.includes(0))) {
    return outs.map((out) => scope.upload(out.dtype === 'int32' ? new Int32Array(0) : new Float32Array(0), out.shape));
  }
  return instruction.kind === 'map' ? map(scope, instruction, run) : [single(scope, instruction, run)];
}

type Of<Kind extends KernelCall['kind']> = Extract<KernelCall, { kind: Kind }>;

function single(scope: Scope, instruction: Exclude<KernelCall, { kind: 'map' }>, run: Run): TensorInfo {
  const at = (view: View) => run.tensor(scope, view);
  switch (instruction.kind) {
    case 'matmul':
      return matmul(scope, instruction, run);
    case 'conv': {
      const { x, kernel, bias, act, out } = instruction;
      const sum = empty(x, kernel) ? filled(scope, out, 'sum') : convolution(scope, instruction, at(x), at(kernel));
      return finished(scope, sum, bias === undefined ? undefined : at(bias), act);
    }
    case 'convKernel': {
      const { x, dy, out } = instruction;
      return empty(x, dy) ? filled(scope, out, 'sum') : kernelGradient(scope, instruction, at(x), at(dy));
    }
    case 'pool':
      return pool(scope, instruction, at(instruction.x));
    case 'poolGather':
      return poolGather(scope, instruction, at(instruction.x), at(instruction.v));
    case 'poolScatter':
      return poolScatter(scope, instruction, at(instruction.x), at(instruction.dy));
    case 'reduce': {
      const { reduce, axes, out } = instruction;
      const x = at(instruction.x);
      if (instruction.x.shape.includes(0)) return filled(scope, out, reduce);
      if (axes.length === 0) return scope.call('Identity', { x });
      const name = { sum: 'Sum', max: 'Max', min: 'Min' }[reduce];
      const axis = [...axes];
      const reduced = scope.call(name, { x }, { axis, reductionIndices: axis, keepDims: false });
      return scope.reshape(reduced, out.shape);
    }
    case 'argreduce':
      return scope.call(
        instruction.reduce === 'max' ? 'ArgMax' : 'ArgMin',
        { x: at(instruction.x) },
        { axis: instruction.axis },
      );
    case 'transpose':
      return scope.call('Transpose', { x: at(instruction.x) }, { perm: [...instruction.permutation] });
    case 'slice':
      return scope.call(
        'Slice',
        { x: at(instruction.x) },
        { begin: [...instruction.begin], size: [...instruction.out.shape] },
      );
    case 'pad':
      return pad(scope, instruction, at(instruction.x));
    case 'flip':
      return instruction.axes.reduce((x, axis) => flip(scope, x, axis), at(instruction.x));
    case 'concat':
      return scope.call('Concat', instruction.xs.map(at), { axis: instruction.axis });
    case 'broadcast':
      return scope.broadcast(at(instruction.x), instruction.out.shape);
    case 'gather': {
      const { table, ids, out } = instruction;
      return gather(scope, at(table), rowNumbers(scope, at(ids), ids, table.shape[0] ?? 1, 0), out);
    }
    case 'gatherEach': {
      const { tables, ids, lead, out } = instruction;
      const [rows = 1, ...row] = tables.shape.slice(lead);
      const all = scope.reshape(at(tables), [sizeOf(tables.shape.slice(0, lead)) * rows, ...row]);
      return gather(scope, all, rowNumbers(scope, at(ids), ids, rows, lead), out);
    }
    case 'scatterAdd': {
      const { ids, updates, out } = instruction;
      return scatter(scope, rowNumbers(scope, at(ids), ids, out.shape[0] ?? 1, 0), at(updates), out.shape);
    }
    case 'scatterEach': {
      const { ids, updates, lead, out } = instruction;
      const [rows = 1, ...row] = out.shape.slice(lead);
      const all = [sizeOf(out.shape.slice(0, lead)) * rows, ...row];
      const numbers = rowNumbers(scope, at(ids), ids, rows, lead);
      return scope.reshape(scatter(scope, numbers, at(updates), all), out.shape);
    }
    case 'argsort':
      return argSort(scope, instruction, at(instruction.x));
    case 'cumsum': {
      const { axis, reverse } = instruction;
      return scope.call('Cumsum', { x: at(instruction.x) }, { axis, exclusive: false, reverse });
    }
    case 'arange':
      return scope.upload(
        Float32Array.from({ length: sizeOf(instruction.out.shape) }, (_, i) => i),
        instruction.out.shape,
      );
    case 'random': {
      const { stream, distribution, out } = instruction;
      const draws = streamOf(run.seed, stream);
      const draw = (_: unknown, index: number) => draws[distribution](run.counter, index);
      return scope.upload(Float32Array.from({ length: sizeOf(out.shape) }, draw), out.shape);
    }
    case 'store':
      return scope.reshape(at(instruction.x), instruction.out.shape);
  }
}

function matmul(scope: Scope, { a, b, bias, act, out, ...flags }: Of<'matmul'>, run: Run): TensorInfo {
  const k = a.shape.at(flags.transposeA ? -2 : -1) ?? 0;
  const lead = out.shape.slice(0, -2);
  const batch = sizeOf(lead);
  // One batch axis: tfjs broadcasts it from 1, and wasm's kernel takes rank 3 alone.
  const matrices = (x: View): TensorInfo => {
    const own = x.shape.slice(0, -2);
    const size = sizeOf(own);
    const info = run.tensor(scope, x);
    const full = size === 1 || size === batch ? info : scope.broadcast(info, [...lead, ...x.shape.slice(-2)]);
    return scope.reshape(full, [size === 1 ? 1 : batch, ...x.shape.slice(-2)]);
  };
  const product =
    k === 0
      ? filled(scope, out, 'sum')
      : scope.reshape(multiply(scope, matrices(a), matrices(b), flags, run), out.shape);
  return finished(scope, product, bias === undefined ? undefined : run.tensor(scope, bias), act);
}

function pad(scope: Scope, { padding, between, value, out }: Of<'pad'>, x: TensorInfo): TensorInfo {
  if (x.shape.includes(0)) {
    const elements = sizeOf(out.shape);
    const filling = out.dtype === 'int32' ? new Int32Array(elements) : new Float32Array(elements).fill(value);
    return scope.upload(filling, out.shape);
  }
  const apart = between.reduce((info, gap, axis) => spread(scope, info, axis, gap, value), x);
  const paddings = padding.map(([before, after]) => [before, after]);
  return scope.call('PadV2', { x: apart }, { paddings, constantValue: value });
}

/** A product with its bias, through the activation. */
function finished(scope: Scope, product: TensorInfo, bias: TensorInfo | undefined, act: Sym | undefined): TensorInfo {
  const biased =
    bias === undefined ? product : scope.call('Add', { a: product, b: scope.reshape(bias, [sizeOf(bias.shape)]) });
  return act === undefined ? biased : evaluator(scope, [biased], 1)(act);
}

const empty = (...views: readonly View[]): boolean => views.some(({ shape }) => shape.includes(0));

function multiply(
  scope: Scope,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: { readonly transposeA: boolean; readonly transposeB: boolean },
  run: Run,
): TensorInfo {
  if (run.backend !== 'wasm') return scope.call('BatchMatMul', { a, b }, { transposeA, transposeB });
  // tfjs's wasm kernel is ten times slower on transposed operands. It also remembers operators by the right operand's
  // id without its shape, so that one is given a copy whose id is new.
  const turned = (x: TensorInfo) => scope.call('Transpose', { x }, { perm: [0, 2, 1] });
  const fresh = (x: TensorInfo) => scope.call('Slice', { x }, { begin: [0, 0, 0], size: [...x.shape] });
  return scope.call(
    'BatchMatMul',
    { a: transposeA ? turned(a) : a, b: transposeB ? turned(b) : fresh(b) },
    { transposeA: false, transposeB: false },
  );
}

function map(scope: Scope, { inputs, shape, results, outs }: Of<'map'>, run: Run): readonly TensorInfo[] {
  const operands = inputs.map((input) => (isView(input) ? run.tensor(scope, input) : run.scalar(input.scalar)));
  const evaluate = evaluator(
    scope,
    operands.map((x) => asFloats(scope, x)),
    shape.at(-1) ?? 1,
  );
  const values = results.map(evaluate);
  return outs.map((out, index) => {
    const value = scope.broadcast(values[index] ?? scope.number(NaN), out.shape);
    return out.dtype === 'int32' ? scope.call('Cast', { x: value }, { dtype: 'int32' }) : value;
  });
}

/** The value of a symbol over these inputs, each shared symbol computed once. */
const evaluator = (scope: Scope, inputs: readonly TensorInfo[], width: number): ((sym: Sym) => TensorInfo) =>
  fold<TensorInfo>((sym, operands) => {
    switch (sym.kind) {
      case 'input':
        return inputs[sym.index] ?? scope.number(NaN);
      case 'literal':
        return scope.number(sym.value);
      case 'column':
        return scope.upload(
          Float32Array.from({ length: width }, (_, i) => i),
          [width],
        );
      case 'apply':
        return applied(scope, sym.primitive, operands);
      case 'row': {
        // What does not vary along the row still counts once for each column.
        const [of = scope.number(NaN)] = operands;
        const rank = Math.max(1, of.shape.length);
        const x = scope.broadcast(of, [...of.shape.slice(0, -1), width]);
        return scope.call(
          sym.reduce === 'sum' ? 'Sum' : 'Max',
          { x },
          { axis: [rank - 1], reductionIndices: [rank - 1], keepDims: true },
        );
      }
    }
  });

function applied(scope: Scope, name: PrimitiveName, operands: readonly TensorInfo[]): TensorInfo {
  const primitive: Primitive = primitives[name];
  const [a, b, c] = operands;
  if (primitive.arity === 1 && a !== undefined) return primitive.tfjs(scope, a);
  if (primitive.arity === 2 && a !== undefined && b !== undefined) return primitive.tfjs(scope, a, b);
  if (primitive.arity === 3 && a !== undefined && b !== undefined && c !== undefined)
    return primitive.tfjs(scope, a, b, c);
  throw new KernelError(`${name} takes ${primitive.arity} arguments, not ${operands.length}`);
}

/** tfjs's kernels take the type of the first operand for both. */
const asFloats = (scope: Scope, x: TensorInfo): TensorInfo =>
  x.dtype === 'float32' ? x : scope.call('Cast', { x }, { dtype: 'float32' });

/** Rows of a table that is one behind the other for each place of the leading axes, as a list of numbers. */
function rowNumbers(scope: Scope, ids: TensorInfo, { shape }: View, rows: number, lead: number): TensorInfo {
  const count = sizeOf(shape);
  const flat = scope.reshape(ids, [count]);
  const whole = flat.dtype === 'int32' ? flat : scope.call('Cast', { x: flat }, { dtype: 'int32' });
  const own = clamped(scope, whole, rows);
  if (lead === 0) return own;
  const each = sizeOf(shape.slice(lead));
  const first = scope.upload(
    Int32Array.from({ length: count }, (_, i) => Math.floor(i / each) * rows),
    [count],
  );
  return scope.call('Add', { a: own, b: first });
}

const gather = (scope: Scope, x: TensorInfo, indices: TensorInfo, out: View): TensorInfo =>
  scope.reshape(scope.call('GatherV2', { x, indices }, { axis: 0, batchDims: 0 }), out.shape);

function scatter(scope: Scope, ids: TensorInfo, updates: TensorInfo, shape: readonly number[]): TensorInfo {
  const [count = 0] = ids.shape;
  const flat = scope.reshape(updates, [count, ...shape.slice(1)]);
  return scope.call('ScatterNd', { indices: scope.reshape(ids, [count, 1]), updates: flat }, { shape: [...shape] });
}

/** tfjs finds the greatest first, along the last axis: the smallest are the greatest of −x. */
function argSort(scope: Scope, { axis, out }: Of<'argsort'>, x: TensorInfo): TensorInfo {
  const last = out.shape.length - 1;
  const turned = (of: TensorInfo): TensorInfo =>
    axis === last
      ? of
      : scope.call('Transpose', { x: of }, { perm: [...out.shape.keys()].with(axis, last).with(last, axis) });
  const negative = scope.call('Neg', { x: turned(x) });
  const [, places] = scope.results('TopK', { x: negative }, { k: out.shape[axis] ?? 1, sorted: true });
  if (places === undefined) throw new KernelError('TopK gave no places');
  return turned(places);
}

/** Ids within 0..rows−1. */
function clamped(scope: Scope, ids: TensorInfo, rows: number): TensorInfo {
  const bound = (value: number) => scope.upload(Int32Array.of(value), []);
  const above = scope.call('Maximum', { a: ids, b: bound(0) });
  return scope.call('Minimum', { a: above, b: bound(rows - 1) });
}

/** A reduction over nothing. */
function filled(scope: Scope, out: View, reduce: 'sum' | 'max' | 'min'): TensorInfo {
  const value = reduce === 'sum' ? 0 : reduce === 'max' ? -Infinity : Infinity;
  return scope.upload(new Float32Array(sizeOf(out.shape)).fill(value), out.shape);
}
