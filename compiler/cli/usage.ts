/** A command that was written wrongly, or that asks for what is not there: exit code 2. */
import type { Code } from '../diagnostics/catalog.ts';
import type { Facts, Told } from '../diagnostics/say.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: Code;
  /** Which case of the code it is, and what is known of it. */
  readonly variant: string;
  readonly facts: Facts;
  readonly help: string | undefined;

  constructor({ code, variant, facts, message, help }: Told) {
    super(message);
    this.code = code;
    this.variant = variant;
    this.facts = facts;
    this.help = help;
  }
}

/** Exit codes: the only ones there are. */
export const exit = { fine: 0, diagnostics: 1, usage: 2, interrupted: 130 } as const;
