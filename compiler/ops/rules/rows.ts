/** The row that an id means: itself, or the nearest that there is. */
export function rowAt(id: number, rows: number): number {
  return Math.min(Math.max(Math.trunc(id), 0), rows - 1);
}
