/** Which sections run one after the other for each batch, and so may share a kernel and a value. */
import { describe, expect, it } from 'vitest';
import { mergeDuplicates } from '../../compiler/passes/merge-duplicates.ts';
import { oneTime, sections } from '../../compiler/passes/sections.ts';
import { Sketch } from './models.ts';

describe.each(sections.flatMap((a) => sections.map((b) => [a, b] as const)))('%s and %s', (a, b) => {
  const batch = ['forward', 'backward'];
  const together = a === b || (batch.includes(a) && batch.includes(b));

  it(`run ${together ? 'one after the other' : 'at other times'}`, () => {
    expect(oneTime(a, b)).toBe(together);
  });

  it(`make the same value ${together ? 'once' : 'each for itself'}`, () => {
    const s = new Sketch();
    const w = s.input('parameter', 'w', [3]);
    const values = [a, b].map((section) => {
      s.b.section = section;
      return s.op('exp', [w]);
    });
    const graph = s.graph(values.map((value, i) => ({ role: 'predict', name: `y${i}`, value })));
    expect(mergeDuplicates(graph).nodes).toHaveLength(together ? 1 : 2);
  });
});
