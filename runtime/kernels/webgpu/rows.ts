/** Rows of a table by id, and sums of rows by id. Ids are clamped: nothing outside the table is read or written. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { filled } from './copy.ts';
import { kernel, loadFloat, loadInteger, place, storeFloat } from './kernel.ts';
import type { Kernel } from './kernel.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** Id number i of a packed view, within 0..rows−1. What is no number is 0. */
const clamped = ({ dtype }: View, operand: number, i: string, rows: number): string => {
  const at = `${place(operand)} + ${i}`;
  if (dtype === 'int32') return `clamp(${loadInteger(at)}, 0, ${rows - 1})`;
  const id = loadFloat(at);
  return `select(i32(clamp(${id}, 0f, ${rows - 1}f)), 0, is_nan(${id}))`;
};

/** Of a table for each place of the leading axes, one behind the other. */
function gathering(table: View, ids: View, out: View, lead: number): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const row = sizeOf(table.shape.slice(lead + 1));
  const rows = table.shape[lead] ?? 1;
  const each = sizeOf(ids.shape.slice(lead));
  return [
    kernel(sizeOf(out.shape), [table, ids, out], (lines) => {
      const i = lines.let(`id / ${row}`);
      const number = lines.let(`(${i} / ${each}) * ${lead === 0 ? 0 : rows} + ${clamped(ids, 1, i, rows)}`);
      lines.add(`heap[${place(2)} + id] = heap[${place(0)} + ${number} * ${row} + id % ${row}];`);
    }),
  ];
}

/**
 * In the order of the ids. An invocation for each element of the table adds what is for it; where ids are fewer than rows,
 * one for each element of the updates, of which the first of an id adds those that follow.
 */
function scattering(ids: View, updates: View, out: View, lead: number): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const row = sizeOf(out.shape.slice(lead + 1));
  const rows = out.shape[lead] ?? 1;
  const each = sizeOf(ids.shape.slice(lead));
  const places = sizeOf(out.shape.slice(0, lead));
  const operands = [ids, updates, out];
  const id = (i: string): string => clamped(ids, 0, i, rows);
  if (each < rows) {
    const first = kernel(places * each * row, operands, (lines) => {
      const [column, i] = [lines.let(`id % ${row}`), lines.let(`id / ${row}`)];
      const begin = lines.let(`(${i} / ${each}) * ${each}`);
      const own = lines.let(id(i));
      const total = lines.variable('0f');
      lines.loop(begin, i, 1, (other, inside) => inside.when(`${id(other)} == ${own}`, (same) => same.add('return;')));
      lines.loop(i, `${begin} + ${each}`, 1, (other, inside) =>
        inside.when(`${id(other)} == ${own}`, (same) =>
          same.add(`${total} += ${loadFloat(`${place(1)} + ${other} * ${row} + ${column}`)};`),
        ),
      );
      lines.add(storeFloat(`${place(2)} + ((${i} / ${each}) * ${rows} + ${own}) * ${row} + ${column}`, total));
    });
    return each * places === 0 ? filled(out, 0) : [...filled(out, 0), first];
  }
  return [
    kernel(sizeOf(out.shape), operands, (lines) => {
      const [column, number] = [lines.let(`id % ${row}`), lines.let(`id / ${row}`)];
      const [own, begin] = [lines.let(`${number} % ${rows}`), lines.let(`(${number} / ${rows}) * ${each}`)];
      const total = lines.variable('0f');
      lines.loop(begin, `${begin} + ${each}`, 1, (i, inside) =>
        inside.when(`${id(i)} == ${own}`, (same) =>
          same.add(`${total} += ${loadFloat(`${place(1)} + ${i} * ${row} + ${column}`)};`),
        ),
      );
      lines.add(storeFloat(`${place(2)} + id`, total));
    }),
  ];
}

export const gather = ({ table, ids, out }: Of<'gather'>): readonly Kernel[] => gathering(table, ids, out, 0);

export const gatherEach = ({ tables, ids, lead, out }: Of<'gatherEach'>): readonly Kernel[] =>
  gathering(tables, ids, out, lead);

export const scatterAdd = ({ ids, updates, out }: Of<'scatterAdd'>): readonly Kernel[] =>
  scattering(ids, updates, out, 0);

export const scatterEach = ({ ids, updates, lead, out }: Of<'scatterEach'>): readonly Kernel[] =>
  scattering(ids, updates, out, lead);
