/**
 * The fused elementwise kernel: four lanes at a time, row reductions in passes before the last. It is cut by rows where it
 * holds those, and by four lanes elsewhere.
 */
import type { View } from '../buffer.ts';
import { KernelError } from '../error.ts';
import { isView } from '../instruction.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, broadcastStrides, collapse } from '../layout.ts';
import type { Axis } from '../layout.ts';
import { fold, rowDepth, symbolsOf } from '../scalar/expression.ts';
import type { Sym } from '../scalar/symbol.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { f32x4, i32, i32x4, v128 } from './assembler/instructions.ts';
import type { Code, I32, V128 } from './assembler/instructions.ts';
import { acrossLanes } from './across.ts';
import { Emitter } from './emitter.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { primitiveOf } from './primitive.ts';
import { shared, tiles, unitsOf } from './ranges.ts';
import type { Range } from './ranges.ts';

type MapInstruction = Extract<Instruction, { kind: 'map' }>;

export function mapKernel(instruction: MapInstruction): Kernel {
  const { inputs, outs } = instruction;
  return {
    parameters: [
      ...inputs.map((input) => (isView(input) ? view(input) : { kind: 'scalar' as const, name: input.scalar })),
      ...outs.map(view),
    ],
    build: (f) => build(f, instruction),
  };
}

/** How often a value changes: never, with the row, with the column. */
type Level = 0 | 1 | 2;

function build(f: FunctionBuilder, { inputs, shape, results, outs }: MapInstruction): Code {
  if (shape.includes(0)) return [];
  const symbols = symbolsOf(results);
  const width = shape.at(-1) ?? 1;
  const byRow =
    symbols.some((sym) => sym.kind === 'row' || sym.kind === 'column') ||
    outs.some((out) => (out.shape.at(-1) ?? 1) !== width);
  const strides = [
    ...inputs.map((input) => broadcastStrides(isView(input) ? input : { shape: [], strides: [] }, shape)),
    ...outs.map((out) => broadcastStrides(out, shape)),
  ];
  const axes = axesFrom(shape, strides);
  const none: Axis = { size: 1, strides: strides.map(() => 0) };
  const flat = collapse(byRow ? axes.slice(0, -1) : axes);
  const inner = (byRow ? axes.at(-1) : flat.at(-1)) ?? none;
  const outer = byRow ? flat : flat.slice(0, -1);

  const inputLevel = inputs.map((_, i): Level => {
    if ((inner.strides[i] ?? 0) !== 0) return 2;
    return outer.some((axis) => (axis.strides[i] ?? 0) !== 0) ? 1 : 0;
  });
  const levelOf = fold<Level>((sym, operands) => {
    switch (sym.kind) {
      case 'input':
        return inputLevel[sym.index] ?? 0;
      case 'literal':
        return 0;
      case 'column':
        return 2;
      case 'row':
        return 1;
      case 'apply':
        return operands.includes(2) ? 2 : operands.includes(1) ? 1 : 0;
    }
  });

  const top = new Emitter(f, 'hoisted');
  const atTop = new Map<Sym, V128>();
  const loops = shared(
    f,
    outer,
    byRow ? 1 : unitsOf(inner.size, 4),
    f.parameters.map((p) => p.get),
    (addresses, range) => {
      const row = new Emitter(f, 'hoisted');
      const atRow = new Map<Sym, V128>();
      const place = (sym: Sym): { readonly emitter: Emitter; readonly known: Map<Sym, V128> } =>
        levelOf(sym) === 0 ? { emitter: top, known: atTop } : { emitter: row, known: atRow };

      /** The symbol's value in a block where `inBlock` holds what varies along the row. */
      const evaluate = (sym: Sym, block: Block | undefined): V128 => {
        const { emitter, known } = levelOf(sym) === 2 && block !== undefined ? block : place(sym);
        const seen = known.get(sym);
        if (seen !== undefined) return seen;
        const value = emitter.let(compute(sym, block));
        known.set(sym, value);
        return value;
      };
      const compute = (sym: Sym, block: Block | undefined): V128 => {
        switch (sym.kind) {
          case 'input':
            return levelOf(sym) === 2 && block !== undefined
              ? loadInput(inputs[sym.index], i32.add(addresses[sym.index] ?? i32.const(0), block.offset), block.lanes)
              : loadRepeated(
                  inputs[sym.index],
                  levelOf(sym) === 0 ? f.parameters[sym.index]?.get : addresses[sym.index],
                );
          case 'literal':
            return top.floats(sym.value);
          case 'column':
            return block?.column ?? top.floats(0);
          case 'apply': {
            const args = sym.args.map((arg) => evaluate(arg, block));
            const emitter = levelOf(sym) === 2 && block !== undefined ? block.emitter : place(sym).emitter;
            return primitiveOf(sym.primitive, emitter, args);
          }
          case 'row':
            // Reductions are computed in their own pass, before anything that needs them.
            throw new KernelError('map: a row reduction before its pass');
        }
      };

      /** One pass over the row. */
      const columns = byRow ? { all: unitsOf(inner.size, 4) } : range;
      const pass = (body: (block: Block) => void): Code => overRow(f, inner.size, columns, body);

      const depths = Math.max(...results.map(rowDepth));
      for (let depth = 1; depth <= depths; depth++) {
        const reductions = symbols.filter((sym) => sym.kind === 'row').filter((sym) => rowDepth(sym) === depth);
        const sums = reductions.map((sym) => {
          const local = f.reuse('v128');
          row.add(local.set(top.floats(sym.reduce === 'sum' ? 0 : -Infinity)));
          return { sym, local };
        });
        const code = pass((block) => {
          for (const { sym, local } of sums) {
            const value = evaluate(sym.of, block);
            const identity = sym.reduce === 'sum' ? 0 : -Infinity;
            const counted =
              block.lanes === 4 ? value : v128.bitselect(value, top.floats(identity), mask(f, block.lanes));
            const joined = sym.reduce === 'sum' ? f32x4.add(local.get, counted) : f32x4.max(local.get, counted);
            block.emitter.add(local.set(joined));
          }
        });
        row.add(code);
        for (const { sym, local } of sums) {
          atRow.set(sym, row.let(acrossLanes(row, sym.reduce, local.get)));
          f.release(local);
        }
      }

      const out = (index: number): I32 => addresses[inputs.length + index] ?? i32.const(0);
      const narrow = results.flatMap((result, index) =>
        (inner.strides[inputs.length + index] ?? 0) === 0 ? [{ index, value: evaluate(result, undefined) }] : [],
      );
      if (narrow.length < results.length) {
        const code = pass((block) => {
          // All is read before anything is written: results may lie in the memory of inputs.
          const values = results.map((result) => evaluate(result, block));
          values.forEach((value, index) => {
            if ((inner.strides[inputs.length + index] ?? 0) === 0) return;
            const whole = block.emitter.let(converted(outs[index], value));
            block.emitter.add(storeLanes(i32.add(out(index), block.offset), whole, block.lanes));
          });
        });
        row.add(code);
      }
      for (const { index, value } of narrow) {
        row.add(storeLanes(out(index), row.let(converted(outs[index], value)), 1));
      }
      return row.end();
    },
  );
  return [...top.end(), ...loops];
}

/** Code for up to four neighbours in a row. */
interface Block {
  readonly emitter: Emitter;
  readonly known: Map<Sym, V128>;
  readonly lanes: number;
  /** In bytes from the row's start. */
  readonly offset: I32;
  readonly column: V128;
}

/** Runs a block over the row, or a range of it: four lanes at a time, then the rest at once. */
function overRow(f: FunctionBuilder, width: number, range: Range, body: (block: Block) => void): Code {
  const column = (first: I32): V128 => {
    const index = i32x4.add(i32x4.splat(first), v128.integers(0, 1, 2, 3));
    return f32x4.fromIntegers(index);
  };
  const block = (lanes: number, first: I32, offset: I32): Code => {
    const emitter = new Emitter(f);
    body({ emitter, known: new Map(), lanes, offset, column: column(first) });
    return emitter.end();
  };
  return tiles(f, width, { height: 4, unit: 4 }, range, (i, lanes) =>
    block(lanes, i32.shl(i, i32.const(2)), i32.shl(i, i32.const(4))),
  );
}

/** All bits of the first lanes. */
function mask(f: FunctionBuilder, lanes: number): V128 {
  const bits = (lane: number) => (lane < lanes ? -1 : 0);
  return f.constant(v128.integers(bits(0), bits(1), bits(2), bits(3)));
}

type Input = MapInstruction['inputs'][number] | undefined;

const isInteger = (input: Input): boolean => input !== undefined && isView(input) && input.dtype === 'int32';

function loadInput(input: Input, address: I32, lanes: number): V128 {
  const loaded = loadLanes(address, lanes);
  return isInteger(input) ? f32x4.fromIntegers(loaded) : loaded;
}

function loadRepeated(input: Input, address: I32 = i32.const(0)): V128 {
  const loaded = v128.loadSplat(address);
  return isInteger(input) ? f32x4.fromIntegers(loaded) : loaded;
}

const converted = (out: View | undefined, value: V128): V128 =>
  out?.dtype === 'int32' ? i32x4.fromFloats(value) : value;
