/** Packing a panel of B: eight columns (or four) of a stretch of k side by side, zeros where there are no columns. */
import type { FunctionBuilder } from './assembler/function.ts';
import { i32, v128 } from './assembler/instructions.ts';
import type { Code, I32, V128 } from './assembler/instructions.ts';
import { loadLanes } from './lanes.ts';

export interface Panel {
  /** The panel's first element in B. */
  readonly from: I32;
  readonly to: I32;
  readonly steps: number;
  readonly columns: number;
  /** In B, from one step of k to the next and from one column to the next: one of them is 1. */
  readonly bStep: number;
  readonly bColumn: number;
}

export const packPanel = (f: FunctionBuilder, panel: Panel): Code =>
  panel.bColumn === 1 ? packRows(f, panel) : packTransposed(f, panel);

/** B [K, N]: the columns lie side by side. */
function packRows(f: FunctionBuilder, { from, to, steps, columns, bStep }: Panel): Code {
  const vectors = Math.ceil(columns / 4);
  return f.times(steps, (s) => {
    const source = i32.add(from, i32.mul(s, i32.const(4 * bStep)));
    const target = i32.add(to, i32.mul(s, i32.const(16 * vectors)));
    return Array.from({ length: vectors }, (_, j) =>
      v128.store(target, loadLanes(source, Math.min(4, columns - 4 * j), 16 * j), 16 * j),
    ).flat();
  });
}

/** B [N, K]: four steps of four columns are a square that is turned over in registers. */
function packTransposed(f: FunctionBuilder, { from, to, steps, columns, bColumn }: Panel): Code {
  const vectors = Math.ceil(columns / 4);
  const source = f.reuse('i32');
  const target = f.reuse('i32');
  const locals = Array.from({ length: 8 }, () => f.reuse('v128'));
  const square = (depth: number): Code =>
    Array.from({ length: vectors }, (_, j) => {
      const row = (i: number): V128 =>
        4 * j + i < columns ? loadLanes(source.get, depth, 4 * (4 * j + i) * bColumn) : v128.floats(0);
      const [r0, r1, r2, r3, t0, t1, t2, t3] = locals;
      if (!r0 || !r1 || !r2 || !r3 || !t0 || !t1 || !t2 || !t3) return [];
      const turned = [
        v128.shuffle(t0.get, t2.get, [0, 1, 4, 5]),
        v128.shuffle(t0.get, t2.get, [2, 3, 6, 7]),
        v128.shuffle(t1.get, t3.get, [0, 1, 4, 5]),
        v128.shuffle(t1.get, t3.get, [2, 3, 6, 7]),
      ];
      return [
        ...[r0, r1, r2, r3].flatMap((local, i) => local.set(row(i))),
        ...t0.set(v128.shuffle(r0.get, r1.get, [0, 4, 1, 5])),
        ...t1.set(v128.shuffle(r0.get, r1.get, [2, 6, 3, 7])),
        ...t2.set(v128.shuffle(r2.get, r3.get, [0, 4, 1, 5])),
        ...t3.set(v128.shuffle(r2.get, r3.get, [2, 6, 3, 7])),
        ...turned.slice(0, depth).flatMap((column, i) => v128.store(target.get, column, 16 * (i * vectors + j))),
      ];
    }).flat();
  const at = (s: I32): Code => [
    ...source.set(i32.add(from, i32.shl(s, i32.const(2)))),
    ...target.set(i32.add(to, i32.mul(s, i32.const(16 * vectors)))),
  ];
  const full = Math.floor(steps / 4);
  const rest = steps % 4;
  const code = [
    ...f.times(full, (s) => [...at(i32.shl(s, i32.const(2))), ...square(4)]),
    ...(rest === 0 ? [] : [...at(i32.const(4 * full)), ...square(rest)]),
  ];
  [source, target, ...locals].forEach((local) => f.release(local));
  return code;
}
