/** Takes a pass into the bodies of loops. */
import { isLoop } from '../../ir/loops.ts';
import type { Graph } from '../../ir/types.ts';
import { changedBodies } from '../bodies.ts';

type Pass = (graph: Graph) => Graph;

/** The pass over the bodies of a graph's loops, the innermost first, and then over the graph itself. */
export function intoBodies(pass: Pass): Pass {
  return function whole(graph): Graph {
    return pass(changedBodies(graph, isLoop, whole));
  };
}
