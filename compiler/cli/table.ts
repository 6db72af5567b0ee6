/** Tables of plain text. */
import stringWidth from 'string-width';

export type Align = 'left' | 'right';

/** Columns as wide as their widest cell, two spaces between them. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[]): string {
  const widths = align.map((_, column) => Math.max(0, ...rows.map((row) => stringWidth(row[column] ?? ''))));
  return rows
    .map((row) =>
      align
        .map((side, column) => {
          const cell = row[column] ?? '';
          const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
          return side === 'left' ? cell + space : space + cell;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** 1234567 → `1,234,567`. */
export const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
