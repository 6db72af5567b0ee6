/** Where a command runs: its folder, its environment, and where its words go. */
import { createColors } from 'picocolors';
import type { Paint } from '../diagnostics/render.ts';

export interface Terminal {
  /** The working folder, absolute. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a person watches stderr: then long commands may keep one line alive. */
  readonly live: boolean;
  readonly color: { readonly out: boolean; readonly err: boolean };
  /** Results. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
}

/** Colours, where the stream has them. */
export function paintFor(color: boolean): Paint {
  const colors = createColors(color);
  return {
    error: (text) => colors.bold(colors.red(text)),
    warning: (text) => colors.bold(colors.yellow(text)),
    note: colors.cyan,
    frame: colors.blue,
    strong: colors.bold,
  };
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const environment = process.env;
  const plain = environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '';
  const forced = environment['FORCE_COLOR'] !== undefined && environment['FORCE_COLOR'] !== '0';
  const colored = (stream: { readonly isTTY?: boolean }): boolean =>
    !plain && (forced || (stream.isTTY === true && environment['TERM'] !== 'dumb'));
  return {
    folder: process.cwd(),
    environment,
    live: process.stderr.isTTY === true && environment['CI'] === undefined && environment['TERM'] !== 'dumb',
    color: { out: colored(process.stdout), err: colored(process.stderr) },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  };
}
