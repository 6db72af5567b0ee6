/** Which columns feed what, and which feed nothing, as lines for a person. */
import { visibleName } from '../logging/visible.ts';
import { wordFor } from './columns.ts';
import type { Columns, Named } from './columns.ts';

/** A heading, a line for each input and target, and one for the columns that are left. */
export function columnLines(named: Pick<Named, 'file' | 'header'>, columns: Columns): string[] {
  const { file, header } = named;
  const taken = new Set(Object.values(columns).flat());
  const left = header.filter((name) => !taken.has(name));
  const rows = [...Object.entries(columns), ...(left.length > 0 ? [['(unused)', left] as const] : [])];
  const width = Math.max(...rows.map(([port]) => port.length));
  return [
    `${wordFor(named, 2)} of ${file}:`,
    ...rows.map(([port, names]) => `  ${port.padEnd(width)}  ${port === '(unused)' ? ' ' : '←'} ${namesText(names)}`),
  ];
}

/** As many names as a line holds well; of more, the first and the last, and how many there are. */
function namesText(all: readonly string[]): string {
  if (all.length <= 12) return all.map(visibleName).join(', ');
  const first = all.slice(0, 3).map(visibleName).join(', ');
  return `${first}, … ${visibleName(all.at(-1) ?? '')} (${all.length} columns)`;
}
