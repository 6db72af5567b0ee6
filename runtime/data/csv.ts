/** CSV texts as tables; the reader itself, csv-parse, comes in one build for Node and one for pages. */
import { UserError } from '../user-error.ts';
import { tableOf } from './table.ts';
import type { CsvRecord, Table } from './table.ts';

/** What `parse` of csv-parse gives with these options. */
export type CsvParse = (text: string, options: typeof csvOptions & { readonly record_delimiter: string }) => unknown;

export const csvOptions = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;

/** How the first line ends. csv-parse finds the same, but makes three buffers at each character of that line. */
function lineEnd(text: string): string {
  for (const [found] of text.matchAll(/"[^"]*"?|\r\n|\n|\r/g)) if (!found.startsWith('"')) return found;
  return '\n';
}

export function parseCsv(parse: CsvParse, text: string, file: string): Table {
  let records: unknown;
  try {
    records = parse(text, { ...csvOptions, record_delimiter: lineEnd(text) });
  } catch (error) {
    const open = openQuote(text);
    if (open !== undefined)
      throw new UserError(
        'NN4008',
        `${file}:${open.line}:${open.column}: a quote opens here, and nothing closes it`,
        'close it with `"`; a quote inside a quoted text is written twice',
      );
    throw new UserError('NN4008', `${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return tableOf(file, Array.isArray(records) ? records.map(recordOf) : []);
}

/** Where the quote opens that the end of the text leaves open. */
function openQuote(text: string): { readonly line: number; readonly column: number } | undefined {
  let line = 1;
  let lineStart = 0;
  let open: { readonly line: number; readonly column: number } | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      // A doubled quote closes and opens again: it stays where it was opened first.
      if (open === undefined) open = { line, column: i - lineStart + 1 };
      else if (text[i + 1] === '"') i++;
      else open = undefined;
    } else if (character === '\n') {
      line++;
      lineStart = i + 1;
    }
  }
  return open;
}

/** `{ info: { lines }, record }`, as the option `info` gives it. */
function recordOf(entry: unknown): CsvRecord {
  if (typeof entry !== 'object' || entry === null || !('record' in entry) || !('info' in entry))
    return { fields: [], line: 0 };
  const { info, record } = entry;
  const line = typeof info === 'object' && info !== null && 'lines' in info ? Number(info.lines) : 0;
  return { fields: Array.isArray(record) ? record.map(String) : [], line };
}
