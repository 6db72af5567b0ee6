/** What may be computed again on the way back, and training graphs in which it is. */
import { nodesRun, operations } from '../ir/cost.ts';
import type { Program } from '../ir/program.ts';
import type { Graph } from '../ir/types.ts';
import { overFunctions } from '../passes/functions.ts';
import { rematerialize } from '../passes/rematerialize.ts';
import { keptValues } from '../passes/rematerialize/kept.ts';
import type { Again } from '../passes/rematerialize/kept.ts';

export interface Recomputation {
  /** In the rounds of repeats, of which each keeps for itself. */
  readonly rounds: Exclude<Again, number> | undefined;
  /** In the graph around them. */
  readonly around: Again | undefined;
}

export const nothingAgain: Recomputation = { rounds: undefined, around: undefined };

/** Parts of a way forward: half as many again each, since neighbours hardly differ. */
const parts = [2, 3, 4, 6, 9, 13, 19];

/** All ways that are tried. Each computes anything twice at most. */
export function recomputations(hasRounds: boolean): readonly Recomputation[] {
  const around: readonly Recomputation['around'][] = [undefined, 'cheap', ...parts];
  const rounds: readonly Recomputation['rounds'][] = hasRounds ? [undefined, 'cheap', 'all'] : [undefined];
  return rounds
    .flatMap((inside) => around.map((outside): Recomputation => ({ rounds: inside, around: outside })))
    .slice(1);
}

/** Changes training graphs, those of functions once however many call them. */
export function recomputing({ rounds, around }: Recomputation, rows: number): (graph: Graph) => Graph {
  const again = (graph: Graph, what: Again | undefined): Graph => {
    if (what === undefined) return graph;
    const kept = keptValues(graph, what, rows);
    return rematerialize(graph, (value) => kept.has(value));
  };
  const inside = overFunctions((body) => again(body, rounds));
  return (graph) => again(rounds === undefined ? graph : inside(graph), around);
}

/** Operations of a batch's way forward and back, over all steps. */
export const operationsOf = ({ model, training }: Program): number =>
  training.flatMap(({ plan }) => nodesRun(plan)).reduce((sum, node) => sum + operations(node, model.train.batch), 0);
