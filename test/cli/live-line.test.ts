/** The line of a long command: late, not too often, gone at the end, and only where somebody watches. */
import { expect, test } from 'vitest';
import { liveLine } from '../../compiler/cli/live-line.ts';

function shown(live: boolean, times: readonly number[]): readonly string[] {
  const written: string[] = [];
  const clock = [0, ...times].values();
  const line = liveLine({ live, err: (text) => void written.push(text) }, () => clock.next().value ?? NaN);
  for (const time of times) line.show(`at ${time}\u0007${'.'.repeat(200)}`);
  line.end();
  line.end();
  return written;
}

const taken = '\r\u001b[2K';

test.each([
  ['nothing of what is done within two seconds', true, [0, 500, 1999], []],
  ['nothing where nobody watches', false, [2500, 9000], []],
  ['ten lines a second at most', true, [2000, 2050, 2099, 2100, 2500], [2000, 2100, 2500]],
] as const)('%s', (_, live, times, lines) => {
  const written = shown(live, times);
  const wanted = lines.map((time) => `${taken}${`at ${time}\\x07${'.'.repeat(200)}`.slice(0, 79)}`);
  expect(written).toEqual(wanted.length === 0 ? [] : [...wanted, taken]);
});
