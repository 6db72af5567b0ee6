/** A command that was written wrongly, or that asks for what is not there: exit code 2. */
import type { Code } from '../diagnostics/catalog.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: Code;
  readonly help: string | undefined;

  constructor(code: Code, message: string, help?: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}

/** Exit codes: the only ones there are. */
export const exit = { fine: 0, diagnostics: 1, usage: 2, interrupted: 130 } as const;
