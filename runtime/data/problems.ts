/** Mistakes in data, gathered and told together. */
import { UserError } from '../user-error.ts';
import type { RuntimeErrorCode } from '../user-error.ts';

/** As many mistakes as a reader wants to see at once; the rest are counted. */
export class Problems {
  readonly #shown: string[] = [];
  #code: RuntimeErrorCode | undefined;
  #help: string | undefined;
  #more = 0;

  /** `help` where it is another than for all mistakes of the code. */
  add(code: RuntimeErrorCode, message: string, help = helpFor(code)): void {
    if (this.#code === undefined) this.#help = help;
    this.#code ??= code;
    if (this.#shown.length < 5) this.#shown.push(message);
    else this.#more += 1;
  }

  throwAny(): void {
    if (this.#code === undefined) return;
    const rest = this.#more > 0 ? [`and ${this.#more} more`] : [];
    throw new UserError(this.#code, [...this.#shown, ...rest].join('\n'), this.#help);
  }
}

/** Where a number is not there at all. */
export const emptyHelp = 'fill in or leave out rows without a value; `prep x impute mean` fills those of an input `x`';

function helpFor(code: RuntimeErrorCode): string | undefined {
  if (code === 'NN4002') return 'fill in or leave out rows without a value';
  if (code === 'NN4003') return 'change the range behind `in`, or correct the data';
  if (code === 'NN4004') return 'classes count from 0; −1 leaves a row out of loss and metrics';
  if (code === 'NN5002') return 'ids count from 0: give the table a row for each, or correct the data';
  return undefined;
}
