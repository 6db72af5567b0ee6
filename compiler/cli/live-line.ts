/** One line on a terminal that says what is under way, where that takes long. */
import { visibleName } from '../../runtime/logging/visible.ts';
import type { Terminal } from './terminal.ts';

export interface LiveLine {
  /** What is under way now. */
  show(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** Milliseconds before there is a line, and between two of them. */
const patience = 2000;
const refresh = 100;
/** Of a terminal, as far as it is not known: a wrapped line could not be taken back. */
const width = 79;

/** Shows nothing where nobody watches. */
export function liveLine({ live, err }: Pick<Terminal, 'live' | 'err'>, now = () => performance.now()): LiveLine {
  const begun = now();
  let shown: number | undefined;
  return {
    show(text) {
      const at = now();
      if (!live || at - begun < patience || (shown !== undefined && at - shown < refresh)) return;
      shown = at;
      err(`\r\u001b[2K${visibleName(text).slice(0, width)}`);
    },
    end() {
      if (shown !== undefined) err('\r\u001b[2K');
      shown = undefined;
    },
  };
}
