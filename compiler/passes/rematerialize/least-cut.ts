/** The cheapest cut of a network: what must be held so that nothing behind it depends on what is before it. */

interface Edge {
  readonly to: number;
  /** What may still flow along it. */
  left: number;
  /** Its counterpart, at `to`. */
  readonly back: number;
}

/** Nodes are numbers from 0: 0 is the source, 1 the sink. */
export class Network {
  readonly #edges: Edge[][] = [[], []];

  node(): number {
    return this.#edges.push([]) - 1;
  }

  edge(from: number, to: number, capacity: number): void {
    const [there, back] = [this.#at(from), this.#at(to)];
    there.push({ to, left: capacity, back: back.length });
    back.push({ to: from, left: 0, back: there.length - 1 });
  }

  /**
   * The nodes behind a cheapest cut, as close to the sink as there is one (Ford and Fulkerson 1956, along shortest paths:
   * Edmonds and Karp 1972).
   */
  behindCut(): ReadonlySet<number> {
    while (this.#augment());
    const behind = new Set([1]);
    const open = [1];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const { to, back } of this.#at(node)) {
        const forward = this.#at(to)[back];
        if (behind.has(to) || forward === undefined || forward.left <= 0) continue;
        behind.add(to);
        open.push(to);
      }
    }
    return behind;
  }

  #at(node: number): Edge[] {
    return this.#edges[node] ?? [];
  }

  /** Lets as much flow along a shortest path as it takes; false where there is none. */
  #augment(): boolean {
    const by = new Map<number, Edge>();
    const open = [0];
    for (let i = 0; i < open.length && !by.has(1); i++) {
      for (const edge of this.#at(open[i] ?? 0)) {
        if (edge.left <= 0 || edge.to === 0 || by.has(edge.to)) continue;
        by.set(edge.to, edge);
        open.push(edge.to);
      }
    }
    const path: Edge[] = [];
    for (let edge = by.get(1); edge !== undefined; edge = by.get(this.#from(edge))) path.push(edge);
    const least = Math.min(...path.map(({ left }) => left));
    if (path.length === 0 || least === Infinity) return false;
    for (const edge of path) {
      edge.left -= least;
      const counterpart = this.#at(edge.to)[edge.back];
      if (counterpart !== undefined) counterpart.left += least;
    }
    return true;
  }

  #from({ to, back }: Edge): number {
    return this.#at(to)[back]?.to ?? 0;
  }
}
