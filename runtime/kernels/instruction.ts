/** What `k` asks of a device: one kernel call as plain data, with shapes that were checked. */
import { View } from './buffer.ts';
import type { Buffer } from './buffer.ts';
import type { Shape } from './k.ts';
import type { Scalar, Sym } from './scalar/symbol.ts';

export type Instruction =
  | {
      readonly kind: 'matmul';
      readonly a: View;
      readonly b: View;
      readonly transposeA: boolean;
      readonly transposeB: boolean;
      readonly bias: View | undefined;
      /** Over input 0. */
      readonly act: Sym | undefined;
      readonly out: View;
    }
  | {
      readonly kind: 'conv';
      /** [n, ...s, c]. */
      readonly x: View;
      /** [...size, c/groups, channels]. */
      readonly kernel: View;
      readonly stride: readonly number[];
      readonly dilation: readonly number[];
      readonly groups: number;
      readonly bias: View | undefined;
      /** Over input 0. */
      readonly act: Sym | undefined;
      readonly out: View;
    }
  | {
      readonly kind: 'convKernel';
      readonly x: View;
      readonly dy: View;
      readonly stride: readonly number[];
      readonly dilation: readonly number[];
      readonly groups: number;
      /** The shape of the kernel. */
      readonly out: View;
    }
  | {
      readonly kind: 'pool';
      readonly reduce: 'max' | 'sum';
      /** [n, ...s, c]. */
      readonly x: View;
      readonly size: readonly number[];
      readonly stride: readonly number[];
      readonly dilation: readonly number[];
      /** [n, ...o, c]. */
      readonly out: View;
    }
  | {
      readonly kind: 'poolGather';
      readonly x: View;
      /** Of x's shape. */
      readonly v: View;
      readonly size: readonly number[];
      readonly stride: readonly number[];
      readonly dilation: readonly number[];
      readonly out: View;
    }
  | {
      readonly kind: 'poolScatter';
      readonly x: View;
      readonly dy: View;
      readonly size: readonly number[];
      readonly stride: readonly number[];
      readonly dilation: readonly number[];
      /** Of x's shape. */
      readonly out: View;
    }
  | {
      readonly kind: 'map';
      readonly inputs: readonly (View | Scalar)[];
      /** What the inputs broadcast to. */
      readonly shape: Shape;
      readonly results: readonly Sym[];
      /** Of `shape`, or with 1 for the last axis. They may lie in the memory of inputs (`place.ts`). */
      readonly outs: readonly View[];
    }
  | {
      readonly kind: 'reduce';
      readonly reduce: 'sum' | 'max' | 'min';
      readonly x: View;
      /** Ascending. */
      readonly axes: readonly number[];
      readonly out: View;
    }
  | {
      readonly kind: 'argreduce';
      readonly reduce: 'max' | 'min';
      readonly x: View;
      readonly axis: number;
      readonly out: View;
    }
  | { readonly kind: 'transpose'; readonly x: View; readonly permutation: readonly number[]; readonly out: View }
  | { readonly kind: 'slice'; readonly x: View; readonly begin: readonly number[]; readonly out: View }
  | {
      readonly kind: 'pad';
      readonly x: View;
      readonly padding: readonly (readonly [number, number])[];
      readonly between: readonly number[];
      readonly value: number;
      readonly out: View;
    }
  /** Axes ascending. */
  | { readonly kind: 'flip'; readonly x: View; readonly axes: readonly number[]; readonly out: View }
  | { readonly kind: 'concat'; readonly xs: readonly View[]; readonly axis: number; readonly out: View }
  | { readonly kind: 'broadcast'; readonly x: View; readonly out: View }
  | { readonly kind: 'gather'; readonly table: View; readonly ids: View; readonly out: View }
  | { readonly kind: 'scatterAdd'; readonly ids: View; readonly updates: View; readonly out: View }
  | {
      readonly kind: 'gatherEach';
      readonly tables: View;
      readonly ids: View;
      readonly lead: number;
      readonly out: View;
    }
  | {
      readonly kind: 'scatterEach';
      readonly ids: View;
      readonly updates: View;
      readonly lead: number;
      readonly out: View;
    }
  | { readonly kind: 'argsort'; readonly x: View; readonly axis: number; readonly out: View }
  | {
      readonly kind: 'cumsum';
      readonly x: View;
      readonly axis: number;
      readonly reverse: boolean;
      readonly out: View;
    }
  | { readonly kind: 'arange'; readonly out: View }
  | {
      readonly kind: 'random';
      readonly distribution: 'uniform' | 'normal';
      readonly stream: string;
      readonly out: View;
    }
  /** The same number of elements. */
  | { readonly kind: 'store'; readonly x: View; readonly out: View }
  | Scan;

/**
 * A body that runs once for each position of what it goes over. In its views stand buffers of its own, which mean
 * another memory in each turn, and buffers of outside, which last through all turns.
 */
export interface Scan {
  readonly kind: 'scan';
  readonly steps: number;
  /** Whether the last position comes first. */
  readonly reverse: boolean;
  /** Of `view` [steps, ...] the position of the turn is `at`, a part. */
  readonly over: readonly { readonly view: View; readonly at: View }[];
  /** `at` is `first`, in later turns `next` of the one before; `last` is `next` of the last turn. */
  readonly carried: readonly Carry[];
  /** `out` [steps, ...] has `each` at the position of the turn. */
  readonly stacked: readonly { readonly each: View; readonly out: View }[];
  readonly body: readonly Instruction[];
}

/**
 * All of one shape. `next` is made in the body, and nothing else is carried or made in its memory; or it is `at`, and
 * the turn has left there what the next one finds.
 */
export interface Carry {
  readonly first: View;
  readonly at: View;
  readonly next: View;
  readonly last: View;
}

/** What a single kernel does. */
export type KernelCall = Exclude<Instruction, Scan>;

export const isView = (operand: View | Scalar): operand is View => !('scalar' in operand);

/** The views that an instruction reads. */
export function reads(instruction: Instruction): readonly View[] {
  switch (instruction.kind) {
    case 'matmul':
      return [instruction.a, instruction.b, ...(instruction.bias === undefined ? [] : [instruction.bias])];
    case 'conv':
      return [instruction.x, instruction.kernel, ...(instruction.bias === undefined ? [] : [instruction.bias])];
    case 'poolGather':
      return [instruction.x, instruction.v];
    case 'convKernel':
    case 'poolScatter':
      return [instruction.x, instruction.dy];
    case 'map':
      return instruction.inputs.filter(isView);
    case 'concat':
      return instruction.xs;
    case 'gather':
      return [instruction.table, instruction.ids];
    case 'gatherEach':
      return [instruction.tables, instruction.ids];
    case 'scatterAdd':
    case 'scatterEach':
      return [instruction.ids, instruction.updates];
    case 'arange':
    case 'random':
      return [];
    case 'scan': {
      const { over, carried } = instruction;
      return [...over.map(({ view }) => view), ...carried.map(({ first }) => first), ...readsOfBody(instruction)];
    }
    case 'reduce':
    case 'argreduce':
    case 'argsort':
    case 'cumsum':
    case 'transpose':
    case 'slice':
    case 'pad':
    case 'flip':
    case 'broadcast':
    case 'pool':
    case 'store':
      return [instruction.x];
  }
}

/** What a body reads of outside. */
function readsOfBody({ over, carried, body }: Scan): View[] {
  const own = new Set([...over, ...carried].map(({ at }) => at.buffer));
  for (const view of body.flatMap(writes)) own.add(view.buffer);
  return body.flatMap(reads).filter(({ buffer }) => !own.has(buffer));
}

/** The views that an instruction writes. */
export function writes(instruction: Instruction): readonly View[] {
  switch (instruction.kind) {
    case 'map':
      return instruction.outs;
    case 'scan':
      return [...instruction.carried.map(({ last }) => last), ...instruction.stacked.map(({ out }) => out)];
    default:
      return [instruction.out];
  }
}

/** All kernel calls, those of bodies too, each once. */
export const callsIn = (instructions: readonly Instruction[]): readonly KernelCall[] =>
  instructions.flatMap((instruction) => (instruction.kind === 'scan' ? callsIn(instruction.body) : [instruction]));

/** The buffers that begin with an instruction. */
export const makes = (instruction: Instruction): readonly Buffer[] =>
  instruction.kind === 'store' ? [] : writes(instruction).map(({ buffer }) => buffer);

/** The instruction over other views. */
export function withViews(instruction: Instruction, instead: (view: View) => View): Instruction {
  const moved = <Operand extends View | Scalar | undefined>(operand: Operand): Operand | View =>
    operand instanceof View ? instead(operand) : operand;
  switch (instruction.kind) {
    case 'matmul': {
      const { a, b, bias, out } = instruction;
      return { ...instruction, a: moved(a), b: moved(b), bias: moved(bias), out: moved(out) };
    }
    case 'conv': {
      const { x, kernel, bias, out } = instruction;
      return { ...instruction, x: moved(x), kernel: moved(kernel), bias: moved(bias), out: moved(out) };
    }
    case 'convKernel':
    case 'poolScatter': {
      const { x, dy, out } = instruction;
      return { ...instruction, x: moved(x), dy: moved(dy), out: moved(out) };
    }
    case 'poolGather': {
      const { x, v, out } = instruction;
      return { ...instruction, x: moved(x), v: moved(v), out: moved(out) };
    }
    case 'map':
      return { ...instruction, inputs: instruction.inputs.map(moved), outs: instruction.outs.map(moved) };
    case 'concat':
      return { ...instruction, xs: instruction.xs.map(moved), out: moved(instruction.out) };
    case 'gather':
      return {
        ...instruction,
        table: moved(instruction.table),
        ids: moved(instruction.ids),
        out: moved(instruction.out),
      };
    case 'gatherEach': {
      const { tables, ids, out } = instruction;
      return { ...instruction, tables: moved(tables), ids: moved(ids), out: moved(out) };
    }
    case 'scatterAdd':
    case 'scatterEach': {
      const { ids, updates, out } = instruction;
      return { ...instruction, ids: moved(ids), updates: moved(updates), out: moved(out) };
    }
    case 'scan':
      return {
        ...withPorts(instruction, instead),
        body: instruction.body.map((inner) => withViews(inner, instead)),
      };
    case 'arange':
    case 'random':
      return { ...instruction, out: moved(instruction.out) };
    case 'reduce':
    case 'argreduce':
    case 'argsort':
    case 'cumsum':
    case 'transpose':
    case 'slice':
    case 'pad':
    case 'flip':
    case 'pool':
    case 'broadcast':
    case 'store':
      return { ...instruction, x: moved(instruction.x), out: moved(instruction.out) };
  }
}

/** The scan with other views going in and out; its body is as it was. */
export const withPorts = (scan: Scan, instead: (view: View) => View): Scan => ({
  ...scan,
  over: scan.over.map(({ view, at }) => ({ view: instead(view), at: instead(at) })),
  carried: scan.carried.map(({ first, at, next, last }) => ({
    first: instead(first),
    at: instead(at),
    next: instead(next),
    last: instead(last),
  })),
  stacked: scan.stacked.map(({ each, out }) => ({ each: instead(each), out: instead(out) })),
});
