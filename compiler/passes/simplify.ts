/** Makes a graph smaller by identities, until none applies. */
import { uses } from '../ir/uses.ts';
import type { Graph, Section } from '../ir/types.ts';
import { dropDead } from './drop-dead.ts';
import { rewrite } from './rewrite.ts';
import { arithmetic } from './simplify/arithmetic.ts';
import { products } from './simplify/products.ts';
import { factoring } from './simplify/factoring.ts';
import { selection } from './simplify/selection.ts';
import { reshapes } from './simplify/reshapes.ts';
import { shapes } from './simplify/shapes.ts';
import { Findings, Site } from './simplify/site.ts';
import type { Rule } from './simplify/site.ts';
import { transposes } from './simplify/transposes.ts';
import { spreading } from './simplify/spreading.ts';
import { sums } from './simplify/sums.ts';

/** In this order: values are found equal before they are spread or moved. */
export const rules: readonly Rule[] = [
  ...arithmetic,
  ...selection,
  ...spreading,
  ...shapes,
  ...reshapes,
  ...products,
  ...transposes,
  ...sums,
  ...factoring,
];

const allByOp = indexed(rules);

/** A rule that fires opens the way for others; a graph that still changes after this many sweeps is left as it is. */
const MOST_SWEEPS = 20;

/** Keeps every value exactly or to rounding; where a rule holds for some values only, it has proved that these are. */
export function simplify(graph: Graph, byOp = allByOp): Graph {
  const batch = graph.inputs.find(({ role, name }) => role === 'host' && name === 'B')?.value;
  let smaller = graph;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let fired = false;
    const reads = uses(smaller);
    // What a node may look at depends on its section.
    const findings = new Map<Section, Findings>();
    const next = rewrite(smaller, (node, r) => {
      const known = findings.get(node.section) ?? new Findings();
      findings.set(node.section, known);
      const site = new Site(node, r, { reads, batch }, known);
      for (const rule of byOp.get(node.op) ?? []) {
        if (rule.derivative === true && node.section !== 'backward') continue;
        const value = rule.apply(site);
        if (value === undefined) continue;
        fired = true;
        return [value];
      }
      return undefined;
    });
    if (!fired) return smaller;
    smaller = dropDead(next);
  }
  return smaller;
}

/** Rules by the ops that they look at. */
export function indexed(using: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const byOp = new Map<string, Rule[]>();
  for (const rule of using) for (const op of rule.ops) byOp.set(op, [...(byOp.get(op) ?? []), rule]);
  return byOp;
}
