/** Rows of a table by id, and sums of rows by id. Ids are clamped: nothing outside the table is read or written. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { when } from './assembler/function.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import { f32, f32x4, i32, memoryFill } from './assembler/instructions.ts';
import type { Code, I32 } from './assembler/instructions.ts';
import { copyRow } from './copy.ts';
import { view } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { share } from './ranges.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

export const gatherKernel = ({ table, ids, out }: Of<'gather'>): Kernel => gathering(table, ids, out, 0);

/** Each place of the leading axes has a table of its own. */
export const gatherEachKernel = ({ tables, ids, lead, out }: Of<'gatherEach'>): Kernel =>
  gathering(tables, ids, out, lead);

const gathering = (table: View, ids: View, out: View, lead: number): Kernel => ({
  parameters: [view(table), view(ids), view(out)],
  build: (f) => {
    const [from = i32.const(0), at = i32.const(0), to = i32.const(0)] = f.parameters.map((p) => p.get);
    const rows = table.shape[lead] ?? 1;
    const row = sizeOf(table.shape.slice(lead + 1));
    const each = sizeOf(ids.shape.slice(lead));
    const first = (i: I32): I32 => (lead === 0 ? i32.const(0) : i32.mul(i32.divU(i, i32.const(each)), i32.const(rows)));
    const source = f.local('i32');
    return share(f, sizeOf(ids.shape), (begin, end) =>
      f.between(begin, end, (i) => [
        ...source.set(i32.add(from, i32.mul(i32.add(first(i), clamped(ids, at, i, rows)), i32.const(4 * row)))),
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
    const addRow = rowAdder(f, source.get, target.get, row);
    const bytes = i32.const(4 * row);
    return share(f, rows, (first, end) => [
      ...memoryFill(i32.add(to, i32.mul(first, bytes)), i32.const(0), i32.mul(i32.sub(end, first), bytes)),
      ...f.times(sizeOf(ids.shape), (i) => [
        ...id.set(clamped(ids, at, i, rows)),
        // Unsigned, one comparison says whether it lies between.
        ...when(i32.ltU(i32.sub(id.get, first), i32.sub(end, first)), [
          ...target.set(i32.add(to, i32.mul(id.get, bytes))),
          ...source.set(i32.add(from, i32.mul(i, bytes))),
          ...addRow,
        ]),
      ]),
    ]);
  },
});

/** Apart for each place of the leading axes, whole by one worker. */
export const scatterEachKernel = ({ ids, updates, lead, out }: Of<'scatterEach'>): Kernel => ({
  parameters: [view(ids), view(updates), view(out)],
  build: (f) => {
    const [at = i32.const(0), from = i32.const(0), to = i32.const(0)] = f.parameters.map((p) => p.get);
    const rows = out.shape[lead] ?? 0;
    const row = sizeOf(out.shape.slice(lead + 1));
    if (rows === 0 || row === 0) return [];
    const places = sizeOf(out.shape.slice(0, lead));
    const each = sizeOf(ids.shape.slice(lead));
    const [source, target, number] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const addRow = rowAdder(f, source.get, target.get, row);
    const bytes = i32.const(4 * row);
    const whole = i32.const(4 * row * rows);
    return share(f, places, (first, end) =>
      f.between(first, end, (place) => [
        ...memoryFill(i32.add(to, i32.mul(place, whole)), i32.const(0), whole),
        ...f.times(each, (i) => [
          ...number.set(i32.add(i32.mul(place, i32.const(each)), i)),
          ...target.set(i32.add(i32.mul(place, i32.const(rows)), clamped(ids, at, number.get, rows))),
          ...target.set(i32.add(to, i32.mul(target.get, bytes))),
          ...source.set(i32.add(from, i32.mul(number.get, bytes))),
          ...addRow,
        ]),
      ]),
    );
  },
});

/** Adds one row to another. */
function rowAdder(f: FunctionBuilder, source: I32, target: I32, row: number): Code {
  const sum = f.local('v128');
  const add = (offset: I32, lanes: number): Code => {
    const here = i32.add(target, offset);
    return [
      ...sum.set(f32x4.add(loadLanes(here, lanes), loadLanes(i32.add(source, offset), lanes))),
      ...storeLanes(here, sum.get, lanes),
    ];
  };
  const full = Math.floor(row / 4);
  return [
    ...f.times(full, (j) => add(i32.shl(j, i32.const(4)), 4)),
    ...(row % 4 === 0 ? [] : add(i32.const(16 * full), row % 4)),
  ];
}

/** Id number i, within 0..rows−1. */
function clamped({ dtype }: View, ids: I32, i: I32, rows: number): I32 {
  const place = i32.add(ids, i32.shl(i, i32.const(2)));
  const id = dtype === 'int32' ? i32.load(place) : i32.fromFloat(f32.load(place));
  const below = i32.select(id, i32.const(rows - 1), i32.ltS(id, i32.const(rows)));
  return i32.select(below, i32.const(0), i32.gtS(below, i32.const(-1)));
}
