/** How every command is made: a name, a sentence, examples in its help, and an exit code at its end. */
import { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** One run of the program. */
export interface Session {
  readonly terminal: Terminal;
  /** Takes the exit code of the command that ran. */
  finish(code: number): void;
}

export function newCommand(name: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`);
  return new Command(name)
    .description(description)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
