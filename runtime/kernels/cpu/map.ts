/**
 * The fused elementwise kernel, without code made at run time: some rows at a time go through the body symbol by symbol,
 * each symbol a loop over a register of single floats that stays in the cache.
 */
import { KernelError } from '../error.ts';
import { isView } from '../instruction.ts';
import type { Instruction } from '../instruction.ts';
import type { DType } from '../k.ts';
import { axesFrom, broadcastStrides, collapse } from '../layout.ts';
import type { Axis } from '../layout.ts';
import { symbolsOf } from '../scalar/expression.ts';
import type { Sym } from '../scalar/symbol.ts';
import { nothing } from './kernel.ts';
import type { Kernel, Machine } from './kernel.ts';
import type { Place } from './memory.ts';
import { nest } from './nest.ts';
import { loops } from './scalar.ts';
import type { Loop, Operand } from './scalar.ts';

type MapInstruction = Extract<Instruction, { kind: 'map' }>;

/** How often a value changes: never, with the row, with the column. */
type Level = 0 | 1 | 2;

/** Elements that go through the body at a time, at least where rows are shorter. */
const block = 512;

/** The rows and columns of a turn. */
interface Turn {
  /** How many rows: they follow each other along the last of the outer axes. */
  rows: number;
  columns: number;
  /** The first column. */
  from: number;
  /** Where each operand stands at the first row and column. */
  at: readonly number[];
}

/** What a symbol is in a turn: elements by rows and columns, or by rows, or one. */
interface Register extends Operand {
  readonly level: Level;
}

/** Registers of all maps, by their number in each: what is in them is of one call. */
const shared: Float32Array[] = [];

function sharedRegister(number: number, size: number): Float32Array {
  const known = shared[number];
  if (known !== undefined && known.length >= size) return known;
  return (shared[number] = new Float32Array(Math.max(size, block)));
}

export function map(m: Machine, instruction: MapInstruction): Kernel {
  const { inputs, shape, results, outs } = instruction;
  if (shape.includes(0)) return nothing;
  const { outer, row, inner, byRow } = axesOf(instruction);
  const columns = byRow ? inner.size : Math.min(inner.size, block);
  const rows = Math.max(1, Math.min(row.size, Math.floor(block / columns)));
  const views = [...inputs.map((input) => (isView(input) ? input : undefined)), ...outs];
  const places = views.map((view) => (view === undefined ? undefined : m.place(view)));
  const turn: Turn = { rows, columns, from: 0, at: [] };
  const strideOf = (operand: number) => ({ row: row.strides[operand] ?? 0, column: inner.strides[operand] ?? 0 });

  const levels = new Map<Sym, Level>();
  const registers = new Map<Sym, Register>();
  const spreads = new Map<Register, Operand>();
  /** What is done once in a call, and in each turn. */
  const steps: Record<'once' | 'each', Kernel[]> = { once: [], each: [] };
  const sizeOf = (level: Level): number => (level === 2 ? turn.rows * turn.columns : level === 1 ? turn.rows : 1);
  let numbers = 0;
  const made = (level: Level): Register & { readonly array: Float32Array } => ({
    array: level === 0 ? new Float32Array(1) : sharedRegister(numbers++, level === 2 ? rows * columns : rows),
    at: 0,
    step: level === 0 ? 0 : 1,
    level,
  });
  const add = (level: Level, step: Kernel): void => void steps[level === 0 ? 'once' : 'each'].push(step);

  const levelOf = (sym: Sym): Level => {
    switch (sym.kind) {
      case 'literal':
        return 0;
      case 'column':
        return 2;
      case 'row':
        return 1;
      case 'input':
        return inputLevel(outer, strideOf(sym.index), sym.index);
      case 'apply': {
        const below = sym.args.map((arg) => levels.get(arg) ?? 0);
        return below.includes(2) ? 2 : below.includes(1) ? 1 : 0;
      }
    }
  };

  /** The register with an element for each of its rows or columns, whatever its own level. */
  const spread = (register: Register, level: Level): Operand => {
    if (register.level === 0 || register.level === level) return register;
    if (rows === 1) return { ...register, step: 0 };
    const known = spreads.get(register);
    if (known !== undefined) return known;
    const wide = made(2);
    spreads.set(register, wide);
    add(2, () => {
      for (let r = 0, o = 0; r < turn.rows; r++) {
        const value = register.array[r] ?? 0;
        for (let c = 0; c < turn.columns; c++) wide.array[o++] = value;
      }
    });
    return wide;
  };

  const registerOf = (sym: Sym): Register => {
    const level = levels.get(sym) ?? 0;
    switch (sym.kind) {
      case 'literal': {
        const one = made(0);
        one.array[0] = sym.value;
        return one;
      }
      case 'column': {
        const array = Float32Array.from({ length: rows * columns }, (_, i) => i % columns);
        return { array, at: 0, step: 1, level };
      }
      case 'input': {
        const given = inputs[sym.index];
        const place = places[sym.index];
        if (given !== undefined && !isView(given)) return scalar(m.number(given.scalar), made(0), add);
        if (place === undefined) throw new KernelError('map: an input that there is not');
        return loaded(place, given?.dtype === 'int32', sym.index, level);
      }
      case 'row':
        return reduced(sym.reduce, registers.get(sym.of) ?? made(0));
      case 'apply': {
        const out = made(level);
        const args = sym.args.map((arg) => spread(registers.get(arg) ?? made(0), level));
        add(
          level,
          applied(loops[sym.primitive], out.array, args, () => sizeOf(level)),
        );
        return out;
      }
    }
  };

  /** Elements of memory, in place where they lie as they are taken. */
  const loaded = (place: Place, isInteger: boolean, operand: number, level: Level): Register => {
    const { row: rowStride, column: stride } = strideOf(operand);
    const inPlace = !isInteger && level === 2 && (rows === 1 || rowStride === columns * stride);
    if (inPlace) {
      const here = { array: place.memory.floats, at: 0, step: stride, level };
      add(2, () => {
        here.array = place.memory.floats;
        here.at = turn.at[operand] ?? 0;
      });
      return here;
    }
    const out = made(level);
    const [down, across] = [level === 0 ? 0 : rowStride, level === 2 ? stride : 0];
    add(level, () => {
      const source = isInteger ? place.memory.integers : place.memory.floats;
      const start = level === 0 ? place.offset : (turn.at[operand] ?? 0);
      const [height, width] = [level === 0 ? 1 : turn.rows, level === 2 ? turn.columns : 1];
      for (let r = 0, o = 0; r < height; r++) {
        for (let c = 0, p = start + r * down; c < width; c++, p += across) out.array[o++] = source[p] ?? 0;
      }
    });
    return out;
  };

  const reduced = (reduce: 'sum' | 'max', of: Register): Register => {
    const out = made(1);
    const [down, across] = of.level === 2 ? [columns * of.step, of.step] : of.level === 1 ? [1, 0] : [0, 0];
    add(1, () => {
      const { array, at } = of;
      for (let r = 0; r < turn.rows; r++) {
        let p = at + r * down;
        let value = reduce === 'sum' ? 0 : -Infinity;
        for (let c = 0; c < columns; c++, p += across) {
          value = reduce === 'sum' ? value + (array[p] ?? 0) : Math.max(value, array[p] ?? 0);
        }
        out.array[r] = value;
      }
    });
    return out;
  };

  /** A result to where it belongs, once all is read: it may lie in the memory of an input. */
  const written = (result: Sym, index: number): Kernel => {
    const operand = inputs.length + index;
    const [place, out] = [places[operand], outs[index]];
    const register = registers.get(result);
    if (place === undefined || out === undefined || register === undefined) throw new KernelError('map: no result');
    return writing(place, out.dtype, register, strideOf(operand), operand, turn);
  };

  for (const sym of symbolsOf(results)) {
    levels.set(sym, levelOf(sym));
    registers.set(sym, registerOf(sym));
  }
  const write = results.map(written);
  return () => {
    for (const step of steps.once) step();
    const bases = places.map((place) => place?.offset ?? 0);
    nest(outer, bases, (start) => {
      for (let first = 0; first < row.size; first += rows) {
        for (let from = 0; from < inner.size; from += columns) {
          turn.rows = Math.min(rows, row.size - first);
          turn.columns = Math.min(columns, inner.size - from);
          turn.at = start.map((at, i) => at + first * (row.strides[i] ?? 0) + from * (inner.strides[i] ?? 0));
          for (const step of steps.each) step();
          for (const step of write) step();
        }
      }
    });
  };
}

/** The axes of a map: rows lie along one of them, and the others are gone through row by row. */
function axesOf({ inputs, shape, results, outs }: MapInstruction) {
  const width = shape.at(-1) ?? 1;
  const byRow =
    symbolsOf(results).some(({ kind }) => kind === 'row' || kind === 'column') ||
    outs.some((out) => (out.shape.at(-1) ?? 1) !== width);
  const strides = [
    ...inputs.map((input) => broadcastStrides(isView(input) ? input : { shape: [], strides: [] }, shape)),
    ...outs.map((out) => broadcastStrides(out, shape)),
  ];
  const none: Axis = { size: 1, strides: strides.map(() => 0) };
  const axes = axesFrom(shape, strides);
  const flat = collapse(byRow ? axes.slice(0, -1) : axes);
  const inner = (byRow ? axes.at(-1) : flat.pop()) ?? none;
  const row = flat.pop() ?? none;
  return { outer: flat, row, inner, byRow };
}

function inputLevel(
  outer: readonly Axis[],
  { row, column }: { readonly row: number; readonly column: number },
  operand: number,
): Level {
  if (column !== 0) return 2;
  return row !== 0 || outer.some(({ strides }) => (strides[operand] ?? 0) !== 0) ? 1 : 0;
}

function scalar(number: () => number, one: Register, add: (level: Level, step: Kernel) => void): Register {
  add(0, () => void (one.array[0] = number()));
  return one;
}

function applied(loop: Loop, out: Float32Array, args: readonly Operand[], size: () => number): Kernel {
  const [a, b, c] = args;
  if (a === undefined) throw new KernelError('map: a primitive without arguments');
  // Loops of fewer operands take no notice of the others.
  const run: (n: number, out: Float32Array, a: Operand, b: Operand, c: Operand) => void = loop;
  return () => run(size(), out, a, b ?? a, c ?? a);
}

function writing(
  place: Place,
  dtype: DType,
  register: Register,
  { row, column }: { readonly row: number; readonly column: number },
  operand: number,
  turn: Turn,
): Kernel {
  return () => {
    const target = dtype === 'int32' ? place.memory.integers : place.memory.floats;
    const start = turn.at[operand] ?? 0;
    const width = column === 0 ? 1 : turn.columns;
    const [down, across] =
      register.level === 2 ? [turn.columns * register.step, register.step] : register.level === 1 ? [1, 0] : [0, 0];
    const { array, at } = register;
    for (let r = 0; r < turn.rows; r++) {
      let p = start + r * row;
      let q = at + r * down;
      for (let c = 0; c < width; c++, p += column, q += across) target[p] = array[q] ?? 0;
    }
  };
}
