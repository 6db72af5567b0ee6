/** The state of a run at some moment, for what is tried and may have to be taken back. */
import type { Mark } from '../../ir/graph-build.ts';
import type { Run } from './context.ts';

/** What a run collects by name or by value, besides its graph. */
type Collected = 'occurrences' | 'parameters' | 'states' | 'weights' | 'effective' | 'newStates' | 'scopes';

export interface SavedRun extends Pick<Run, Collected | 'logits' | 'broken'> {
  readonly mark: Mark;
}

export function savedRun(run: Run): SavedRun {
  return {
    mark: run.graph.mark(),
    occurrences: new Map(run.occurrences),
    parameters: new Map(run.parameters),
    states: new Map(run.states),
    weights: new Map(run.weights),
    effective: new Map(run.effective),
    newStates: new Map(run.newStates),
    scopes: new Map(run.scopes),
    logits: new Set(run.logits),
    broken: new Set(run.broken),
  };
}

/** Takes back all that has been done since. */
export function restoreRun(run: Run, saved: SavedRun): void {
  run.graph.rewind(saved.mark);
  refill(run.occurrences, saved.occurrences);
  refill(run.parameters, saved.parameters);
  refill(run.states, saved.states);
  refill(run.weights, saved.weights);
  refill(run.effective, saved.effective);
  refill(run.newStates, saved.newStates);
  refill(run.scopes, saved.scopes);
  run.logits.clear();
  for (const value of saved.logits) run.logits.add(value);
  run.broken.clear();
  for (const path of saved.broken) run.broken.add(path);
}

function refill<K, V>(now: Map<K, V>, before: ReadonlyMap<K, V>): void {
  now.clear();
  for (const [key, value] of before) now.set(key, value);
}
