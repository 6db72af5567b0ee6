/** Progress on a terminal: log-update rewrites one line; pipes and CI get plain lines. */
import type { Output } from '../logging/progress.ts';
import { visible } from '../logging/visible.ts';

/** `process.stderr`, or anything that takes text. */
export type TextStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** How long a live line stands before the next one, in milliseconds. */
const refresh = 80;

export interface TerminalOutput extends Output {
  /** Leaves the live line standing. */
  end(): void;
}

export function terminalOutput(stream: TextStream): TerminalOutput {
  const width = (): number => stream.columns ?? 80;
  const plain = (process.env['CI'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  const interactive = stream.isTTY === true && width() > 0 && !plain;
  if (!interactive) return { line: (text) => stream.write(`${visible(text)}\n`), end() {} };
  let shown = 0;
  let latest: string | undefined;
  // Of all that a command loads this takes longest, and most have no live line.
  let update: (((text: string) => void) & { done(): void }) | undefined;
  void import('log-update').then(({ createLogUpdate }) => {
    update = createLogUpdate(stream);
  });
  const end = (): void => {
    if (latest !== undefined) (update ?? ((text) => void stream.write(`${text}\n`)))(latest);
    update?.done();
    latest = undefined;
  };
  return {
    line(text) {
      if (latest !== undefined) end();
      stream.write(`${visible(text)}\n`);
    },
    live(text) {
      // One line, whatever the width: a wrapped one could not be taken back.
      latest = text.slice(0, width() - 1);
      const now = performance.now();
      if (update === undefined || now - shown < refresh) return;
      shown = now;
      update(latest);
    },
    end,
  };
}
