/** Names of scopes: a layer's `as` name, or its kind with a number from the second on. */
import { isBelow, join } from '../../ir/paths.ts';
import type { Frame, Run } from './context.ts';

/** The path of the next thing of this name in the scope: `dense`, `dense_1`, `dense_2`. Each space counts apart. */
export function numbered(run: Run, scope: string, name: string, space: 'layer' | 'random' | 'loss'): string {
  return join(scope, numberedName(run, scope, name, space));
}

/** The path of a layer below the frame's. Each use of what is reused counts anew, so that the paths are the same. */
export function layerPath(frame: Frame, name: string): string {
  return join(frame.path, numberedName(frame.run, usePath(frame.path, frame), name, 'layer'));
}

function numberedName(run: Run, scope: string, name: string, space: 'layer' | 'random' | 'loss'): string {
  const before = counted(run, `${space} ${join(scope, name)}`);
  return before === 0 ? name : `${name}_${before}`;
}

/** How often this has been counted before. */
export function counted({ occurrences }: Run, key: string): number {
  const before = occurrences.get(key) ?? 0;
  occurrences.set(key, before + 1);
  return before;
}

/** A path as one use of what lies there: `encoder#1.dropout` where the block encoder is reused for the first time. */
export function usePath(path: string, { uses }: Pick<Frame, 'uses'>): string {
  // What is used within a use has the longer path, or lies elsewhere; marks are set from the end on.
  const within = uses.filter((use) => path === use.path || isBelow(use.path, path));
  return within
    .toSorted((a, b) => b.path.length - a.path.length)
    .reduce((marked, use) => `${marked.slice(0, use.path.length)}#${use.number}${marked.slice(use.path.length)}`, path);
}
