/** From an offset in a text to its line and column. */
import type { Source } from './types.ts';

/** Both from 1; the column counts characters (code points), the offset UTF-16 units from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A text cut into lines; `\n`, `\r\n` and `\r` end one. */
export class Lines {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(source: Source) {
    this.text = source.text;
    const starts = [0];
    for (const end of source.text.matchAll(/\r\n|\n|\r/g)) starts.push(end.index + end[0].length);
    this.#starts = starts;
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Where a line starts; beyond the last one, the end of the text. */
  start(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  /** Where a line ends, before its line end. */
  end(line: number): number {
    let end = this.start(line + 1);
    if (line < this.count) {
      if (this.text[end - 1] === '\n') end--;
      if (this.text[end - 1] === '\r' && end > this.start(line)) end--;
    }
    return end;
  }

  /** The line of an offset, by bisection. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  position(offset: number): Position {
    const at = Math.min(Math.max(offset, 0), this.text.length);
    const line = this.lineOf(at);
    const start = this.start(line);
    // A file of one line of 10 MB must not be spread into an array.
    let column = 1;
    for (let i = start; i < at; i++) {
      const unit = this.text.charCodeAt(i);
      if (unit < 0xdc00 || unit > 0xdfff) column++;
    }
    return { line, column, offset: at };
  }
}
