/**
 * The fused elementwise kernel: an invocation for each element; where there are row reductions one for each row, or a
 * workgroup where rows are long and few.
 */
import { KernelError } from '../error.ts';
import { isView } from '../instruction.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, broadcastStrides, collapse } from '../layout.ts';
import type { Axis } from '../layout.ts';
import { fold, rowDepth, symbolsOf } from '../scalar/expression.ts';
import type { Sym } from '../scalar/symbol.ts';
import { float, groupKernel, groupSize, kernel, load, offsetsAt, place, sharedName, store } from './kernel.ts';
import type { Kernel, Lines } from './kernel.ts';
import { wgsl } from './scalar.ts';

type MapInstruction = Extract<Instruction, { kind: 'map' }>;

/** Rows of so many columns or more, if there are fewer than so many rows, have a workgroup each. */
const longRow = 128;
const fewRows = 4096;

/** The values of symbols in a block of lines. */
interface Block {
  readonly lines: Lines;
  readonly known: Map<Sym, string>;
}

export function map({ inputs, shape, results, outs }: MapInstruction): readonly Kernel[] {
  if (shape.includes(0)) return [];
  const symbols = symbolsOf(results);
  const width = shape.at(-1) ?? 1;
  const byRow =
    symbols.some(({ kind }) => kind === 'row' || kind === 'column') ||
    outs.some((out) => (out.shape.at(-1) ?? 1) !== width);
  const strides = [
    ...inputs.map((input) => broadcastStrides(isView(input) ? input : { shape: [], strides: [] }, shape)),
    ...outs.map((out) => broadcastStrides(out, shape)),
  ];
  const axes = axesFrom(shape, strides);
  const outer = collapse(byRow ? axes.slice(0, -1) : axes);
  const none: Axis = { size: 1, strides: strides.map(() => 0) };
  const inner = byRow ? (axes.at(-1) ?? none) : none;
  const rows = outer.reduce((product, { size }) => product * size, 1);
  const inGroups = inner.size >= longRow && rows < fewRows;
  const operands = [...inputs, ...outs];

  const write = (top: Lines): void => {
    const starts = operands.map((_, i) => place(i));
    const at = offsetsAt(top, outer, inGroups ? 'group' : 'id', starts);
    const varies = fold<boolean>((sym, below) => {
      if (sym.kind === 'input') return (inner.strides[sym.index] ?? 0) !== 0;
      return (sym.kind === 'column' && inner.size > 1) || (sym.kind === 'apply' && below.includes(true));
    });
    const row: Block = { lines: top, known: new Map() };

    const valueOf = (sym: Sym, column: (Block & { readonly index: string }) | undefined): string => {
      const block = varies(sym) ? column : row;
      if (block === undefined) throw new KernelError('map: what varies along a row, outside of it');
      const known = block.known.get(sym);
      if (known !== undefined) return known;
      const value = block.lines.let(textOf(sym, column));
      block.known.set(sym, value);
      return value;
    };
    const textOf = (sym: Sym, column: (Block & { readonly index: string }) | undefined): string => {
      switch (sym.kind) {
        case 'literal':
          return float(sym.value);
        case 'column':
          return `f32(${column?.index ?? '0'})`;
        case 'input': {
          const given = inputs[sym.index];
          const from = at[sym.index] ?? '0';
          if (given === undefined || !isView(given)) return numberAt(from);
          const stride = inner.strides[sym.index] ?? 0;
          return load(given, stride === 0 || column === undefined ? from : `${from} + ${column.index} * ${stride}`);
        }
        case 'apply':
          return applied(
            sym,
            sym.args.map((arg) => valueOf(arg, column)),
          );
        case 'row':
          throw new KernelError('map: a row reduction before its pass');
      }
    };

    const [from, step] = inGroups ? ['lane', groupSize] : ['0', 1];
    const pass = (body: (column: Block & { readonly index: string }) => void): void =>
      top.loop(from, inner.size, step, (index, lines) => body({ lines, known: new Map(), index }));

    const depths = Math.max(...results.map(rowDepth));
    for (let depth = 1; depth <= depths; depth++) {
      const reductions = symbols.filter((sym) => sym.kind === 'row').filter((sym) => rowDepth(sym) === depth);
      // What does not vary along the row is known before the loop.
      reductions.filter(({ of }) => !varies(of)).forEach(({ of }) => valueOf(of, undefined));
      const totals = reductions.map((sym) => ({
        sym,
        total: top.variable(sym.reduce === 'sum' ? '0f' : '-infinity()'),
      }));
      pass((column) => {
        for (const { sym, total } of totals) {
          const value = valueOf(sym.of, column);
          column.lines.add(
            sym.reduce === 'sum' ? `${total} += ${value};` : `${total} = greater_of(${total}, ${value});`,
          );
        }
      });
      for (const { sym, total } of totals) {
        row.known.set(sym, inGroups ? acrossLanes(top, sym.reduce, total) : top.let(total));
      }
    }

    const isWide = (index: number): boolean => (inner.strides[inputs.length + index] ?? 0) !== 0;
    const outAt = (index: number): string => at[inputs.length + index] ?? '0';
    const narrow = results.map((result, index) => (isWide(index) ? '' : valueOf(result, undefined)));
    // All is read before anything is written: results may lie in the memory of inputs.
    if (outs.some((_, index) => isWide(index))) {
      results.forEach((result, index) => {
        if (isWide(index) && !varies(result)) valueOf(result, undefined);
      });
      pass((column) => {
        const values = results.map((result, index) => (isWide(index) ? valueOf(result, column) : ''));
        outs.forEach((out, index) => {
          const stride = inner.strides[inputs.length + index] ?? 0;
          if (isWide(index))
            column.lines.add(store(out, `${outAt(index)} + ${column.index} * ${stride}`, values[index] ?? ''));
        });
      });
    }
    outs.forEach((out, index) => {
      if (isWide(index)) return;
      const line = store(out, outAt(index), narrow[index] ?? '');
      if (inGroups) top.when('lane == 0', (inside) => inside.add(line));
      else top.add(line);
    });
  };
  return [inGroups ? groupKernel(rows, operands, write) : kernel(rows, operands, write)];
}

/** A number of the host: its place is its number. */
const numberAt = (index: string): string => `bitcast<f32>(numbers[(${index}) >> 2u][(${index}) & 3])`;

/** One number from those of all invocations of a workgroup, in an order that does not change. */
export function acrossLanes(lines: Lines, reduce: 'sum' | 'max' | 'min', value: string): string {
  const joined = (a: string, b: string): string =>
    reduce === 'sum' ? `${a} + ${b}` : `${reduce === 'max' ? 'greater_of' : 'less_of'}(${a}, ${b})`;
  const [here, there] = [`${sharedName}[lane]`, (by: number) => `${sharedName}[lane + ${by}]`];
  lines.add(`${here} = ${value};`);
  lines.add('workgroupBarrier();');
  for (let half = groupSize / 2; half >= 1; half /= 2) {
    lines.when(`lane < ${half}`, (inside) => inside.add(`${here} = ${joined(here, there(half))};`));
    lines.add('workgroupBarrier();');
  }
  const total = lines.let(`${sharedName}[0]`);
  lines.add('workgroupBarrier();');
  return total;
}

function applied(sym: Extract<Sym, { kind: 'apply' }>, args: readonly string[]): string {
  const [a = '', b = '', c = ''] = args;
  // Forms of fewer operands take no notice of the others.
  const form: (a: string, b: string, c: string) => string = wgsl[sym.primitive];
  return form(a, b, c);
}

/** A function of one value, as lines. */
export function evaluated(lines: Lines, act: Sym, value: string): string {
  return fold<string>((sym, args) => {
    if (sym.kind === 'input') return value;
    if (sym.kind === 'literal') return lines.let(float(sym.value));
    if (sym.kind === 'apply') return lines.let(applied(sym, args));
    throw new KernelError('an activation of more than its element');
  })(act);
}
