/** Which sections run one after the other for each batch, and so may share a kernel. */
import { expect, it } from 'vitest';
import { oneTime, sections } from '../../compiler/passes/sections.ts';

it.each(sections.flatMap((a) => sections.map((b) => [a, b] as const)))('%s and %s', (a, b) => {
  const together = [
    ['forward', 'backward'],
    ['backward', 'forward'],
  ];
  expect(oneTime(a, b)).toBe(a === b || together.some(([x, y]) => x === a && y === b));
});
