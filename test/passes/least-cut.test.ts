/** The least cut beside all cuts there are, over small networks. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Network } from '../../compiler/passes/rematerialize/least-cut.ts';

interface Line {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

const nodes = 7;

const lines = fc.array(
  fc.record({
    from: fc.integer({ min: 0, max: nodes - 1 }),
    to: fc.integer({ min: 0, max: nodes - 1 }),
    capacity: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 24 },
);

/** What leads from before a cut to behind it. */
const cost = (all: readonly Line[], isBehind: (node: number) => boolean): number =>
  all.reduce((sum, { from, to, capacity }) => sum + (!isBehind(from) && isBehind(to) ? capacity : 0), 0);

it('is as cheap as the cheapest of all, and of those the one with least behind it', () => {
  fc.assert(
    fc.property(lines, (all) => {
      const network = new Network();
      for (let node = 2; node < nodes; node++) network.node();
      for (const { from, to, capacity } of all) network.edge(from, to, capacity);
      const behind = network.behindCut();
      // Every set with the sink and without the source.
      const sets = Array.from({ length: 2 ** (nodes - 2) }, (_, bits) =>
        [...Array(nodes).keys()].filter((node) => node === 1 || (node > 1 && (bits & (1 << (node - 2))) !== 0)),
      );
      const costs = sets.map((set) => cost(all, (node) => set.includes(node)));
      const least = Math.min(...costs);
      expect(cost(all, (node) => behind.has(node))).toBe(least);
      const fewest = Math.min(...sets.filter((_, i) => costs[i] === least).map((set) => set.length));
      expect(behind.size).toBe(fewest);
    }),
    { numRuns: 500, seed: 7 },
  );
});
