/** PyTorch in a process of its own, which takes its turns when it is asked. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Torch {
  readonly version: string;
  /** Milliseconds of one step. */
  timed(work: string, steps: number): Promise<number>;
  close(): void;
}

const program = fileURLToPath(new URL('pytorch.py', import.meta.url));

/** `undefined` where that Python has no PyTorch, or there is no such Python. */
export function openTorch(python: string): Torch | undefined {
  const asked = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  if (asked.status !== 0) return undefined;
  const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    version: asked.stdout.trim(),
    async timed(work, steps) {
      child.stdin.write(`${JSON.stringify({ work, steps })}\n`);
      const line = await lines.next();
      const answer: unknown = line.done === true ? undefined : JSON.parse(line.value);
      if (!hasTime(answer)) throw new Error(`PyTorch gave no time for ${work}`);
      return answer.ms;
    },
    close: () => child.stdin.end(),
  };
}

function hasTime(answer: unknown): answer is { readonly ms: number } {
  return typeof answer === 'object' && answer !== null && 'ms' in answer && typeof answer.ms === 'number';
}
