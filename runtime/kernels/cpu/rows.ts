/** Rows of a table by id, and sums of rows by id. Ids are clamped: nothing outside the table is read or written. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import type { Kernel, Machine } from './kernel.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** The row of each id, of a table for each place of the leading axes one behind the other. */
function rowNumbers(m: Machine, ids: View, rows: number, lead: number): () => Int32Array {
  const place = m.place(ids);
  const numbers = new Int32Array(sizeOf(ids.shape));
  const each = sizeOf(ids.shape.slice(lead));
  return () => {
    const given = ids.dtype === 'int32' ? place.memory.integers : place.memory.floats;
    for (let i = 0; i < numbers.length; i++) {
      const id = Math.min(Math.max(Math.trunc(given[place.offset + i] ?? 0) || 0, 0), rows - 1);
      numbers[i] = lead === 0 ? id : Math.floor(i / each) * rows + id;
    }
    return numbers;
  };
}

function gathering(m: Machine, table: View, ids: View, out: View, lead: number): Kernel {
  const row = sizeOf(table.shape.slice(lead + 1));
  const numbers = rowNumbers(m, ids, table.shape[lead] ?? 1, lead);
  const [from, to] = [m.place(table), m.place(out)];
  return () => {
    const [x, y] = [from.memory.integers, to.memory.integers];
    numbers().forEach((number, i) => {
      const start = from.offset + number * row;
      for (let n = 0, p = start, o = to.offset + i * row; n < row; n++) y[o++] = x[p++] ?? 0;
    });
  };
}

function scattering(m: Machine, ids: View, updates: View, out: View, lead: number): Kernel {
  const row = sizeOf(out.shape.slice(lead + 1));
  const numbers = rowNumbers(m, ids, out.shape[lead] ?? 1, lead);
  const [from, to] = [m.place(updates), m.place(out)];
  const size = sizeOf(out.shape);
  return () => {
    const [x, y] = [from.memory.floats, to.memory.floats];
    y.fill(0, to.offset, to.offset + size);
    if (size === 0) return;
    numbers().forEach((number, i) => {
      const start = from.offset + i * row;
      for (let n = 0, p = start, o = to.offset + number * row; n < row; n++, o++) y[o] = (y[o] ?? 0) + (x[p++] ?? 0);
    });
  };
}

export const gather = (m: Machine, { table, ids, out }: Of<'gather'>): Kernel => gathering(m, table, ids, out, 0);

export const gatherEach = (m: Machine, { tables, ids, lead, out }: Of<'gatherEach'>): Kernel =>
  gathering(m, tables, ids, out, lead);

export const scatterAdd = (m: Machine, { ids, updates, out }: Of<'scatterAdd'>): Kernel =>
  scattering(m, ids, updates, out, 0);

export const scatterEach = (m: Machine, { ids, updates, lead, out }: Of<'scatterEach'>): Kernel =>
  scattering(m, ids, updates, out, lead);
