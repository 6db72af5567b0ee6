/** Rows of a table by id, and sums of rows by id. Ids are clamped: nothing outside the table is read or written. */
import { sizeOf } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { when } from './assembler/function.ts';
import { f32x4, i32, memoryFill } from './assembler/instructions.ts';
import type { I32 } from './assembler/instructions.ts';
import { copyRow } from './copy.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { share } from './ranges.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

export const gatherKernel = ({ table, ids, out }: Of<'gather'>): Kernel => ({
  parameters: [view(table), view(ids), view(out)],
  build: (f) => {
    const [from = i32.const(0), at = i32.const(0), to = i32.const(0)] = f.parameters.map((p) => p.get);
    const row = sizeOf(table.shape.slice(1));
    const source = f.local('i32');
    return share(f, sizeOf(ids.shape), (first, end) =>
      f.between(first, end, (i) => [
        ...source.set(i32.add(from, i32.mul(clamped(at, i, table.shape[0] ?? 1), i32.const(4 * row)))),
        ...copyRow(f, row, source.get, i32.add(to, i32.mul(i, i32.const(4 * row)))),
      ]),
    );
  },
});

/** Each worker sums rows of its own, which all ids may name: in the order of the ids. */
export const scatterAddKernel = ({ ids, updates, out }: Of<'scatterAdd'>): Kernel => ({
  parameters: [view(ids), view(updates), view(out)],
  build: (f) => {
    const [at = i32.const(0), from = i32.const(0), to = i32.const(0)] = f.parameters.map((p) => p.get);
    const rows = out.shape[0] ?? 0;
    const row = sizeOf(out.shape.slice(1));
    if (rows === 0 || row === 0) return [];
    const source = f.local('i32');
    const target = f.local('i32');
    const id = f.local('i32');
    const sum = f.local('v128');
    const add = (offset: I32, lanes: number) => {
      const here = i32.add(target.get, offset);
      const old = loadLanes(here, lanes);
      return [
        ...sum.set(f32x4.add(old, loadLanes(i32.add(source.get, offset), lanes))),
        ...storeLanes(here, sum.get, lanes),
      ];
    };
    const full = Math.floor(row / 4);
    const bytes = i32.const(4 * row);
    return share(f, rows, (first, end) => [
      ...memoryFill(i32.add(to, i32.mul(first, bytes)), i32.const(0), i32.mul(i32.sub(end, first), bytes)),
      ...f.times(sizeOf(ids.shape), (i) => [
        ...id.set(clamped(at, i, rows)),
        // Unsigned, one comparison says whether it lies between.
        ...when(i32.ltU(i32.sub(id.get, first), i32.sub(end, first)), [
          ...target.set(i32.add(to, i32.mul(id.get, bytes))),
          ...source.set(i32.add(from, i32.mul(i, bytes))),
          ...f.times(full, (j) => add(i32.shl(j, i32.const(4)), 4)),
          ...(row % 4 === 0 ? [] : add(i32.const(16 * full), row % 4)),
        ]),
      ]),
    ]);
  },
});

/** Id number i, within 0..rows−1. */
function clamped(ids: I32, i: I32, rows: number): I32 {
  const id = i32.load(i32.add(ids, i32.shl(i, i32.const(2))));
  const below = i32.select(id, i32.const(rows - 1), i32.ltS(id, i32.const(rows)));
  return i32.select(below, i32.const(0), i32.gtS(below, i32.const(-1)));
}
